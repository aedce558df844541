using System.Security.Cryptography;
using System.Text;

namespace PPMessage;

/// <summary>
/// Ids are a prefix, a ULID, and the partition that the thing lives in, so that no look-up table is needed: opaque to clients, sortable by creation.
/// <c>cv_{ulid}{thread}</c> <c>msg_{ulid}{thread}</c> <c>ct_{ulid}{bucket}</c> <c>ch_{ulid}</c> <c>ag_{ulid}</c> <c>tm_{ulid}</c>.
/// </summary>
internal static class Ids
{
    public const int UlidLength = 26;

    /// <summary>Characters of a thread key (<c>ThreadKeys</c>): 16 bytes in base32.</summary>
    public const int ThreadLength = 26;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new ULID: 48 bits of time in ms, 80 random bits.</summary>
    public static string NewUlid(DateTimeOffset now) => Ulid.NewUlid(now, RandomNumberGenerator.GetBytes(10)).ToString();

    /// <summary>The same seed and instant always give the same ULID: how a repeated request finds the id of its first try.</summary>
    public static string SeededUlid(DateTimeOffset at, string seed) =>
        Ulid.NewUlid(at, SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, 10)).ToString();

    /// <summary>Orders backwards: the ULID with each digit's complement, so that the newest row of a partition comes first.</summary>
    public static string Inverse(string ulid) =>
        string.Create(ulid.Length, ulid, static (span, text) =>
        {
            for (var i = 0; i < text.Length; i++) span[i] = Alphabet[31 - Digit(text[i])];
        });

    /// <summary>Crockford's base32, most significant bit first; the last digit is padded with zero bits.</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(((bytes.Length * 8) + 4) / 5);
        int bits = 0, value = 0;
        foreach (var b in bytes)
        {
            value = (value << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5) text.Append(Alphabet[(value >> (bits - 5)) & 31]);
            value &= (1 << bits) - 1;
        }

        return (bits == 0 ? text : text.Append(Alphabet[(value << (5 - bits)) & 31])).ToString();
    }

    /// <summary>A key made of foreign text: 128 bits of its SHA-256.</summary>
    public static string Hash(string text) => Base32(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    /// <summary>The ULID of an id with this prefix and this many characters of partition; null when it is none.</summary>
    public static string? UlidOf(string id, string prefix, int partitionLength) =>
        id.Length == prefix.Length + UlidLength + partitionLength && id.StartsWith(prefix, StringComparison.Ordinal) && IsBase32(id.AsSpan(prefix.Length, UlidLength))
            ? id.Substring(prefix.Length, UlidLength)
            : null;

    /// <summary>When a ULID was made; null when it says a time that no clock shows (a stranger can write years beyond 9999).</summary>
    public static DateTimeOffset? TimeOf(string ulid)
    {
        var milliseconds = ulid.Take(10).Aggregate(0L, (time, digit) => (time * 32) + Digit(digit));
        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }

    /// <summary>A base32 digit's value, 0–31.</summary>
    public static int Digit(char digit) => Alphabet.IndexOf(digit, StringComparison.Ordinal);

    public static bool IsBase32(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!Alphabet.Contains(c)) return false;
        return true;
    }
}
