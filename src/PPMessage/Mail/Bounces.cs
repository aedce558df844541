using System.Text.RegularExpressions;
using MimeKit;

namespace PPMessage.Mail;

/// <summary>Bounces that follow no standard: qmail, Exim, QQ, 163, old Exchange and others say it in words only.</summary>
internal static class Bounces
{
    /// <summary>Characters of a bounce's text that are looked at; the rest is the original.</summary>
    private const int MostText = 20_000;

    private static readonly string[] Senders = ["mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "microsoftexchange"];

    private static readonly string[] FailedWords =
    [
        "undeliverable", "undelivered", "delivery status notification (failure)", "delivery failure", "delivery has failed", "failure notice", "returned mail", "mail delivery failed",
        "could not be delivered", "couldn't be delivered", "delivery to the following recipient failed", "mail delivery system", "退信", "系统退信", "投递失败", "无法投递", "未送达", "发送失败",
        "无法送达", "退回", "unzustellbar", "nicht zugestellt", "non remis", "échec de la remise", "no se puede entregar", "non recapitabile", "onbestelbaar", "não entregue", "недоставленн", "配信不能",
    ];

    private static readonly string[] DelayedWords = ["delivery status notification (delay)", "delayed mail", "delivery is delayed", "delivery delayed", "warning: could not send", "延迟", "暂时无法"];

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking;

    private static readonly Regex Status = new(@"[45]\.[0-9]{1,3}\.[0-9]{1,3}", Options);

    private static readonly Regex Diagnostic = new(@"[^\n]*\b[45][0-9]{2}[ -][^\n]{3,300}", Options);

    private static readonly Regex Address = new(@"[a-z0-9._%+=-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,5}", Options);

    /// <summary>Null when it is none: it takes a mail daemon as the sender (or none at all) and words of failure.</summary>
    public static MailReport? Of(MimeMessage message, string text, MailAddress? from, string? subject)
    {
        if (!IsFromDaemon(message, from)) return null;
        var examined = PlainText.Cut(text, MostText);
        if (Kind($"{subject}\n{PlainText.Cut(examined, 2000)}") is not { } kind) return null;
        var recipient = MailHeaders.Text(message.Headers, "X-Failed-Recipients")?.Split(',')[0].Trim() ?? Recipient(examined, from);
        return new(kind, OriginalId(examined), recipient, First(Status, examined), First(Diagnostic, examined)?.Trim());
    }

    private static bool IsFromDaemon(MimeMessage message, MailAddress? from)
    {
        if (MailHeaders.Text(message.Headers, "X-Failed-Recipients") is not null) return true;
        if (message.Headers.Any(h => MailHeaders.Is(h, "Return-Path") && MailHeaders.Text(h) is null or "<>") && from is null) return true;
        return from is not null && Senders.Any(sender => from.Address.StartsWith(sender, StringComparison.OrdinalIgnoreCase));
    }

    private static MailReportKind? Kind(string text) =>
        Has(text, DelayedWords) ? MailReportKind.Delayed : Has(text, FailedWords) ? MailReportKind.Failed : null;

    private static bool Has(string text, string[] words) => words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first address that is not the daemon's own.</summary>
    private static string? Recipient(string text, MailAddress? from)
    {
        for (var match = Address.Match(text); match.Success; match = match.NextMatch())
            if (!string.Equals(match.Value, from?.Address, StringComparison.OrdinalIgnoreCase)) return match.Value;
        return null;
    }

    /// <summary>Of the original's headers, where they are copied into the text.</summary>
    private static string? OriginalId(string text)
    {
        var at = text.LastIndexOf("Message-ID:", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : MessageIds.InText(text[at..]).FirstOrDefault();
    }

    private static string? First(Regex pattern, string text) => pattern.Match(text) is { Success: true } match ? match.Value : null;
}
