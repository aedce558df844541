using PPMessage.Filters;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Simulation;

/// <summary>What a simulated run did, transition by transition. Not thread-safe.</summary>
internal sealed class Trace
{
    private static readonly string IsCut = $"The message is longer than {HeardMessage.LongestText} characters: the run has the beginning, and the rest is cut.";

    private readonly List<TraceEntry> _entries = [];

    public IReadOnlyList<TraceEntry> Entries => _entries;

    /// <summary>What came before the first step.</summary>
    public void Add(DateTimeOffset at, string word, string outcome, IReadOnlyList<FilterFinding> findings) =>
        _entries.Add(new TraceEntry(at, 0, word, word, null, outcome, null, null, [], [], findings, null));

    /// <param name="flow">Where the run is now; null: it was ended from outside.</param>
    /// <param name="notesOf">Of a visit; each is told once.</param>
    public void Add(Transition transition, FlowDefinition? flow, Func<int, IReadOnlyList<string>> notesOf)
    {
        foreach (var entry in transition.Entries)
        {
            IReadOnlyList<string> notes = entry.Cut ? [.. notesOf(entry.Visit), IsCut] : notesOf(entry.Visit);
            _entries.Add(new TraceEntry(entry.At, entry.Visit, entry.Step, TypeOf(entry), entry.Flow, entry.Outcome, entry.Next, entry.Error, entry.Texts, notes, entry.Findings, null));
        }

        if (transition.After.Wait is { } wait && flow is not null) Park(transition, wait, flow, notesOf(wait.Visit));
    }

    private void Park(Transition transition, Wait wait, FlowDefinition flow, IReadOnlyList<string> notes)
    {
        var run = transition.After;
        // A call that is made at once is told with its answer.
        if (wait.Kind == WaitKind.Callback && wait.Due <= run.UpdatedAt) return;
        if (transition.Entries is [.., var last] && last.Visit == wait.Visit) _entries[^1] = _entries[^1] with { WaitsUntil = wait.Due };
        else
            _entries.Add(new TraceEntry(
                run.UpdatedAt, wait.Visit, run.Frames[^1].Step, flow.Find(run.Frames[^1].Step)?.Type ?? string.Empty, run.Frames.Count > 1 ? flow.FlowId : null, null, null, null, [], notes, [], wait.Due));
    }

    // What is ended from outside does not know its type.
    private string TypeOf(StepEntry entry) => entry.Type.Length > 0 ? entry.Type : _entries.LastOrDefault(before => before.Visit == entry.Visit)?.Type ?? string.Empty;
}
