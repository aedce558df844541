using System.Text.Json;
using PPMessage.Conversations;
using PPMessage.Flows.Runs;
using PPMessage.Tests.Flows;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Faults;

/// <summary>Runs as the store has them: what each came to and by which steps, and whether its flow's list says the same. How often it was moved is left out: a call may be repeated.</summary>
internal sealed partial class Snapshot
{
    private async Task AddRunsAsync(Workspace workspace, string conversation, string contact)
    {
        var entries = (await workspace.RunEntriesAsync()).Where(entry => entry.ContactId == contact).ToDictionary(entry => entry.RunId);
        // Runs that began in the same millisecond stand in any order.
        var runs = await workspace.RunsAsync(conversation);
        foreach (var run in runs.OrderBy(run => run.Trigger, StringComparer.Ordinal))
        {
            Add("run", Told(run));
            foreach (var step in await StepsAsync(workspace, run)) Add("run step", step);
            Add("run index", entries.Remove(run.Id, out var entry) ? Same(run, entry) : "none");
        }

        // Of the contact, but not in this thread.
        foreach (var entry in entries.Values.OrderBy(entry => entry.RunId, StringComparer.Ordinal)) Add("run elsewhere", $"{entry.Trigger} {entry.FlowId} {entry.State} {entry.Reason} {Words(entry.Counts)}");
    }

    private static string Told(Run run) =>
        $"{run.Id} by {run.Trigger} of {run.FlowId} in {run.ConversationId}: {run.State} {run.Reason} {run.Error} {run.Overtaken}, waits for {run.Wait?.Kind}, heard {run.Message?.Id} {run.Message?.Text}, counts {Words(run.Counts)}, "
        + $"returned {run.Value}, at {string.Join(" > ", run.Frames.Select(frame => $"{frame.FlowId} {frame.Step} {JsonSerializer.Serialize(frame.Variables, Readable)}"))}";

    private static async Task<IEnumerable<string>> StepsAsync(Workspace workspace, Run run)
    {
        var whole = await new RunStore(new ThreadStore(workspace.Store)).WholeAsync(run.Id, default);
        return whole!.Value.History.SelectMany(one => one.Entries).Select(step =>
            $"{step.Visit} {step.Step} ({step.Type}) {step.Flow}: {step.Outcome} > {step.Next} {step.Error} {string.Join(' ', step.MessageIds)} {string.Join(" / ", step.Texts)}");
    }

    private static string Same(Run run, RunEntry entry)
    {
        var (listed, wanted) = (Listed(entry), Listed(RunIndex.EntryOf(run)));
        return listed == wanted ? "as the run" : $"{listed} and not {wanted}";
    }

    private static string Listed(RunEntry entry) => $"{entry.State} {entry.Reason} {entry.Step} {entry.Due} {entry.Transitions} {Words(entry.Counts)}";

    private static string Words(IReadOnlyDictionary<string, int> counts) => string.Join(' ', counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key}={count.Value}"));
}
