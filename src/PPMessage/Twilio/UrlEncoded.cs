using System.Text;
using PPMessage.Http;

namespace PPMessage.Twilio;

/// <summary>Reads <c>application/x-www-form-urlencoded</c> strictly: names and values as they are, nothing trimmed, dropped or repaired.</summary>
internal static class UrlEncoded
{
    /// <summary>Twilio sends about thirty.</summary>
    public const int MostFields = 500;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null with the reason when it is not such a form.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>>? Read(ReadOnlySpan<byte> form, out string reason)
    {
        reason = string.Empty;
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var range in form.Split((byte)'&'))
        {
            var pair = form[range];
            if (pair.IsEmpty) continue;
            if (fields.Count == MostFields) return Fail($"more than {MostFields} fields", out reason);
            if (Field(pair) is not { } field) return Fail("broken percent-encoding", out reason);
            fields.Add(field);
        }

        return fields;
    }

    private static IReadOnlyList<KeyValuePair<string, string>>? Fail(string why, out string reason)
    {
        reason = why;
        return null;
    }

    private static KeyValuePair<string, string>? Field(ReadOnlySpan<byte> pair)
    {
        var equals = pair.IndexOf((byte)'=');
        var name = Decode(equals < 0 ? pair : pair[..equals]);
        var value = equals < 0 ? string.Empty : Decode(pair[(equals + 1)..]);
        return name is null || value is null ? null : new(name, value);
    }

    private static string? Decode(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        var decoder = new PercentDecoder();
        return decoder.TryDecode(text, bytes, out var length) && decoder.IsWhole ? Utf8(bytes.AsSpan(0, length)) : null;
    }

    private static string? Utf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
