using PPMessage.Storage;

namespace PPMessage.Tests.Storage;

/// <summary>A store whose commits go wrong as the network makes them go wrong. Everything else passes through.</summary>
internal sealed class FaultyStore(IStore inner) : PassThroughStore(inner)
{
    public CommitFault Fault { get; set; }

    /// <summary>What somebody else does between a commit's effect and its repetition.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public override async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        var fault = Fault;
        Fault = CommitFault.None;
        var result = await base.CommitAsync(table, partition, writes, cancellation);
        if (fault == CommitFault.None) return result;
        await Meanwhile();
        return fault == CommitFault.Repeated
            ? await base.CommitAsync(table, partition, writes, cancellation)
            : throw new StoreException("The answer was lost.");
    }
}

internal enum CommitFault
{
    None,

    /// <summary>Applied, its answer lost, and repeated by the SDK: the caller gets the second answer.</summary>
    Repeated,

    /// <summary>Applied, and the caller gets an error.</summary>
    Thrown,
}
