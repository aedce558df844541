using PPMessage.Flows.Runs;
using PPMessage.Http;

namespace PPMessage.Flows.Statistics;

/// <summary>Counts runs. Not thread-safe.</summary>
internal sealed class RunTally(StatsSpan span)
{
    private readonly int[,] _points = new int[span.Points, Enum.GetValues<RunState>().Length];
    private readonly SortedDictionary<string, SortedDictionary<string, int>> _outcomes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _waiting = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    public void Add(RunEntry run)
    {
        if (RunKeys.Of(run.RunId) is not var (_, ulid) || Ids.TimeOf(ulid) is not { } at || span.PointOf(at) is not { } point) return;
        Count++;
        _points[point, (int)run.State]++;
        if (run.Reason is { } reason) Add(_reasons, reason, 1);
        if (run is { State: RunState.Waiting, Step: { } step }) Add(_waiting, step, 1);
        foreach (var (key, count) in run.Counts)
            if (key.LastIndexOf(':') is var colon and > 0) AddOutcome(key[..colon], key[(colon + 1)..], count);
    }

    public FlowStats Sum(bool exact) => new(
        span.From, span.To, span.By, exact, Count, Enum.GetValues<RunState>().ToDictionary(Words<RunState>.Of, state => Enumerable.Range(0, span.Points).Sum(point => Of(point, state))), _reasons,
        [.. _outcomes.Keys.Union(_waiting.Keys).Order(StringComparer.Ordinal).Select(step => new StepStats(step, _outcomes.GetValueOrDefault(step) ?? [], _waiting.GetValueOrDefault(step)))],
        [.. Enumerable.Range(0, span.Points).Select(Point)]);

    private StatsPoint Point(int point) => new(
        span.From + (point * span.Step), Enum.GetValues<RunState>().Sum(state => Of(point, state)), Of(point, RunState.Waiting), Of(point, RunState.Running), Of(point, RunState.Completed),
        Of(point, RunState.Failed), Of(point, RunState.Ended));

    private int Of(int point, RunState state) => _points[point, (int)state];

    private void AddOutcome(string step, string outcome, int count)
    {
        if (!_outcomes.TryGetValue(step, out var counts)) _outcomes[step] = counts = new(StringComparer.Ordinal);
        Add(counts, outcome, count);
    }

    private static void Add(SortedDictionary<string, int> counts, string key, int count) => counts[key] = counts.GetValueOrDefault(key) + count;
}
