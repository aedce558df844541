using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Work;

namespace PPMessage.Flows.Runs;

/// <summary>Work <c>trigger</c>: something other than a message has happened that flows may be started for.</summary>
/// <param name="On">In the words of <see cref="Triggers"/>.</param>
/// <param name="ConversationId">Null: it happened to the contact.</param>
/// <param name="Seed">With <paramref name="At"/> it tells this happening from all others: the run's id is made of both, so that it starts one run however often it is told.</param>
internal sealed record TriggerWork(string On, string ContactId, string? ConversationId, string Seed, DateTimeOffset At);

/// <summary>
/// Tells flows of what happens to conversations and contacts. Where no flow is started for it nothing is written. At least once; one run for each happening. What a
/// flow itself changes of a contact, and what an import makes, is no happening. Thread-safe.
/// </summary>
internal sealed class FlowTriggers(FlowLibrary library, WorkQueue queue, PPMessageOptions options)
{
    /// <summary>Before or behind the commit in which it happens: before it the work is hidden for as long as that may take.</summary>
    public async Task TellAsync(TriggerWord on, string contactId, Conversation? conversation, string seed, DateTimeOffset at, bool committed, CancellationToken cancellation)
    {
        if (!(await library.ShelfAsync(cancellation)).For(on, conversation?.ChannelKind, conversation?.ChannelId).Any()) return;
        var work = new TriggerWork(Triggers.Word(on), contactId, conversation?.Id, seed, at);
        await queue.PutAsync(TriggerWorkHandler.Word, work, FlowJson.Default.TriggerWork, committed ? TimeSpan.Zero : options.Timing.Hidden, cancellation);
    }
}

/// <summary>Starts the first flow whose condition holds.</summary>
internal sealed class TriggerWorkHandler(FlowLibrary library, HomeThreads homes, ThreadStore threads, ContactStore contacts, RunWorkHandler runs) : IWorkHandler
{
    public const string Word = "trigger";

    public string Kind => Word;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, FlowJson.Default.TriggerWork) is not { } work || Triggers.Find(work.On) is not { } on) return;
        // A death before the commit: it did not happen.
        if (await contacts.FindAsync(work.ContactId, cancellation) is not { Contact: var contact }) return;
        var ulid = Ids.SeededUlid(work.At, $"{work.On}|{work.Seed}");
        var conversation = work.ConversationId is null ? null : await ConversationAsync(work.ConversationId, cancellation);
        if (work.ConversationId is not null && conversation is null) return;
        var home = conversation is null
            ? await homes.OfAsync(contact, null, ulid, cancellation)
            : new Home(ThreadKeys.Conversation(conversation.Id)!.Value.Thread, conversation.Id, conversation.ChannelId, conversation.Address);
        foreach (var flow in (await library.ShelfAsync(cancellation)).For(on, conversation?.ChannelKind, conversation?.ChannelId))
        {
            var start = new RunStart(flow.Id, flow.Published!.Value, contact.Id, work.On, home.ConversationId, home.ChannelId, home.Address, new Dictionary<string, JsonElement>());
            if (await runs.BeginAsync(RunKeys.Id(ulid, home.Thread), start, cancellation)) return;
        }
    }

    private async Task<Conversation?> ConversationAsync(string id, CancellationToken cancellation)
    {
        if (ThreadKeys.Conversation(id) is not var (thread, ulid) || await threads.HeadAsync(thread, cancellation) is not { Head: var head }) return null;
        return head.Find(id) ?? (await threads.ClosedAsync(head, thread, ulid, cancellation))?.Conversation;
    }
}
