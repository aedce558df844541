using PPMessage.Channels;
using PPMessage.Conversations;
using PPMessage.Mail;

namespace PPMessage.Inbound;

/// <summary>
/// Takes mails that tell what became of one of our own (bounces, delays, receipts) to that message. Anybody can write such a mail who has had ours: it is shown
/// with who says so, and stops nothing. What has a sender other than a mail host's is an ordinary mail. Thread-safe.
/// </summary>
internal sealed class MailReports(Deliveries deliveries, ThreadStore threads)
{
    private const int LongestText = 500;

    private static readonly string[] HostSenders = ["mailer-daemon", "postmaster", "mailerdaemon", "bounce", "bounces", "mail-daemon"];

    /// <returns>False when it is about none of our messages: it is an ordinary mail then.</returns>
    public async Task<bool> TakeAsync(MailWork work, MailReport report, CancellationToken cancellation)
    {
        if (report.Kind != MailReportKind.Read && !IsOfHost(work.Mail.EnvelopeSender)) return false;
        var ids = report.OriginalMessageId is { } original ? report.MentionedIds.Prepend(original) : report.MentionedIds;
        foreach (var (thread, conversation, message) in ids.Select(References.Read).OfType<(string Thread, string ConversationId, string MessageId)>().Distinct())
        {
            if (await threads.MessageAsync(conversation, message, cancellation) is not { Message: { Delivery: { } delivery } sent }) continue;
            var word = WordOf(report, sent, delivery.Attempt, work);
            await deliveries.ReportAsync(new Report(sent.ChannelId, sent.Route?.To ?? string.Empty, thread, conversation, message, delivery.Attempt, word, null), cancellation);
            return true;
        }

        return false;
    }

    // RFC 3464 asks for the empty sender; not all hosts comply.
    private static bool IsOfHost(string sender) =>
        sender.Trim('<', '>', ' ').Length == 0 || HostSenders.Contains(sender.Trim('<', '>', ' ').Split('@')[0], StringComparer.OrdinalIgnoreCase);

    private static DeliveryEvent WordOf(MailReport report, Message sent, int attempt, MailWork work)
    {
        var (state, word) = report.Kind switch
        {
            MailReportKind.Failed => (DeliveryStates.Failed, "bounce mail"),
            MailReportKind.Delayed => (DeliveryStates.Deferred, "delay mail"),
            MailReportKind.Read => (DeliveryStates.Read, "read receipt"),
            _ => (DeliveryStates.Delivered, "delivery mail"),
        };
        var error = report.Kind is MailReportKind.Failed or MailReportKind.Delayed ? ErrorOf(report, work.Mail.EnvelopeSender) : null;
        // It comes after what the provider could know: also what it has delivered may come back.
        return new DeliveryEvent(attempt, state, word, sent.ProviderId ?? sent.Id, error, work.Mail.ReceivedAt, Revokes: report.Kind == MailReportKind.Failed);
    }

    private static DeliveryError ErrorOf(MailReport report, string sender)
    {
        var text = string.Join(": ", new[] { report.Recipient, report.Diagnostic }.Where(part => !string.IsNullOrWhiteSpace(part)));
        var who = sender.Trim('<', '>', ' ') is { Length: > 0 } named ? $"A mail of {named} says" : "A bounce mail says";
        return new DeliveryError(report.Status ?? "bounce", Texts.Beginning($"{who}: {(text.Length == 0 ? "it was not delivered." : text)}", LongestText));
    }
}
