using PPMessage.Storage;

namespace PPMessage.Functions;

/// <summary>
/// Stand-alone mode's queue trigger: takes messages of one queue, up to 16 at a time, and does their work as the Functions host would have it done.
/// An empty queue is asked again after 250 ms, and less and less often down to each 2 s: what it costs on an Azure account is then what the host's own polling costs.
/// </summary>
/// <param name="started">Set off when the program listens: a program that can't start takes no work.</param>
internal sealed class QueuePump(string queue, IStore store, QueueCall work, PPMessageOptions options, TimeProvider time, ILogger<QueuePump> logger, CancellationToken started) : BackgroundService
{
    private const int AtOnce = 16;

    /// <summary>How long a message whose work failed stays hidden (as <c>visibilityTimeout</c> in host.json).</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _free = new(AtOnce);
    private readonly CancellationTokenSource _hurry = new();

    /// <summary>Takes no more messages, and waits for the work in hand as long as the program's shutdown may last; what isn't done then is delivered again after its lease.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var hurry = cancellationToken.Register(_hurry.Cancel);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _free.Dispose();
        _hurry.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Triggers.StartedAsync(time, started, stoppingToken);
        await PollAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var i = 0; i < AtOnce; i++) await _free.WaitAsync(_hurry.Token);
    }

    private async Task PollAsync(CancellationToken stopping)
    {
        var pause = ShortestPause;
        while (true)
        {
            try
            {
                if (await TakeAsync(stopping) > 0) { pause = ShortestPause; continue; }
                await Task.Delay(pause, time, stopping);
                pause = Shorter(pause * 2, LongestPause);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                pause = Shorter(pause * 2, LongestBackOff);
                Log.QueueUnreadable(logger, e, queue, pause.TotalSeconds);
                await Task.Delay(pause, time, stopping);
            }
        }
    }

    /// <summary>Waits for a free place, then fills all that are free; tells how many messages came.</summary>
    private async Task<int> TakeAsync(CancellationToken stopping)
    {
        await _free.WaitAsync(stopping);
        var places = 1;
        while (places < AtOnce && await _free.WaitAsync(TimeSpan.Zero, stopping)) places++;
        IReadOnlyList<QueueMessage> messages = [];
        try
        {
            messages = await store.DequeueAsync(queue, places, options.Timing.Lease, stopping);
        }
        finally
        {
            if (places > messages.Count) _free.Release(places - messages.Count);
        }

        foreach (var message in messages) _ = Task.Run(() => HandleAsync(message, _hurry.Token), CancellationToken.None);
        return messages.Count;
    }

    private async Task HandleAsync(QueueMessage message, CancellationToken hurry)
    {
        var lease = new Lease(store, queue, message.Receipt, options.Timing.Lease, time, logger);
        try
        {
            var done = await WorkAsync(message, lease, hurry);
            if (done) await store.DeleteAsync(queue, lease.Receipt, CancellationToken.None);
            else await store.HideAsync(queue, lease.Receipt, RetryAfter, CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.MessageStuck(logger, e, queue, message.Receipt.MessageId);
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<bool> WorkAsync(QueueMessage message, Lease lease, CancellationToken hurry)
    {
        try
        {
            return await lease.HoldAsync(() => work(queue, message.Text, message.DequeueCount, hurry));
        }
        catch (Exception e)
        {
            Log.WorkFailed(logger, e, queue, message.Receipt.MessageId, message.DequeueCount);
            return false;
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
