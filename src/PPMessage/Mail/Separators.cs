namespace PPMessage.Mail;

/// <summary>Lines such as <c>-----Original Message-----</c>.</summary>
internal static class Separators
{
    private const int Longest = 120;

    /// <summary>"Forwarded message" is not among them: what is forwarded is what the person wants us to read.</summary>
    private static readonly string[] Phrases =
    [
        "original message", "original mail", "original email", "original appointment", "reply message", "原始邮件", "原邮件", "原始郵件", "原始信息", "原始消息", "原始信件", "回复的原邮件",
        "回复邮件", "答复邮件", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "message d'origine", "message d’origine", "message original", "mensaje original",
        "messaggio originale", "oorspronkelijk bericht", "originele bericht", "mensagem original", "исходное сообщение", "пересылаемое сообщение", "元のメッセージ", "original-mail",
        "ursprungligt meddelande", "oprindelig meddelelse", "원본 메시지", "원본 메일", "wiadomość oryginalna", "orijinal mesaj", "původní zpráva",
    ];

    public static bool IsSeparator(ReadOnlySpan<char> line)
    {
        if (line.Length > Longest || Dashes(line) < 2) return false;
        var inner = line.Trim("-—–_=*＿ \u00A0").ToString();
        return Phrases.Contains(inner.Replace('\u00A0', ' ').Trim(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A drawn line: it separates only if a header block follows.</summary>
    public static bool IsRule(ReadOnlySpan<char> line) => line.Length >= 3 && line.Trim("-—–_=*＿").IsEmpty;

    private static int Dashes(ReadOnlySpan<char> line) => line.Length - line.TrimStart("-—–_=*＿").Length;
}
