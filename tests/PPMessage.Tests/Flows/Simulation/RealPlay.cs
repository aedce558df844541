using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Flows.Simulation;
using PPMessage.Http;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>Lets the script of a simulation happen in the real app: the same flow, the same events at the same times. For one phone of which no flow knows yet, and one script.</summary>
/// <param name="agents">Who acts in the script, by id; where it says just "an agent", it is the first.</param>
internal sealed class RealPlay(Workspace workspace, string phone, IReadOnlyList<(string Id, HttpClient Client)> agents)
{
    private readonly RunStore _runs = workspace.Services.GetRequiredService<RunStore>();
    private readonly ThreadStore _threads = workspace.Services.GetRequiredService<ThreadStore>();

    private string _thread = string.Empty;
    private string? _runId;

    /// <summary>What came of it, told as a simulation tells it; null: no run was started. The clock is where the run was over.</summary>
    public async Task<SimulationView?> PlayAsync(string flow, JsonElement script)
    {
        var begin = workspace.Time.GetUtcNow();
        _thread = await workspace.Services.GetRequiredService<ThreadKeys>().OfAsync(workspace.ChannelId, Address.OfSender(AddressKind.Phone, phone), default);
        await BeginAsync(flow, script);
        foreach (var happening in script.GetProperty("events").EnumerateArray().Where(one => !one.TryGetProperty("http", out _)))
        {
            var after = happening.TryGetProperty("after", out var time) ? Durations.Parse(time.GetString())!.Value : TimeSpan.Zero;
            if (!await PassAsync(workspace.Time.GetUtcNow() + after)) break;
            await HappenAsync(happening);
        }

        await PassAsync(begin + ScriptReader.Longest);
        return _runId is null ? null : await ToldAsync();
    }

    private async Task BeginAsync(string flow, JsonElement script)
    {
        if (script.TryGetProperty("message", out var message)) await workspace.TextAsync(phone, message.Word("text"));
        else await workspace.PostAsync($"/api/flows/{flow}/runs", new { contactId = script.GetProperty("contact").Word("id") });
        var live = LiveRun.Of(await _threads.StateAsync(_thread, default)).Select(one => one.Run.Id);
        var over = (await RowsAsync(RunKeys.HistoryPrefix)).Where(row => RunKeys.IsOver(row.Key)).Select(row => row.As(FlowJson.Default.OverRun).Run.Id);
        _runId = live.Concat(over).SingleOrDefault();
    }

    private async Task HappenAsync(JsonElement happening)
    {
        if (happening.TryGetProperty("reply", out var text)) await workspace.TextAsync(phone, text.GetString()!);
        if (!happening.TryGetProperty("agent", out var acts)) return;
        var agent = acts.ValueKind == JsonValueKind.String ? agents.Single(one => one.Id == acts.GetString()) : agents[0];
        (await workspace.ReplyAsync((await ConversationAsync())!.Id, "I am here", by: agent.Client)).EnsureSuccessStatusCode();
    }

    /// <summary>From one due time to the next: between them nothing happens by itself.</summary>
    /// <returns>False: the run was over before.</returns>
    private async Task<bool> PassAsync(DateTimeOffset until)
    {
        await GoToAsync(workspace.Time.GetUtcNow());
        for (var moved = -1; await RunAsync() is { IsOver: false } run; moved = run.Transitions)
        {
            Assert.True(run.Transitions > moved, $"{run.Id} was due, and nobody woke it.");
            var isDue = run.Wait?.Due <= until;
            await GoToAsync(isDue ? run.Wait!.Due!.Value : until);
            if (!isDue) return true;
        }

        return false;
    }

    private async Task GoToAsync(DateTimeOffset until)
    {
        if (until > workspace.Time.GetUtcNow()) workspace.Time.Advance(until - workspace.Time.GetUtcNow());
        await workspace.DrainAsync();
    }

    private async Task<Run?> RunAsync() => _runId is null ? null : await _runs.FindAsync(_runId, default);

    private async Task<SimulationView> ToldAsync()
    {
        var (run, history) = (await _runs.WholeAsync(_runId!, default))!.Value;
        var conversation = await ConversationAsync();
        var contact = (await workspace.Services.GetRequiredService<ContactStore>().FindAsync(run.ContactId, default))!.Value.Contact;
        var workplace = await workspace.Services.GetRequiredService<Workplaces>().NowAsync(default);
        var told = conversation is null ? new SimulatedConversation(ConversationStatus.Open, null, null, null, []) : SimulatedConversation.Of(conversation, workplace);
        return new SimulationView(
            Words<RunState>.Of(run.State), run.Reason, run.Error, run.Value, run.Frames[0].Variables, told, new SimulatedContact(contact.Name, contact.Tags, contact.Attributes),
            await TextsAsync(), [.. history.SelectMany(one => one.Entries).Select(Told)], run.UpdatedAt, []);
    }

    private static TraceEntry Told(StepEntry entry) =>
        new(entry.At, entry.Visit, entry.Step, entry.Type, entry.Flow, entry.Outcome, entry.Next, entry.Error, entry.Texts, [], entry.Findings, null);

    /// <summary>What flows have said, in an agent's name or their own. Agents say it by requests, and those have a hash.</summary>
    private async Task<IReadOnlyList<SimulatedText>> TextsAsync() =>
        [.. (await RowsAsync(ThreadRows.AllMessagesPrefix)).Where(row => !ThreadRows.IsEvent(row.Key)).Select(row => row.As(ConversationsJson.Default.Message))
            .Where(message => message is { Direction: Direction.Outbound, Kind: MessageKind.Reply } && message.Text != "I am here").OrderBy(message => message.Id, StringComparer.Ordinal)
            .Select(message => new SimulatedText(message.CreatedAt, message.Author.Name!, message.ChannelKind, message.Subject, message.Text))];

    /// <summary>The run's; null: it has none, for nothing was said.</summary>
    private async Task<Conversation?> ConversationAsync()
    {
        var head = (await _threads.HeadAsync(_thread, default))?.Head;
        if (head is null || (await RunAsync())?.ConversationId is not { } id) return null;
        return head.Find(id) ?? (await _threads.ClosedAsync(head, _thread, ThreadKeys.Conversation(id)!.Value.Ulid, default))?.Conversation;
    }

    private async Task<IReadOnlyList<Row>> RowsAsync(string prefix) => (await workspace.Store.ReadRangeAsync(Tables.Threads, _thread, RowRange.Prefix(prefix), 1000, default)).Rows;
}
