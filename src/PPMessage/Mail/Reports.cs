using MimeKit;

namespace PPMessage.Mail;

/// <summary>Finds out what a mail reports of another mail.</summary>
internal static class Reports
{
    private const int MostIds = 50;

    public static MailReport? Of(MimeMessage message, BodyParts parts, string text, MailAddress? from, string? subject)
    {
        var report = OfStatus(parts) ?? OfDisposition(parts) ?? Bounces.Of(message, text, from, subject);
        if (report is null) return null;
        var original = report.OriginalMessageId ?? parts.Originals.Select(IdOf).FirstOrDefault(id => id is not null);
        return report with { OriginalMessageId = original, MentionedIds = Mentioned(message, parts, text, original) };
    }

    private static MailReport? OfStatus(BodyParts parts)
    {
        var groups = parts.Statuses.SelectMany(status => status.StatusGroups).Where(group => Field(group, "Action") is not null || Field(group, "Status") is not null).ToList();
        var worst = groups.Select(group => (Group: group, Kind: KindOf(group))).Where(found => found.Kind is not null).OrderBy(found => found.Kind).FirstOrDefault();
        if (worst.Group is not { } told) return null;
        return new(worst.Kind!.Value, null, Recipient(told), Field(told, "Status")?.Split(' ')[0], Behind(Field(told, "Diagnostic-Code")));
    }

    private static MailReportKind? KindOf(HeaderList group) => Field(group, "Action")?.ToLowerInvariant() switch
    {
        "failed" or "failure" => MailReportKind.Failed,
        "delayed" => MailReportKind.Delayed,
        "delivered" or "relayed" or "expanded" => MailReportKind.Delivered,
        _ => Field(group, "Status") switch
        {
            ['5', ..] => MailReportKind.Failed,
            ['4', ..] => MailReportKind.Delayed,
            ['2', ..] => MailReportKind.Delivered,
            _ => null,
        },
    };

    /// <summary>A receipt that says "deleted" or "denied" reports nothing that was read.</summary>
    private static MailReport? OfDisposition(BodyParts parts)
    {
        foreach (var fields in parts.Dispositions.Select(part => part.Fields))
        {
            var disposition = Field(fields, "Disposition");
            if (disposition?.Contains("displayed", StringComparison.OrdinalIgnoreCase) != true) continue;
            return new(MailReportKind.Read, MessageIds.First(Field(fields, "Original-Message-ID")), Recipient(fields), null, null);
        }

        return null;
    }

    private static string? Recipient(HeaderList group) => Behind(Field(group, "Original-Recipient")) ?? Behind(Field(group, "Final-Recipient"));

    /// <summary>Without the type: <c>rfc822; a@b</c>.</summary>
    private static string? Behind(string? value) => value?[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim() is { Length: > 0 } text ? text : null;

    private static string? Field(HeaderList group, string field) => MailHeaders.Text(group, field);

    private static string? IdOf(MimeMessage message) => MessageIds.First(MailHeaders.Text(message.Headers, "Message-Id"));

    private static List<string> Mentioned(MimeMessage message, BodyParts parts, string text, string? original)
    {
        var headers = MessageIds.Chain(MailHeaders.All(message.Headers, "References"), MailHeaders.All(message.Headers, "In-Reply-To"));
        string?[] first = [original, .. parts.Originals.Select(IdOf)];
        return [.. first.OfType<string>().Concat(headers).Concat(MessageIds.InText(text)).Distinct(StringComparer.Ordinal).Take(MostIds)];
    }
}
