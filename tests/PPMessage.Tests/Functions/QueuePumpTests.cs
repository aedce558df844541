using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Functions;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using Xunit;

namespace PPMessage.Tests.Functions;

public sealed class QueuePumpTests : IAsyncLifetime
{
    private const string Queue = "work";

    private static readonly CancellationToken Started = new(canceled: true);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 3, 0, 0, TimeSpan.Zero));
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<(string Text, int DequeueCount)> _calls = [];
    private EmbeddedStore _store = null!;
    private QueuePump? _pump;

    public ValueTask InitializeAsync()
    {
        _store = new EmbeddedStore(_folder.Path, _time);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_pump is not null) await _pump.StopAsync(CancellationToken.None);
        _pump?.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_message_is_worked_on_once_and_deleted()
    {
        await EnqueueAsync("one");
        await PumpAsync(_ => Task.FromResult(true));
        await Eventually.TrueAsync(() => !_calls.IsEmpty);
        await AssertDoneAsync([("one", 1)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_that_failed_comes_again_after_five_seconds(bool throws)
    {
        await EnqueueAsync("one");
        await PumpAsync(count => count == 1 && throws ? throw new InvalidOperationException("no") : Task.FromResult(count > 1));
        await Eventually.TrueAsync(() => !_calls.IsEmpty);
        await AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.Single(_calls);
        await AdvanceUntilAsync(() => _calls.Count == 2);
        await AssertDoneAsync([("one", 1), ("one", 2)]);
    }

    [Fact]
    public async Task Sixteen_messages_are_worked_on_at_a_time()
    {
        var go = new TaskCompletionSource();
        for (var i = 0; i < 40; i++) await EnqueueAsync($"{i}");
        await PumpAsync(async _ => { await go.Task; return true; });
        await Eventually.TrueAsync(() => _calls.Count >= 16);
        await AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(16, _calls.Count);

        go.SetResult();
        await Eventually.TrueAsync(() => _calls.Count == 40);
        Assert.Equal(40, _calls.Select(c => c.Text).Distinct().Count());
    }

    [Fact]
    public async Task A_message_stays_ours_however_long_its_work_takes()
    {
        var go = new TaskCompletionSource();
        await EnqueueAsync("long");
        await PumpAsync(async _ => { await go.Task; return true; });
        await Eventually.TrueAsync(() => !_calls.IsEmpty);
        await AdvanceAsync(TimeSpan.FromMinutes(3));
        Assert.Empty(await _store.DequeueAsync(Queue, 1, TimeSpan.FromSeconds(1), CancellationToken.None));

        go.SetResult();
        await AssertDoneAsync([("long", 1)]);
    }

    [Fact]
    public async Task Stopping_waits_for_the_work_in_hand_and_takes_no_more()
    {
        var go = new TaskCompletionSource();
        await EnqueueAsync("in hand");
        await PumpAsync(async _ => { await go.Task; return true; });
        await Eventually.TrueAsync(() => !_calls.IsEmpty);

        var stop = _pump!.StopAsync(CancellationToken.None);
        await EnqueueAsync("later");
        Assert.False(stop.IsCompleted);
        go.SetResult();
        await stop;
        Assert.Equal([("in hand", 1)], _calls);
        Assert.Equal(["later"], (await _store.DequeueAsync(Queue, 32, TimeSpan.FromSeconds(1), CancellationToken.None)).Select(m => m.Text));
    }

    [Fact]
    public async Task A_store_that_fails_is_asked_again()
    {
        var failures = 0;
        var failing = InterceptedStore.Over(_store, (method, call) =>
            method == nameof(IStore.DequeueAsync) && Interlocked.Increment(ref failures) <= 3 ? throw new StoreException("out of reach") : call());
        await EnqueueAsync("one");
        await PumpAsync(_ => Task.FromResult(true), failing);
        await AdvanceUntilAsync(() => !_calls.IsEmpty);
    }

    [Fact]
    public async Task A_renewal_that_fails_is_tried_again_before_the_lease_ends()
    {
        var failures = 0;
        var failing = InterceptedStore.Over(_store, (method, call) =>
            method == nameof(IStore.HideAsync) && Interlocked.Increment(ref failures) <= 2 ? throw new StoreException("out of reach") : call());
        var go = new TaskCompletionSource();
        await EnqueueAsync("long");
        await PumpAsync(async _ => { await go.Task; return true; }, failing);
        await Eventually.TrueAsync(() => !_calls.IsEmpty);
        await AdvanceAsync(TimeSpan.FromMinutes(2));
        go.SetResult();
        await AssertDoneAsync([("long", 1)]);
    }

    private Task<QueueReceipt> EnqueueAsync(string text) => _store.EnqueueAsync(Queue, text, TimeSpan.Zero, CancellationToken.None);

    private Task PumpAsync(Func<int, Task<bool>> work, IStore? store = null)
    {
        _pump = new QueuePump(Queue, store ?? _store, Call, new PPMessageOptions(), _time, NullLogger<QueuePump>.Instance, Started);
        return _pump.StartAsync(CancellationToken.None);

        Task<bool> Call(string queue, string text, int dequeueCount, CancellationToken cancellation)
        {
            _calls.Enqueue((text, dequeueCount));
            return work(dequeueCount);
        }
    }

    /// <summary>What was in hand is ended, and nothing is left that could come again.</summary>
    private async Task AssertDoneAsync(IReadOnlyList<(string Text, int DequeueCount)> calls)
    {
        await _pump!.StopAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await _store.DequeueAsync(Queue, 1, TimeSpan.FromSeconds(1), CancellationToken.None));
        Assert.Equal(calls, _calls);
    }

    /// <summary>In steps far below a lease, with time in between for what each step set off: a machine may stand still for a third of a second.</summary>
    private async Task AdvanceAsync(TimeSpan span)
    {
        for (var end = _time.GetUtcNow() + span; _time.GetUtcNow() < end;) await StepAsync();
    }

    /// <summary>However late on the clock it comes, since a busy machine begins its waits late.</summary>
    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); !condition(); await StepAsync())
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < TimeSpan.FromSeconds(30), "It never came about.");
    }

    private async Task StepAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }
}
