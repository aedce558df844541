using System.Security.Cryptography;
using System.Text;

namespace PPMessage.Twilio;

/// <summary>
/// Proves that Twilio made a request: Base64(HMAC-SHA1(auth token, URL + sorted form fields)) in <c>X-Twilio-Signature</c>.
/// Source: twilio.com/docs/usage/security, "Validating requests", and the tests of Twilio's SDKs.
/// It carries no time: a replay is told by its MessageSid only.
/// </summary>
internal static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";

    private const string BodyHash = "bodySHA256";

    /// <summary>Whether one of the tokens signed this form (a GET has none: its fields stand in the URL).</summary>
    /// <param name="url">As Twilio was told it: configured base, raw target with its query as sent, no fragment.</param>
    /// <param name="fields">Decoded, untrimmed, with empty values and repetitions.</param>
    /// <param name="tokens">Auth tokens (never API key secrets); two while one is being rotated. Empty ones prove nothing and are passed over.</param>
    public static bool IsForm(string? signature, string url, IEnumerable<KeyValuePair<string, string>> fields, IEnumerable<string?> tokens) =>
        IsSigned(signature, url, Flatten(fields), tokens);

    /// <summary>Whether one of the tokens signed this body, whose SHA-256 the URL must name.</summary>
    public static bool IsJson(string? signature, string url, ReadOnlySpan<byte> body, IEnumerable<string?> tokens) =>
        NamesHash(url, body) && IsSigned(signature, url, string.Empty, tokens);

    private static bool IsSigned(string? signature, string url, string fields, IEnumerable<string?> tokens)
    {
        if (string.IsNullOrEmpty(signature)) return false;
        var given = Encoding.UTF8.GetBytes(signature);
        var candidates = Candidates(url).Distinct(StringComparer.Ordinal).ToArray();
        var found = false;
        foreach (var token in tokens)
        {
            if (string.IsNullOrEmpty(token)) continue;
            foreach (var candidate in candidates)
                found |= CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Compute(candidate, fields, token)));
        }

        return found;
    }

    // CA5350: SHA-1 is Twilio's choice; as an HMAC it still can't be forged.
#pragma warning disable CA5350
    private static string Compute(string url, string fields, string token) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(url + fields)));
#pragma warning restore CA5350

    // Of a repeated name each different value counts once, in ordinal order (Node, Python and PHP SDKs).
    private static string Flatten(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var text = new StringBuilder();
        var last = default(KeyValuePair<string, string>);
        foreach (var field in fields.OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.Value, StringComparer.Ordinal))
        {
            if (field.Key != last.Key || field.Value != last.Value) text.Append(field.Key).Append(field.Value);
            last = field;
        }

        return text.ToString();
    }

    /// <summary>
    /// Twilio is not consistent about ports, so its SDKs take the URL with and without one; so do we. An apostrophe in the query may have been signed
    /// in its escaped form (the Node SDK normalises as browsers do): both mean the same to a reader of the query, so taking either proves as much.
    /// Nothing else is normalised, neither case nor escapes nor slashes.
    /// </summary>
    private static IEnumerable<string> Candidates(string url)
    {
        var authority = Authority(url);
        foreach (var form in new[] { url, WithoutPort(url, authority), WithPort(url, authority) })
        {
            yield return form;
            yield return EscapedApostrophes(form);
        }
    }

    private static string WithoutPort(string url, (int Port, int End) authority) =>
        string.Concat(url.AsSpan(0, authority.Port), url.AsSpan(authority.End));

    private static string WithPort(string url, (int Port, int End) authority)
    {
        if (authority.Port < authority.End) return url;
        var standard = url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80";
        return url.Insert(authority.End, standard);
    }

    /// <summary>Where ":port" begins and the authority ends; both are equal when no port is named.</summary>
    private static (int Port, int End) Authority(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        var length = url.AsSpan(start).IndexOfAny('/', '?');
        var end = length < 0 ? url.Length : start + length;
        var host = start + url.AsSpan(start, end - start).LastIndexOf('@') + 1;
        var colon = url.AsSpan(host, end - host).LastIndexOf(':');
        var isPort = colon >= 0 && !url.AsSpan(host + colon, end - host - colon).Contains(']');
        return (isPort ? host + colon : end, end);
    }

    private static string EscapedApostrophes(string url)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? url : string.Concat(url.AsSpan(0, query), url[query..].Replace("'", "%27", StringComparison.Ordinal));
    }

    private static bool NamesHash(string url, ReadOnlySpan<byte> body)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        if (query < 0) return false;
        var actual = Encoding.ASCII.GetBytes($"{BodyHash}={Convert.ToHexStringLower(SHA256.HashData(body))}");
        return url[(query + 1)..].Split('&').Any(part => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(part), actual));
    }
}
