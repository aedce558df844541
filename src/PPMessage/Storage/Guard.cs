using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace PPMessage.Storage;

/// <summary>Refuses what Azure would refuse, by <see cref="ArgumentException"/>: such a call is our mistake, never a stranger's.</summary>
internal static partial class Guard
{
    // A transaction's headers and JSON around one row, rounded up.
    private const int WireBytesPerRow = 1024;

    private const int BlobNameCharacters = 1024;

    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Except("/\\#?").ToArray());

    /// <summary>Source: learn.microsoft.com, "Understanding the Table service data model" (table names; "tables" is reserved).</summary>
    public static void Table(string name)
    {
        if (!TableName().IsMatch(name)) Refuse($"'{name}' is no table name: 3–63 letters and digits, a letter first.");
    }

    public static void Queue(string name)
    {
        if (!QueueName().IsMatch(name)) Refuse($"'{name}' is no queue name: 3–63 small letters, digits and single hyphens.");
    }

    /// <summary>A partition or row key.</summary>
    public static void Key(string key)
    {
        if (key.Length is < 1 or > Limits.KeyCharacters) Refuse($"A key has 1 to {Limits.KeyCharacters} characters, this one {key.Length}: '{key}'.");
        if (key.AsSpan().ContainsAnyExcept(KeyCharacters)) Refuse($"Keys are printable ASCII without / \\ # ?: '{key}'.");
    }

    public static void Range(RowRange range, int limit)
    {
        if (range.From is null || !Ascii.IsValid(range.From) || !Ascii.IsValid(range.To)) Refuse("The bounds of a range are ASCII.");
        if (limit is < 1 or > Limits.PageRows) Refuse($"A page has 1 to {Limits.PageRows} rows, not {limit}.");
    }

    public static void Transaction(string partition, IReadOnlyList<RowWrite> writes)
    {
        if (writes.Count is < 1 or > Limits.TransactionRows) Refuse($"A transaction has 1 to {Limits.TransactionRows} rows, not {writes.Count}.");
        var keys = new HashSet<string>(writes.Count, StringComparer.Ordinal);
        long bytes = 0;
        foreach (var write in writes)
        {
            Write(write);
            if (!keys.Add(write.Key)) Refuse($"A transaction writes a row once: '{write.Key}'.");
            bytes += WireBytes(partition, write);
        }

        if (bytes > Limits.TransactionBytes) Refuse($"A transaction has at most {Limits.TransactionBytes} bytes on the wire, this one about {bytes}.");
    }

    public static void Message(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes is < 1 or > Limits.MessageBytes) Refuse($"A queue message has 1 to {Limits.MessageBytes} bytes, this one {bytes}.");
    }

    public static void Hiding(TimeSpan time)
    {
        if (time < TimeSpan.Zero || time > Limits.LongestHiding) Refuse($"A message is hidden for 0 to 7 days, not {time}.");
    }

    public static void Lease(int max, TimeSpan lease)
    {
        if (max is < 1 or > Limits.DequeuedAtOnce) Refuse($"1 to {Limits.DequeuedAtOnce} messages can be taken at once, not {max}.");
        if (lease <= TimeSpan.Zero || lease > Limits.LongestHiding) Refuse($"A lease lasts up to 7 days, not {lease}.");
    }

    /// <summary>A name whose segments a URL would resolve (<c>..</c>) or strip (a dot or slash at the end) names another blob or none.</summary>
    public static void Blob(string container, string name)
    {
        if (!QueueName().IsMatch(container)) Refuse($"'{container}' is no container name: 3–63 small letters, digits and single hyphens.");
        if (name.Length is < 1 or > BlobNameCharacters) Refuse($"A blob's name has 1 to {BlobNameCharacters} characters.");
        if (name.Contains('\\') || name.Any(char.IsControl)) Refuse("A blob's name has no backslash and no control character.");
        if (name.Split('/').Any(segment => segment.Length == 0 || segment.EndsWith('.')))
            Refuse($"A segment of a blob's name is not empty and ends in no dot: '{name}'.");
    }

    public static void ContentType(string type)
    {
        if (type.Length == 0 || !Ascii.IsValid(type) || type.Any(char.IsControl)) Refuse("A content type is printable ASCII.");
    }

    private static void Write(RowWrite write)
    {
        Key(write.Key);
        if (write.Document.Length > Limits.RowBytes) Refuse($"Row '{write.Key}' has {write.Document.Length} bytes; at most {Limits.RowBytes} fit.");
        if (write.Kind == WriteKind.Delete != write.Document.IsEmpty) Refuse($"A delete has no document, every other write has one: '{write.Key}'.");
        if (write.Kind == WriteKind.Replace && string.IsNullOrEmpty(write.ETag)) Refuse($"A replace names the ETag that it replaces: '{write.Key}'.");
        if (write.Kind is WriteKind.Insert or WriteKind.Put && write.ETag is not null) Refuse($"An insert or put has no ETag: '{write.Key}'.");
    }

    // Documents travel in Base64; keys stand in the URL and in the body.
    private static long WireBytes(string partition, RowWrite write) =>
        ((write.Document.Length + 2) / 3 * 4) + (2 * (partition.Length + write.Key.Length)) + WireBytesPerRow;

    [DoesNotReturn]
    private static void Refuse(string message) => throw new ArgumentException(message, paramName: null);

    [GeneratedRegex("^(?![Tt][Aa][Bb][Ll][Ee][Ss]$)[A-Za-z][A-Za-z0-9]{2,62}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TableName();

    [GeneratedRegex("^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QueueName();
}
