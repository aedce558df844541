using System.Text.RegularExpressions;
using MimeKit;

namespace PPMessage.Mail;

/// <summary>The text of a text part.</summary>
internal static partial class TextParts
{
    /// <summary>Bytes of decoded text that are read. A longer text is cut there, and is a file besides.</summary>
    public const int Most = 4 << 20;

    /// <summary>Whether it was read as a whole, beside it.</summary>
    public static (string Text, bool Whole) Read(MimePart part, List<string> oddities)
    {
        if (part.Content is null) return (string.Empty, true);
        using var content = new BoundedStream(Most);
        part.Content.DecodeTo(content);
        if (content.Written.IsEmpty && part.Content.Stream is { Length: > 0 } raw) return Undecoded(part, raw, oddities);
        if (content.IsFull) oddities.Add("A text is very long: here is its beginning, the whole is among the files.");
        return (Text(part, content.Written) + (content.IsFull ? "\n…" : string.Empty), !content.IsFull);
    }

    // What is called encoded and is not: its words are there.
    private static (string Text, bool Whole) Undecoded(MimePart part, Stream raw, List<string> oddities)
    {
        using var content = new BoundedStream(Most);
        raw.Position = 0;
        raw.CopyTo(content);
        var text = Text(part, content.Written);
        if (!string.IsNullOrWhiteSpace(text)) oddities.Add("A text is not encoded as it says: here it is as it stands.");
        return (text, !content.IsFull);
    }

    private static string Text(MimePart part, ReadOnlySpan<byte> bytes)
    {
        var html = part.ContentType.IsMimeType("text", "html");
        var text = Charsets.Decode(bytes, part.ContentType.Charset ?? (html ? MetaCharset(bytes) : null));
        var flowed = !html && string.Equals(part.ContentType.Parameters["format"], "flowed", StringComparison.OrdinalIgnoreCase);
        return flowed ? FlowedText.Join(text, string.Equals(part.ContentType.Parameters["delsp"], "yes", StringComparison.OrdinalIgnoreCase)) : text;
    }

    /// <summary>What the HTML says of itself, for mails that don't.</summary>
    private static string? MetaCharset(ReadOnlySpan<byte> bytes)
    {
        var head = System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 2048)]);
        return Meta().Match(head) is { Success: true } match ? match.Groups["name"].Value : null;
    }

    [GeneratedRegex(@"charset\s{0,5}=\s{0,5}[""']?(?<name>[a-z0-9_:.-]{1,40})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Meta();
}
