using PPMessage.Channels;
using PPMessage.Conversations;
using PPMessage.Mail;

namespace PPMessage.Inbound;

/// <summary>
/// Takes mails that tell what became of one of our own (bounces, delays, receipts) to that message. Anybody can write such a mail who has had ours: it is shown,
/// and stops nothing. Thread-safe.
/// </summary>
internal sealed class MailReports(Deliveries deliveries, ThreadStore threads)
{
    private const int LongestText = 500;

    /// <returns>False when it is about none of our messages: it is an ordinary mail then.</returns>
    public async Task<bool> TakeAsync(MailWork work, MailReport report, CancellationToken cancellation)
    {
        var ids = report.OriginalMessageId is { } original ? report.MentionedIds.Prepend(original) : report.MentionedIds;
        foreach (var (thread, conversation, message) in ids.Select(References.Read).OfType<(string Thread, string ConversationId, string MessageId)>().Distinct())
        {
            if (await threads.MessageAsync(conversation, message, cancellation) is not { Message: { Delivery: { } delivery } sent }) continue;
            var word = WordOf(report, sent, delivery.Attempt, work);
            await deliveries.ReportAsync(new Report(thread, conversation, message, delivery.Attempt, word, null), cancellation);
            return true;
        }

        return false;
    }

    private static DeliveryEvent WordOf(MailReport report, Message sent, int attempt, MailWork work)
    {
        var (state, word) = report.Kind switch
        {
            MailReportKind.Failed => (DeliveryStates.Failed, "bounce mail"),
            MailReportKind.Delayed => (DeliveryStates.Deferred, "delay mail"),
            MailReportKind.Read => (DeliveryStates.Read, "read receipt"),
            _ => (DeliveryStates.Delivered, "delivery mail"),
        };
        var error = report.Kind is MailReportKind.Failed or MailReportKind.Delayed ? ErrorOf(report) : null;
        // It comes after what the provider could know: also what it has delivered may come back.
        return new DeliveryEvent(attempt, state, word, sent.ProviderId ?? sent.Id, error, work.Mail.ReceivedAt, Revokes: report.Kind == MailReportKind.Failed);
    }

    private static DeliveryError ErrorOf(MailReport report)
    {
        var text = string.Join(": ", new[] { report.Recipient, report.Diagnostic }.Where(part => !string.IsNullOrWhiteSpace(part)));
        return new DeliveryError(report.Status ?? "bounce", Texts.Beginning(text.Length == 0 ? "The other side's mail host sent it back." : text, LongestText));
    }
}
