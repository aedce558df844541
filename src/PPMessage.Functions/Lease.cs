using PPMessage.Storage;

namespace PPMessage.Functions;

/// <summary>Keeps a message hidden from others while it is worked on: taken for a time (<see cref="Timing.Lease"/>) and renewed at half of it, however long the work takes.</summary>
internal sealed class Lease(IStore store, string queue, QueueReceipt receipt, TimeSpan length, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The right to hide or delete the message, as last renewed.</summary>
    public QueueReceipt Receipt { get; private set; } = receipt;

    /// <summary>Runs the work under the lease. The receipt is at rest when this returns or throws.</summary>
    public async Task<bool> HoldAsync(Func<Task<bool>> work)
    {
        using var ended = new CancellationTokenSource();
        var renewal = RenewAsync(ended.Token);
        try
        {
            return await work();
        }
        finally
        {
            await ended.CancelAsync();
            await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RenewAsync(CancellationToken ended)
    {
        var wait = length / 2;
        while (true)
        {
            await Task.Delay(wait, time, ended);
            try
            {
                // Not cancelled with the work: a renewal that is cut off leaves it unknown which receipt counts.
                var renewed = await store.HideAsync(queue, Receipt, length, CancellationToken.None);
                if (renewed is null) { Log.LeaseLost(logger, queue, Receipt.MessageId); return; }
                (Receipt, wait) = (renewed, length / 2);
            }
            catch (Exception e)
            {
                Log.MessageStuck(logger, e, queue, Receipt.MessageId);
                wait = RetryAfter;
            }
        }
    }
}
