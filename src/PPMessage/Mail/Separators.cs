namespace PPMessage.Mail;

/// <summary>Lines such as <c>-----Original Message-----</c>.</summary>
internal static class Separators
{
    private const int Longest = 120;

    private static readonly string[] Phrases =
    [
        "original", "original message", "original mail", "original email", "original appointment", "reply message", "原始邮件", "邮件原件", "原邮件", "原始郵件", "原始信息", "原始消息", "原始信件", "回复的原邮件",
        "回复邮件", "答复邮件", "ursprüngliche nachricht", "originalnachricht", "original-nachricht", "message d'origine", "message d’origine", "message original", "mensaje original",
        "messaggio originale", "oorspronkelijk bericht", "originele bericht", "mensagem original", "исходное сообщение", "元のメッセージ", "original-mail",
        "ursprungligt meddelande", "oprindelig meddelelse", "원본 메시지", "원본 메일", "wiadomość oryginalna", "orijinal mesaj", "původní zpráva",
    ];

    private static readonly string[] Forwards =
    [
        "forwarded message", "begin forwarded message", "original message forwarded", "转发邮件", "转发的邮件", "转发邮件信息", "以下是转发的邮件", "开始转发的邮件", "轉寄郵件", "轉寄的郵件", "开始转发邮件",
        "weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "message transféré", "début du message transféré", "début du message réexpédié", "mensaje reenviado", "mensaje transmitido",
        "inicio del mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato", "doorgestuurd bericht", "begin doorgestuurd bericht", "mensagem encaminhada", "mensagem reencaminhada",
        "início da mensagem encaminhada", "пересылаемое сообщение", "пересланное сообщение", "начало переадресованного сообщения", "転送メッセージ", "転送されたメッセージ", "전달된 메시지",
    ];

    public static bool IsSeparator(ReadOnlySpan<char> line)
    {
        if (line.Length > Longest || Dashes(line) < 2) return false;
        return Phrases.Contains(Inner(line), StringComparer.OrdinalIgnoreCase);
    }

    public static bool IsForward(string line)
    {
        var text = line.AsSpan().Trim();
        return text.Length is > 0 and <= Longest && Forwards.Contains(Inner(text), StringComparer.OrdinalIgnoreCase) && (Dashes(text) >= 2 || text[^1] is ':' or '：');
    }

    /// <summary>A drawn line: it separates only if a header block follows.</summary>
    public static bool IsRule(ReadOnlySpan<char> line) => line.Length >= 3 && line.Trim("-—–_=*＿").IsEmpty;

    /// <summary>Some programs leave the HTML blank in the plain text.</summary>
    private static string Inner(ReadOnlySpan<char> line) =>
        line.ToString().Replace("&nbsp;", " ", StringComparison.OrdinalIgnoreCase).Replace('\u00A0', ' ').Trim('-', '—', '–', '_', '=', '*', '＿', ' ', ':', '：');

    private static int Dashes(ReadOnlySpan<char> line) => line.Length - line.TrimStart("-—–_=*＿").Length;
}
