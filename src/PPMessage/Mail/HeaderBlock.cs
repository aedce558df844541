using System.Collections.Frozen;

namespace PPMessage.Mail;

/// <summary>The From, Sent, To, Subject lines that Outlook, Foxmail, QQ and others put above a mail they quote without marking its lines.</summary>
internal static class HeaderBlock
{
    private const int MostLines = 14;

    private static readonly FrozenDictionary<string, Label> Labels = Table();

    private enum Label
    {
        From,
        Date,
        To,
        Subject,
        Other,
    }

    /// <summary>Begins with a sender. "From: Berlin, To: Paris" in a person's text is none: it takes a subject and a date, or an address.</summary>
    public static Quotation? At(string[] lines, int start)
    {
        if (Read(lines[start]) is not (Label.From, var sender)) return null;
        var (seen, address, end) = (new HashSet<Label>(), HasAddress(sender), start + 1);
        for (var i = start + 1; i < lines.Length && i < start + MostLines; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            if (Read(lines[i]) is { } field)
            {
                seen.Add(field.Label);
                address |= HasAddress(field.Value);
                end = i + 1;
            }
            else if (i > end || !IsContinuation(lines[i])) break;
            else end = i + 1;
        }

        return IsHeader(seen, address) ? new(start, end, IsCertain: true) : null;
    }

    private static bool IsHeader(HashSet<Label> seen, bool address) =>
        (seen.Contains(Label.Subject) && (seen.Contains(Label.Date) || address)) || (address && seen.Contains(Label.Date) && seen.Contains(Label.To));

    /// <summary>More recipients, wrapped.</summary>
    private static bool IsContinuation(string line) => line.StartsWith(' ') || line.StartsWith('\t') || (line.Contains('@', StringComparison.Ordinal) && line.TrimEnd().EndsWith(';'));

    private static bool HasAddress(string value) => value.Contains('@', StringComparison.Ordinal);

    private static (Label Label, string Value)? Read(string line)
    {
        var text = line.AsSpan().Trim().TrimStart("*|>").TrimStart();
        var colon = text.IndexOfAny(':', '：');
        if (colon is < 1 or > 24) return null;
        var name = string.Concat(text[..colon].ToString().Where(c => !char.IsWhiteSpace(c) && c != '*' && c != '\u200B'));
        return Labels.TryGetValue(name, out var label) ? (label, text[(colon + 1)..].Trim("* ").ToString()) : null;
    }

    private static FrozenDictionary<string, Label> Table()
    {
        (Label Label, string Names)[] rows =
        [
            (Label.From, "from von de da van от fra från od gönderen 发件人 寄件者 寄件人 發件人 发送人 差出人 보낸사람 expéditeur mittente afzender remetente"),
            (Label.Date, "sent date gesendet datum envoyé enviado enviadoel fecha data inviato verzonden отправлено дата 送信日時 日時 日付 发送时间 发送日期 日期 时间 發送時間 寄件日期 傳送日期 傳送時間 보낸날짜 날짜 skickat sendt wysłano tarih датаотправки"),
            (Label.To, "to an à a para aan кому 宛先 收件人 收件者 发送至 받는사람 til till do kime destinataire pour empfänger"),
            (Label.Subject, "subject betreff objet asunto oggetto onderwerp assunto тема 件名 主题 主題 主旨 标题 제목 ämne emne temat konu re"),
            (Label.Other, "cc bcc kopie kopia copie copia копия 抄送 副本 密送 참조 importance priority 重要性 附件 attachments reply-to antwortan répondreà 回复地址"),
        ];
        return rows.SelectMany(row => row.Names.Split(' ').Select(name => (name, row.Label))).DistinctBy(pair => pair.name)
            .ToFrozenDictionary(pair => pair.name, pair => pair.Label, StringComparer.OrdinalIgnoreCase);
    }
}
