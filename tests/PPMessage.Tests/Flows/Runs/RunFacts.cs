using PPMessage.Conversations;
using PPMessage.Flows;
using PPMessage.Flows.Runs;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>What must be so of all runs of a thread when everything has come to its end.</summary>
internal sealed class RunFacts(Workspace workspace, string phone, string thread)
{
    private readonly ThreadStore _threads = new(workspace.Store);

    public async Task AssertAsync()
    {
        var runs = await AllAsync();
        Assert.All(runs, run => Assert.True(run.IsOver, $"{run.Id} still waits: nobody has woken it."));
        var entries = (await workspace.RunEntriesAsync()).Where(entry => entry.RunId.EndsWith(thread, StringComparison.Ordinal)).ToDictionary(entry => entry.RunId);
        Assert.Equal(runs.Select(run => run.Id).Order(StringComparer.Ordinal), entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(runs, run => Assert.Equal(Told(RunIndex.EntryOf(run)), Told(entries[run.Id])));
        var history = new List<StepEntry>();
        foreach (var run in runs) history.AddRange(await HistoryAsync(run));
        await AssertNothingIsLostAsync(runs, history);
        await AssertSaidOnceAsync();
    }

    /// <summary>Each step was ended once: also a wait, whatever came at the same moment.</summary>
    private async Task<IReadOnlyList<StepEntry>> HistoryAsync(Run run)
    {
        var whole = (await new RunStore(_threads).WholeAsync(run.Id, default))!.Value;
        Assert.Equal(Enumerable.Range(1, run.Transitions), whole.History.Select(one => one.Number));
        var all = whole.History.SelectMany(one => one.Entries).ToList();
        Assert.Equal(all.Where(step => step.Outcome is not null).Select(step => step.Visit).Distinct(), all.Where(step => step.Outcome is not null).Select(step => step.Visit));
        Assert.Equal(Enumerable.Range(1, run.Visit), all.Select(step => step.Visit).Distinct());
        return all;
    }

    /// <summary>Every text of the phone stands in the thread once. Those that a run was waiting for have ended its waiting; any other has started a run, or is there for people.</summary>
    private async Task AssertNothingIsLostAsync(IReadOnlyList<Run> runs, IReadOnlyList<StepEntry> history)
    {
        var told = workspace.Twilio.Callbacks.Where(call => call.Kind == "inbound" && call.Field("From") == phone && call.Error is null).Select(call => call.Field("MessageSid")).Distinct().ToList();
        var rows = await RowsAsync("d|");
        var inbound = rows.Select(row => row.As(ConversationsJson.Default.Dedupe)).DistinctBy(dedupe => dedupe.MessageId).ToList();
        var arrived = (await MessagesAsync()).Where(message => message.Direction == Direction.Inbound).ToList();
        // Who got no answer in time may have been heard all the same.
        Assert.Empty(told.Except(arrived.Select(message => message.ProviderId)));
        Assert.Equal(arrived.Count, arrived.DistinctBy(message => message.ProviderId).Count());
        var messages = arrived.Select(message => message.Id).ToList();
        var claims = inbound.Where(dedupe => messages.Contains(dedupe.MessageId)).ToList();
        Assert.Equal(messages.Order(StringComparer.Ordinal), claims.Select(claim => claim.MessageId).Order(StringComparer.Ordinal));
        var heard = claims.Where(claim => claim.Run is not null && claim.Run != RunKeys.Id(ThreadKeys.Message(claim.MessageId)!.Value.Ulid, thread)).ToList();
        Assert.All(claims, claim => Assert.True(claim.Run is null || runs.Any(run => run.Id == claim.Run)));
        Assert.Equal(heard.Count, history.Count(step => step.Outcome is "answered" or "replied"));
    }

    private async Task AssertSaidOnceAsync()
    {
        var said = (await MessagesAsync()).Where(message => message.Direction == Direction.Outbound && message.ProviderId is not null).Select(message => message.Text);
        Assert.Equal(said.Order(StringComparer.Ordinal), workspace.Got(phone).Order(StringComparer.Ordinal));
    }

    private async Task<IReadOnlyList<Run>> AllAsync()
    {
        var live = (await RowsAsync("0r|")).Select(row => row.As(FlowJson.Default.Run));
        var over = (await RowsAsync("h|")).Where(row => row.Key.Length == 2 + Ids.UlidLength).Select(row => row.As(FlowJson.Default.OverRun).Run);
        return [.. live, .. over];
    }

    private async Task<IReadOnlyList<Message>> MessagesAsync() =>
        [.. (await RowsAsync("m|")).Where(row => !ThreadRows.IsEvent(row.Key)).Select(row => row.As(ConversationsJson.Default.Message))];

    private async Task<IReadOnlyList<Row>> RowsAsync(string prefix) =>
        (await workspace.Store.ReadRangeAsync("Threads", thread, RowRange.Prefix(prefix), 1000, default)).Rows;

    private static string Told(RunEntry entry) =>
        $"{entry.RunId} {entry.State} {entry.Reason} {entry.Step} {entry.Due} {entry.Transitions} {string.Join(' ', entry.Counts.OrderBy(count => count.Key, StringComparer.Ordinal))}";
}
