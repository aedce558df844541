using System.Security.Cryptography;
using System.Text;

namespace PPMessage.Local.Sandbox;

/// <summary>
/// <c>X-Twilio-Signature</c> as Twilio makes it (https://www.twilio.com/docs/usage/security).
/// Written apart from PPMessage's own check on purpose: each proves the other.
/// </summary>
internal static class Signing
{
    /// <param name="url">As requested, with its query and without a fragment.</param>
    /// <param name="fields">Of a form; none for GET. A value that a name has twice counts once.</param>
    /// <param name="authToken">The account's primary one.</param>
    public static string Sign(string url, IEnumerable<KeyValuePair<string, string>> fields, string authToken)
    {
        var signed = new StringBuilder(url);
        var sorted = fields.Distinct().OrderBy(field => field.Key, StringComparer.Ordinal).ThenBy(field => field.Value, StringComparer.Ordinal);
        foreach (var (name, value) in sorted) signed.Append(name).Append(value);
        return Convert.ToBase64String(Hash(Encoding.UTF8.GetBytes(authToken), Encoding.UTF8.GetBytes(signed.ToString())));
    }

#pragma warning disable CA5350 // Twilio's choice
    private static byte[] Hash(byte[] key, byte[] text) => HMACSHA1.HashData(key, text);
#pragma warning restore CA5350
}
