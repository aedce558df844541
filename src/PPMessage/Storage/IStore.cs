namespace PPMessage.Storage;

/// <summary>
/// The storage seam: what Azure Table, Queue and Blob Storage offer, and no more. Two stores implement it (Azure, embedded);
/// <see cref="GuardedStore"/> stands before either and adds limits, read-back and counting. Thread-safe.
/// Every failure that is not an expected outcome is a <see cref="StoreException"/>; after one the write may or may not have taken effect.
/// </summary>
internal interface IStore
{
    /// <summary>One row, or null.</summary>
    Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation);

    /// <summary>Rows of one partition in ordinal order of their row keys, at most <paramref name="limit"/> (1–1,000).</summary>
    Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation);

    /// <summary>
    /// Applies all writes or none. 1–100 writes on different rows of one partition, together at most 4 MiB.
    /// A precondition that fails is the outcome <see cref="CommitResult.Conflict"/>, not an exception.
    /// </summary>
    Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation);

    /// <summary>Drops a whole table; a missing one is no error. Azure takes up to a minute until the name is free again.</summary>
    Task DropTableAsync(string table, CancellationToken cancellation);

    /// <summary>Adds a message that never expires and stays hidden for <paramref name="hiddenFor"/> (0 to 7 days).</summary>
    Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation);

    /// <summary>Takes up to <paramref name="max"/> (1–32) visible messages and hides each for <paramref name="lease"/>. At least once.</summary>
    Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation);

    /// <summary>Hides a message for a new time from now; null when the receipt is stale (somebody else has the message, or it is gone).</summary>
    Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation);

    /// <summary>Deletes a message; false when the receipt is stale or the message gone.</summary>
    Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation);

    /// <summary>Writes or replaces a blob as a whole: a reader sees the old or the new content, never a part.</summary>
    Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation);

    /// <summary>Opens a blob for reading, or null. The caller disposes it.</summary>
    Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation);

    /// <summary>
    /// As above, from a byte on that is no further than the blob's end; <see cref="Blob.Length"/> is what is left. The stores begin there;
    /// whatever stands before one in tests may leave it to this, which reads the rest away.
    /// </summary>
    async Task<Blob?> OpenBlobAsync(string container, string name, long from, CancellationToken cancellation)
    {
        if (await OpenBlobAsync(container, name, cancellation) is not { } blob) return null;
        var skipped = new byte[64 * 1024];
        for (var left = from; left > 0;) left -= await blob.Content.ReadAtLeastAsync(skipped.AsMemory(0, (int)Math.Min(left, skipped.Length)), 1, cancellationToken: cancellation);
        return blob with { Length = blob.Length - from };
    }

    /// <summary>Deletes a blob; a missing one is no error.</summary>
    Task DeleteBlobAsync(string container, string name, CancellationToken cancellation);
}
