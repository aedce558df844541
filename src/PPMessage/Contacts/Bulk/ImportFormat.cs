using System.Text;
using Microsoft.Net.Http.Headers;

namespace PPMessage.Contacts.Bulk;

/// <summary>What a body says that it is.</summary>
/// <param name="Encoding">Of a table, strict; null: lines of JSON.</param>
internal sealed record ImportFormat(Encoding? Encoding)
{
    public const string Accepted = "application/x-ndjson (UTF-8) or text/csv; charset=utf-8, gb18030, gbk, utf-16 or another known one.";

    private static readonly string[] Lines = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"];

    public bool IsTable => Encoding is not null;

    /// <summary>Null: none that is read here.</summary>
    public static ImportFormat? Of(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)) return null;
        var charset = type.Charset.Value?.Trim('"').ToLowerInvariant() is { Length: > 0 } named ? named : "utf-8";
        if (Lines.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase)) return charset is "utf-8" or "utf8" ? new ImportFormat(Encoding: null) : null;
        return type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase) && Named(charset) is { } encoding ? new ImportFormat(encoding) : null;
    }

    /// <summary>The encoding that the first bytes tell, and how many of them tell it; a mark wins over what was said.</summary>
    public (Encoding Encoding, int Mark) Marked(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Strict("utf-8"), 3),
        [0xFF, 0xFE, ..] => (Strict("utf-16"), 2),
        [0xFE, 0xFF, ..] => (Strict("utf-16BE"), 2),
        _ => (Encoding!, 0),
    };

    // What Excel calls ANSI is the code page of who speaks Chinese.
    private static Encoding? Named(string charset) => CharsetNames.Find(charset == "ansi" ? "gb18030" : charset) is { } known ? Strict(known.WebName) : null;

    private static Encoding Strict(string name) => Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
