using Microsoft.Extensions.Logging;
using PPMessage.Storage;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>One word of a provider about an outbound message.</summary>
/// <param name="MessageId">From our own callback URL, as <paramref name="ConversationId"/> and <paramref name="Attempt"/>; null when it had none.</param>
/// <param name="Stops">Why the recipient is not to be messaged any more (<see cref="SuppressionReasons"/>); null: nothing is said of that.</param>
/// <param name="StoppedAt">By when; null: now.</param>
/// <param name="Thread">Of the recipient, computed from the callback's own addresses: where a message without our id is looked for.</param>
/// <param name="Recipient">As the provider names it.</param>
/// <param name="Campaign">The tag of a campaign's message; null when none came back.</param>
internal sealed record Report(
    string ChannelId, string Recipient, string Thread, string? ConversationId, string? MessageId, int Attempt, DeliveryEvent Word, string? Stops, DateTimeOffset? StoppedAt = null, string? Campaign = null);

/// <summary>
/// Tells a campaign that the recipient of its last message in a thread has said something, or has stopped. Idempotent by its recipient; at least once behind the commit.
/// Registered by whoever runs campaigns.
/// </summary>
internal delegate Task CampaignAnswered(string tag, bool stops, DateTimeOffset at, CancellationToken cancellation);

/// <summary>Tells a campaign what became of a message of its own. Idempotent by its recipient and the word. Registered by whoever runs campaigns.</summary>
/// <param name="tag">Of its recipient.</param>
/// <param name="stops">Why the recipient is not to be messaged any more; null: nothing is said of that.</param>
internal delegate Task TellCampaign(string tag, DeliveryEvent word, string? stops, CancellationToken cancellation);

/// <summary>
/// Records what providers say of our messages. A word is inserted as a row of its own: no read, no contention, and a doubled word meets its row.
/// Operations: 2 (commit, feed); one more for a callback without our id; a read and the head more when the contact has stopped us. Thread-safe.
/// </summary>
internal sealed class Deliveries(ThreadStore threads, Consents consents, Inbox inbox, TimeProvider time, ILogger<Deliveries> log, TellCampaign? campaign = null)
{
    /// <returns>False when the message is not one of ours.</returns>
    public async Task<bool> ReportAsync(Report report, CancellationToken cancellation)
    {
        var target = await TargetAsync(report, cancellation);
        if (report.Stops is { } reason && !await IsKnownAsync(target, report, cancellation))
            await consents.ApplyAsync(report.ChannelId, report.Recipient, StopOf(report, reason, target), cancellation);
        if (target is null) return false;
        await threads.CommitAsync(target.Conversation.Thread, Writes(target, report), cancellation);
        // Of a campaign's message the campaign is told in the feed's place.
        if (campaign is not null && (report.Campaign ?? target.Campaign) is { } tag) await campaign(tag, report.Word, report.Stops, cancellation);
        else await TellAsync(target, report, cancellation);
        return true;
    }

    private async Task<Target?> TargetAsync(Report report, CancellationToken cancellation)
    {
        if (Target.Of(report.ConversationId, report.MessageId) is { } named) return named;
        var dedupe = await threads.DedupeAsync(report.Thread, ThreadRows.Dedupe("provider", report.Word.ProviderId), cancellation);
        if (dedupe is null) log.NotOurs(report.Word.ProviderId);
        return dedupe is null ? null : Target.Of(dedupe.ConversationId, dedupe.MessageId) is { } found ? found with { Campaign = dedupe.Campaign } : null;
    }

    // The stop is written before the word, so that it can't be lost; a word that is here already has had its effect, and somebody may have lifted that since.
    private async Task<bool> IsKnownAsync(Target? target, Report report, CancellationToken cancellation) =>
        target is not null && await threads.HasAsync(target.Conversation.Thread, RowOf(target, report), cancellation);

    private ConsentChange StopOf(Report report, string reason, Target? target) =>
        new(true, "provider", report.Word.Error?.Code ?? report.Word.ProviderState, target?.MessageId, report.StoppedAt ?? time.GetUtcNow(), reason);

    // The dedupe row says whose id this is before our own record of the answer may: a reconciliation of a twin must not take it.
    private static RowWrite[] Writes(Target target, Report report) =>
    [
        RowWrite.Insert(RowOf(target, report), report.Word, ConversationsJson.Default.DeliveryEvent),
        RowWrite.Put(ThreadRows.Dedupe("provider", report.Word.ProviderId), new Dedupe(target.ConversationId, target.MessageId, Campaign: report.Campaign ?? target.Campaign), ConversationsJson.Default.Dedupe),
    ];

    private static string RowOf(Target target, Report report) => ThreadRows.Event(
        ThreadRows.Message(target.Conversation.Ulid, target.Message.Ulid), report.Attempt, report.Word.ProviderState, report.Word.ProviderId);

    private Task TellAsync(Target target, Report report, CancellationToken cancellation)
    {
        var change = new FeedRow(ChangeType.Delivery, target.ConversationId, target.MessageId, time.GetUtcNow());
        return inbox.TellAsync(change, target.Conversation.Ulid, $"{target.Message.Ulid}|{report.Attempt}{report.Word.ProviderState}", cancellation);
    }

    private sealed record Target(string ConversationId, string MessageId, (string Thread, string Ulid) Conversation, (string Thread, string Ulid) Message)
    {
        /// <summary>The tag of a campaign's message, where that is known.</summary>
        public string? Campaign { get; init; }

        public static Target? Of(string? conversationId, string? messageId) =>
            conversationId is not null && messageId is not null
            && ThreadKeys.Conversation(conversationId) is { } conversation && ThreadKeys.Message(messageId) is { } message
            && conversation.Thread == message.Thread
                ? new Target(conversationId, messageId, conversation, message)
                : null;
    }
}
