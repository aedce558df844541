using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Json.Pointer;
using PPMessage.Http;

namespace PPMessage.Flows.Calls;

/// <summary>
/// Takes places of an answer as a flow's variables. A place is a JSON Pointer (RFC 6901: <c>/order/state</c>, <c>/items/0/name</c>; <c>-</c> is a list's last item); the
/// empty pointer is the whole body, as text when it is no JSON. Whether it is JSON says the body, not its content type: too many programs name the wrong one. Pure.
/// </summary>
internal static class ResponseMapping
{
    /// <summary>Of one value, in bytes of UTF-8, lists and objects written without spaces. A longer text is cut and ends in "…"; of any other longer value nothing is taken, nor of one with a number that no double holds.</summary>
    public const int LargestValue = 4096;

    public const int LongestPointer = 500;

    private const string CutMark = "…";

    private static readonly JsonElement Null = JsonElement.Parse("null");

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="pointers">From the variable's name; a pointer that is wrong points nowhere.</param>
    /// <returns>Each variable; JSON null for a place that is not there.</returns>
    public static IReadOnlyDictionary<string, JsonElement> Pick(CallAnswer answer, IReadOnlyDictionary<string, string> pointers)
    {
        var body = Parsed(answer.Body);
        return pointers.ToDictionary(one => one.Key, one => body is { } root ? Place(root, one.Value) : one.Value.Length == 0 && answer.Body.Length > 0 ? Text(answer.Body) : Null);
    }

    /// <returns>Why it can't be used ("must …"); null: it can.</returns>
    public static string? MistakeOf(string pointer)
    {
        if (pointer.Length > LongestPointer) return $"must have at most {LongestPointer} characters";
        // The library reads the form of URLs, too (#/order): two spellings of one thing are one too many.
        return pointer.StartsWith('#') || !JsonPointer.TryParse(pointer, out _) ? "must be a JSON Pointer: empty, or as /order/state, with ~0 for ~ and ~1 for / in a name" : null;
    }

    private static JsonElement? Parsed(string body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement Place(JsonElement root, string pointer)
    {
        if (MistakeOf(pointer) is not null) return Null;
        try
        {
            return JsonPointer.Parse(pointer).Evaluate(root) is { } place ? Bounded(place) : Null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair (\ud800): no text, and whoever keeps the value would trip over it.
            return Null;
        }
    }

    private static JsonElement Bounded(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return Text(value.GetString()!);
        if (JsonNumbers.PlaceOfTooGreat(value) is not null) return Null;
        var written = Written(value.WriteTo);
        return written.Length <= LargestValue ? JsonElement.Parse(written) : Null;
    }

    private static JsonElement Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return JsonElement.Parse(Written(writer => writer.WriteStringValue(bytes.Length <= LargestValue ? text : Cut(bytes))));
    }

    private static string Cut(byte[] bytes)
    {
        var kept = LargestValue - Encoding.UTF8.GetByteCount(CutMark);
        // Not within a character.
        while ((bytes[kept] & 0xC0) == 0x80) kept--;
        return Encoding.UTF8.GetString(bytes, 0, kept) + CutMark;
    }

    /// <summary>Compact, with Chinese as it is.</summary>
    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written, Readable)) write(writer);
        return written.ToArray();
    }
}
