using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Functions;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using Xunit;

namespace PPMessage.Tests.Functions;

public sealed class TimerPumpTests : IAsyncLifetime
{
    private static readonly Trigger EachFiveMinutes = new("CatchUp", Trigger.Timer, "timer", "0 */5 * * * *", null, null);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 2, 59, 30, TimeSpan.Zero));
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<DateTimeOffset> _runs = [];
    private readonly List<TimerPump> _pumps = [];
    private EmbeddedStore _store = null!;

    public ValueTask InitializeAsync()
    {
        _store = new EmbeddedStore(_folder.Path, _time);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Two_programs_on_one_store_fire_each_due_time_once()
    {
        await StartAsync();
        await StartAsync();
        for (var runs = 1; runs <= 4; runs++)
        {
            await Eventually.TrueAsync(() => _runs.Count >= runs, $"run {runs}");
            _time.Advance(TimeSpan.FromMinutes(5));
        }

        await Eventually.TrueAsync(() => _runs.Count == 5, "the last run");
        await SettleAsync();
        Assert.Equal(5, _runs.Count);
        Assert.Equal(5, (await ClaimsAsync()).Count);
    }

    [Fact]
    public async Task The_latest_missed_time_is_made_up_for_once_at_the_start()
    {
        await StartAsync();
        await Eventually.TrueAsync(() => _runs.Count == 1);
        await StopAsync();
        await StartAsync();
        await SettleAsync();
        Assert.Single(_runs);

        await StopAsync();
        _time.Advance(TimeSpan.FromHours(3));
        await StartAsync();
        await Eventually.TrueAsync(() => _runs.Count == 2);
        await SettleAsync();
        Assert.Equal(2, _runs.Count);
        Assert.Equal(["CatchUp|20261120T025500Z", "CatchUp|20261120T055500Z"], await ClaimsAsync());
    }

    [Fact]
    public async Task A_run_that_fails_is_followed_by_the_next_due_time()
    {
        await StartAsync(_ => throw new InvalidOperationException("no"));
        await Eventually.TrueAsync(() => _runs.Count == 1);
        await SettleAsync();
        Assert.Single(_runs);
        _time.Advance(TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(() => _runs.Count == 2);
    }

    [Fact]
    public async Task A_long_run_is_not_overlapped_and_only_the_latest_missed_time_follows_it()
    {
        var go = new TaskCompletionSource();
        await StartAsync(_ => go.Task);
        await Eventually.TrueAsync(() => _runs.Count == 1);
        _time.Advance(TimeSpan.FromMinutes(22));
        await SettleAsync();
        Assert.Single(_runs);

        go.SetResult();
        await Eventually.TrueAsync(() => _runs.Count == 2);
        await SettleAsync();
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_still_ours()
    {
        var commits = 0;
        var lossy = InterceptedStore.Over(_store, (method, call) =>
        {
            if (method != nameof(IStore.CommitAsync) || Interlocked.Increment(ref commits) > 1) return call();
            ((Task<CommitResult>)call()!).GetAwaiter().GetResult();
            throw new StoreException("the answer was lost");
        });
        await StartAsync(store: lossy);
        await Eventually.TrueAsync(() => commits == 1);
        await SettleAsync();
        Assert.Empty(_runs);
        // Its wait of 5 s begins late on a busy machine. All of it comes before the next due time.
        for (var i = 0; i < 40 && _runs.IsEmpty; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(6));
            await SettleAsync();
        }

        Assert.Single(_runs);
    }

    private Task StartAsync(Func<CancellationToken, Task>? job = null, IStore? store = null)
    {
        var pump = new TimerPump(EachFiveMinutes, store ?? _store, Call, _time, NullLogger<TimerPump>.Instance, new CancellationToken(canceled: true));
        _pumps.Add(pump);
        return pump.StartAsync(CancellationToken.None);

        Task Call(string function, CancellationToken cancellation)
        {
            _runs.Enqueue(_time.GetUtcNow());
            return job?.Invoke(cancellation) ?? Task.CompletedTask;
        }
    }

    private async Task StopAsync()
    {
        foreach (var pump in _pumps)
        {
            await pump.StopAsync(CancellationToken.None);
            pump.Dispose();
        }

        _pumps.Clear();
    }

    private async Task<IReadOnlyList<string>> ClaimsAsync()
    {
        var page = await _store.ReadRangeAsync(WeeklyTables.Of(Tables.Requests, _time.GetUtcNow()), TimerPump.Partition, RowRange.All, 100, CancellationToken.None);
        return [.. page.Rows.Select(row => row.Key)];
    }

    /// <summary>Real time enough for what should not happen to show.</summary>
    private static Task SettleAsync() => Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System);
}
