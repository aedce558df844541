using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PPMessage.Webhooks;

/// <summary>Signs as the Standard Webhooks specification says (github.com/standard-webhooks/standard-webhooks, version 1.0.0), symmetrically. Pure but for <see cref="Draw"/>.</summary>
internal static class WebhookSignature
{
    public const string SecretPrefix = "whsec_";

    private const int SecretBytes = 32;

    /// <summary>A new secret in the form in which receivers' libraries take it.</summary>
    public static string Draw() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>The value of <c>webhook-signature</c>: one signature for each secret, separated by blanks, so that a receiver who knows one of them can verify.</summary>
    /// <param name="id">Has no full stop.</param>
    /// <param name="timestamp">Unix seconds of this attempt.</param>
    public static string Of(IEnumerable<string> secrets, string id, long timestamp, string body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}"));
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), signed))));
    }
}
