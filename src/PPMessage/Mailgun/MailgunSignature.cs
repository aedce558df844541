using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PPMessage.Mailgun;

/// <summary>
/// What proves that a callback is Mailgun's: HMAC-SHA256 with the account's webhook signing key over timestamp and token, in hexadecimal. It does not cover
/// the body. Source: documentation.mailgun.com, "Securing webhooks".
/// </summary>
/// <param name="Timestamp">Seconds, as the text that was signed.</param>
internal sealed record MailgunSignature(string Timestamp, string Token, string Signature)
{
    /// <summary>Nobody says whether a repetition is signed anew: it may come eight hours later with its first signature, and more when something was slow.</summary>
    public static readonly TimeSpan OldestTaken = TimeSpan.FromHours(24);

    public static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    // Tokens have 50 characters; a stranger's may have any number.
    private const int LongestField = 500;

    /// <summary>Null when one of them is missing.</summary>
    public static MailgunSignature? Of(string? timestamp, string? token, string? signature) =>
        IsFilled(timestamp) && IsFilled(token) && IsFilled(signature) ? new(timestamp!, token!, signature!) : null;

    /// <summary>When it was signed; null when the timestamp is none.</summary>
    public DateTimeOffset? At =>
        long.TryParse(Timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>Takes the same time wherever the first difference is.</summary>
    public bool IsSignedWith(string key)
    {
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(Timestamp + Token));
        var given = Encoding.UTF8.GetBytes(Signature.ToLowerInvariant());
        return CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)));
    }

    public bool IsFresh(DateTimeOffset now) => At is { } at && now - at <= OldestTaken && at - now <= ClocksDiffer;

    private static bool IsFilled(string? text) => text is { Length: > 0 and <= LongestField };
}
