using System.Text;

namespace PPMessage.Mailgun;

/// <summary>
/// A part's Content-Disposition, read with patience: file names come from mails and hold whatever people put there (quotation marks, semicolons, any script),
/// and a part whose header offends a standard is still somebody's file.
/// </summary>
/// <param name="Name">Empty when there is none.</param>
/// <param name="FileName">Null: a plain field.</param>
internal sealed record PartDisposition(string Name, string? FileName)
{
    public static PartDisposition Parse(string? header)
    {
        string? name = null, fileName = null, extended = null;
        var text = (header ?? string.Empty).AsSpan();
        for (var at = text.IndexOf(';'); at >= 0 && at < text.Length;)
        {
            text = text[(at + 1)..];
            var (key, value) = Parameter(text, out at);
            if (key == "name") name ??= value;
            else if (key == "filename") fileName ??= value;
            else if (key == "filename*") extended ??= Extended(value);
        }

        return new PartDisposition(name ?? string.Empty, extended ?? fileName);
    }

    /// <param name="end">Where the semicolon behind it stands; the text's length when none does.</param>
    private static (string Key, string Value) Parameter(ReadOnlySpan<char> text, out int end)
    {
        var equals = text.IndexOfAny('=', ';');
        end = equals < 0 ? text.Length : equals;
        if (equals < 0 || text[equals] == ';') return (string.Empty, string.Empty);
        var key = text[..equals].Trim().ToString().ToLowerInvariant();
        var start = equals + 1;
        while (start < text.Length && text[start] == ' ') start++;
        if (start < text.Length && text[start] == '"') return (key, Quoted(text, start + 1, out end));
        end = text[start..].IndexOf(';') is >= 0 and var length ? start + length : text.Length;
        return (key, text[start..end].Trim().ToString());
    }

    // A quotation mark ends the value only where a parameter may follow: some senders leave those inside of a name as they are.
    private static string Quoted(ReadOnlySpan<char> text, int start, out int end)
    {
        var value = new StringBuilder();
        for (end = start; end < text.Length; end++)
        {
            if (text[end] == '"' && EndsHere(text[(end + 1)..])) break;
            if (text[end] == '\\' && end + 1 < text.Length && text[end + 1] is '"' or '\\') end++;
            value.Append(text[end]);
        }

        end = text[Math.Min(end, text.Length)..].IndexOf(';') is >= 0 and var more ? end + more : text.Length;
        return value.Replace("%22", "\"").Replace("%0D", string.Empty).Replace("%0A", string.Empty).ToString();
    }

    private static bool EndsHere(ReadOnlySpan<char> rest) => rest.TrimStart() is [] or [';', ..];

    // RFC 5987: charset'language'percent-encoded.
    private static string? Extended(string value)
    {
        var parts = value.Split('\'', 3);
        return parts.Length == 3 && parts[0].Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(parts[2]) : null;
    }
}
