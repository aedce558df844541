using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace PPMessage.Tests;

public sealed class CachedTests
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly Cached<string> _cached;
    private TaskCompletionSource<string>? _gate;
    private int _loads;

    public CachedTests() => _cached = new Cached<string>(_ =>
    {
        var load = Interlocked.Increment(ref _loads);
        return _gate?.Task ?? Task.FromResult($"load {load}");
    }, _time);

    [Fact]
    public async Task A_value_is_kept_until_it_is_too_old()
    {
        Assert.Equal("load 1", await AskAsync());
        _time.Advance(Age - TimeSpan.FromMilliseconds(1));
        Assert.Equal("load 1", await AskAsync());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("load 2", await AskAsync());
    }

    [Fact]
    public async Task All_who_wait_share_one_load()
    {
        _gate = new TaskCompletionSource<string>();
        var asked = Enumerable.Range(0, 20).Select(_ => AskAsync().AsTask()).ToList();
        _time.Advance(Age * 2);
        asked.Add(AskAsync().AsTask());
        _gate.SetResult("shared");
        Assert.All(await Task.WhenAll(asked), value => Assert.Equal("shared", value));
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task Who_asks_after_a_change_gets_no_load_that_began_before_it()
    {
        var slow = _gate = new TaskCompletionSource<string>();
        var before = AskAsync().AsTask();
        await UntilAsync(() => Volatile.Read(ref _loads) == 1);
        _cached.Forget();
        _gate = null;
        Assert.Equal("load 2", await AskAsync());
        slow.SetResult("old");
        Assert.Equal("old", await before);
        Assert.Equal("load 2", await AskAsync());
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        _gate = new TaskCompletionSource<string>();
        _gate.SetException(new InvalidOperationException("down"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync().AsTask());
        _gate = null;
        Assert.Equal("load 2", await AskAsync());
    }

    [Fact]
    public async Task One_who_gives_up_does_not_end_the_load_of_the_others()
    {
        _gate = new TaskCompletionSource<string>();
        using var givenUp = new CancellationTokenSource();
        var (one, other) = (_cached.GetAsync(Age, givenUp.Token).AsTask(), AskAsync().AsTask());
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        _gate.SetResult("done");
        Assert.Equal("done", await other);
    }

    private ValueTask<string> AskAsync() => _cached.GetAsync(Age, default);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo()) await Task.Yield();
    }
}
