using PPMessage.Storage;

namespace PPMessage.Tests.Http;

/// <summary>The real store with a fault that a test wishes for, and a count of reads.</summary>
internal sealed class FaultStore(IStore inner) : PassThroughStore(inner)
{
    private int _rangeReads;

    /// <summary>Called before each commit with its table and writes; may throw.</summary>
    public Action<string, IReadOnlyList<RowWrite>>? BeforeCommit { get; set; }

    /// <summary>Called when a commit is durable; may throw, as a lost answer or a crash would.</summary>
    public Func<string, IReadOnlyList<RowWrite>, Task>? AfterCommit { get; set; }

    public bool Down { get; set; }

    public int RangeReads => _rangeReads;

    public override Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation) =>
        Down ? Task.FromException<Row?>(new StoreException("down")) : base.ReadAsync(table, partition, row, cancellation);

    public override Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _rangeReads);
        return Down ? Task.FromException<RowPage>(new StoreException("down")) : base.ReadRangeAsync(table, partition, range, limit, cancellation);
    }

    public override async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        if (Down) throw new StoreException("down");
        BeforeCommit?.Invoke(table, writes);
        var result = await base.CommitAsync(table, partition, writes, cancellation);
        if (AfterCommit is { } after) await after(table, writes);
        return result;
    }
}
