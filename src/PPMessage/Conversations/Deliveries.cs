using Microsoft.Extensions.Logging;
using PPMessage.Storage;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>One word of a provider about an outbound message.</summary>
/// <param name="MessageId">From our own callback URL, as <paramref name="ConversationId"/> and <paramref name="Attempt"/>; null when it had none.</param>
/// <param name="Stops">Why the recipient is not to be messaged any more (<see cref="SuppressionReasons"/>); null: nothing is said of that.</param>
/// <param name="Thread">Computed from the callback's own addresses.</param>
internal sealed record Report(string Thread, string? ConversationId, string? MessageId, int Attempt, DeliveryEvent Word, string? Stops);

/// <summary>
/// Records what providers say of our messages. A word is inserted as a row of its own: no read, no contention, and a doubled word meets its row.
/// Operations: 2 (commit, feed); one more for a callback without our id; a read and the head more when the contact has stopped us. Thread-safe.
/// </summary>
internal sealed class Deliveries(ThreadStore threads, Inbox inbox, TimeProvider time, ILogger<Deliveries> log)
{
    /// <returns>False when the message is not one of ours.</returns>
    public async Task<bool> ReportAsync(Report report, CancellationToken cancellation)
    {
        if (await TargetAsync(report, cancellation) is not { } target) return false;
        var row = ThreadRows.Event(
            ThreadRows.Message(target.Conversation.Ulid, target.Message.Ulid), report.Attempt, report.Word.ProviderState, report.Word.ProviderId);
        if (report.Stops is not null) await StopAsync(target, row, report, cancellation);
        else await threads.CommitAsync(target.Conversation.Thread, Writes(target, row, report), cancellation);
        await TellAsync(target, report, cancellation);
        return true;
    }

    private async Task<Target?> TargetAsync(Report report, CancellationToken cancellation)
    {
        if (Target.Of(report.ConversationId, report.MessageId) is { } named) return named;
        var dedupe = await threads.DedupeAsync(report.Thread, ThreadRows.Dedupe("provider", report.Word.ProviderId), cancellation);
        if (dedupe is null) log.NotOurs(report.Word.ProviderId);
        return dedupe is null ? null : Target.Of(dedupe.ConversationId, dedupe.MessageId);
    }

    // The dedupe row says whose id this is before our own record of the answer may: a reconciliation of a twin must not take it.
    private static RowWrite[] Writes(Target target, string row, Report report) =>
    [
        RowWrite.Insert(row, report.Word, ConversationsJson.Default.DeliveryEvent),
        RowWrite.Put(ThreadRows.Dedupe("provider", report.Word.ProviderId), new Dedupe(target.ConversationId, target.MessageId), ConversationsJson.Default.Dedupe),
    ];

    private async Task StopAsync(Target target, string row, Report report, CancellationToken cancellation)
    {
        while (await threads.HeadAsync(target.Conversation.Thread, cancellation) is { } found)
        {
            var edit = new ThreadEdit(found.Head, found.ETag);
            var change = new ConsentChange(true, "provider", report.Word.Error?.Code ?? report.Word.ProviderState, target.MessageId, time.GetUtcNow(), report.Stops!);
            edit.Change(head => head with { Consent = (head.Consent ?? Consent.Unspoken).After(change) });
            edit.Insert(row, report.Word);
            edit.Own(ThreadRows.Dedupe("provider", report.Word.ProviderId), new Dedupe(target.ConversationId, target.MessageId));
            if ((await threads.CommitAsync(target.Conversation.Thread, edit, cancellation)).Conflict?.Key != ThreadRows.Head) return;
        }
    }

    private Task TellAsync(Target target, Report report, CancellationToken cancellation)
    {
        var change = new FeedRow(ChangeType.Delivery, target.ConversationId, target.MessageId, time.GetUtcNow());
        return inbox.TellAsync(change, target.Conversation.Ulid, $"{target.Message.Ulid}|{report.Attempt}{report.Word.ProviderState}", cancellation);
    }

    private sealed record Target(string ConversationId, string MessageId, (string Thread, string Ulid) Conversation, (string Thread, string Ulid) Message)
    {
        public static Target? Of(string? conversationId, string? messageId) =>
            conversationId is not null && messageId is not null
            && ThreadKeys.Conversation(conversationId) is { } conversation && ThreadKeys.Message(messageId) is { } message
            && conversation.Thread == message.Thread
                ? new Target(conversationId, messageId, conversation, message)
                : null;
    }
}
