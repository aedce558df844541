using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PPMessage.Storage;

/// <summary>A stored document with its version.</summary>
/// <param name="Key">Row key: printable ASCII without <c>/ \ # ?</c>, 1–512 characters, ordered ordinally.</param>
/// <param name="ETag">Opaque; changes with every write of the row.</param>
/// <param name="Nonce">Drawn anew for each commit; tells whose write this is (<see cref="GuardedStore"/>).</param>
/// <param name="Document">UTF-8 JSON.</param>
internal sealed record Row(string Key, string ETag, string Nonce, ReadOnlyMemory<byte> Document)
{
    /// <summary>The document as a value. An unreadable document is a broken store: throws.</summary>
    public T As<T>(JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(Document.Span, type) ?? throw new StoreException($"Row {Key} holds null.");
}

/// <param name="Rows">In ordinal order of their keys.</param>
/// <param name="More">Whether rows of the range follow the last one here.</param>
internal sealed record RowPage(IReadOnlyList<Row> Rows, bool More)
{
    public static readonly RowPage Empty = new([], false);
}

/// <summary>Part of a partition, by row key: from a key (inclusive, or behind it when <paramref name="Exclusive"/>) up to a key (exclusive; null: to the end).</summary>
internal readonly record struct RowRange(string From, string? To, bool Exclusive = false)
{
    public static RowRange All => new(string.Empty, null);

    /// <summary>All keys that begin so.</summary>
    public static RowRange Prefix(string prefix) => new(prefix, After(prefix));

    /// <summary>The rest of this range behind a key.</summary>
    public RowRange Behind(string key) => new(key, To, Exclusive: true);

    // Keys end at '~' (0x7e), so the next prefix is the one whose last character is one higher.
    private static string After(string prefix) => string.Concat(prefix.AsSpan(0, prefix.Length - 1), [(char)(prefix[^1] + 1)]);
}

internal enum WriteKind
{
    /// <summary>Refused when the row exists.</summary>
    Insert,

    /// <summary>Refused when the row is missing or has another ETag.</summary>
    Replace,

    /// <summary>Inserts or replaces, whatever stands there.</summary>
    Put,

    /// <summary>Refused when the row is missing, or when an ETag is given and differs.</summary>
    Delete,
}

/// <summary>One write of a transaction.</summary>
internal sealed record RowWrite(WriteKind Kind, string Key, ReadOnlyMemory<byte> Document, string? ETag)
{
    /// <summary>Set by <see cref="GuardedStore"/>, stored with the row.</summary>
    public string Nonce { get; init; } = string.Empty;

    public static RowWrite Insert<T>(string key, T value, JsonTypeInfo<T> type) =>
        new(WriteKind.Insert, key, JsonSerializer.SerializeToUtf8Bytes(value, type), null);

    public static RowWrite Replace<T>(string key, string etag, T value, JsonTypeInfo<T> type) =>
        new(WriteKind.Replace, key, JsonSerializer.SerializeToUtf8Bytes(value, type), etag);

    public static RowWrite Put<T>(string key, T value, JsonTypeInfo<T> type) =>
        new(WriteKind.Put, key, JsonSerializer.SerializeToUtf8Bytes(value, type), null);

    public static RowWrite Delete(string key, string? etag = null) => new(WriteKind.Delete, key, default, etag);
}

/// <summary>What became of a transaction.</summary>
/// <param name="ETags">One a write, in order (empty string for a delete); empty when in conflict.</param>
/// <param name="Conflict">Null: committed.</param>
internal sealed record CommitResult(IReadOnlyList<string> ETags, Conflict? Conflict)
{
    public bool Committed => Conflict is null;
}

internal enum ConflictKind
{
    /// <summary>An insert met a row.</summary>
    Exists,

    /// <summary>The ETag was not the row's.</summary>
    Stale,

    /// <summary>A replace or delete met no row.</summary>
    Missing,
}

/// <param name="Index">Which write was refused (the first).</param>
/// <param name="Key">Its row key.</param>
/// <param name="Current">What stands there; filled in by <see cref="GuardedStore"/>, null from a bare store.</param>
internal sealed record Conflict(int Index, string Key, ConflictKind Kind, Row? Current = null);

/// <summary>Names a queue message and the right to hide or delete it; ends when somebody else takes the message.</summary>
internal sealed record QueueReceipt(string MessageId, string PopReceipt);

/// <param name="DequeueCount">How often it was taken, this time included.</param>
internal sealed record QueueMessage(QueueReceipt Receipt, string Text, int DequeueCount);

/// <summary>An open blob.</summary>
/// <param name="Content">Stands at the blob's beginning; what lies before that, and so its own length and position, is the store's affair.</param>
/// <param name="Length">In bytes.</param>
internal sealed record Blob(Stream Content, string ContentType, long Length) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <summary>The store could not do it (out of reach, throttled, broken). The write may or may not have taken effect; asking again is safe where the caller's write is idempotent by key.</summary>
internal sealed class StoreException : Exception
{
    public StoreException() { }

    public StoreException(string message) : base(message) { }

    public StoreException(string message, Exception inner) : base(message, inner) { }
}
