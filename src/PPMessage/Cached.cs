namespace PPMessage;

/// <summary>
/// One value that is loaded when somebody wants it and the last one is too old: at most one load at a time, shared by all who wait.
/// A failed load is every waiter's failure and is not kept. Thread-safe.
/// </summary>
internal sealed class Cached<T>(Func<CancellationToken, Task<T>> load, TimeProvider time) where T : class
{
    private readonly Lock _gate = new();
    private Task<T>? _load;
    private long _startedAt;

    /// <summary>A value whose load began no longer than <paramref name="maxAge"/> ago, or is still going on.</summary>
    public ValueTask<T> GetAsync(TimeSpan maxAge, CancellationToken cancellation)
    {
        Task<T> task;
        lock (_gate)
        {
            if (_load is null || IsOld(_load, maxAge)) Start();
            task = _load!;
        }

        return task.IsCompletedSuccessfully ? new(task.Result) : new(task.WaitAsync(cancellation));
    }

    /// <summary>The next who asks gets a value whose load began after this call.</summary>
    public void Forget()
    {
        lock (_gate) _load = null;
    }

    private bool IsOld(Task<T> task, TimeSpan maxAge) =>
        task.IsCompleted && (!task.IsCompletedSuccessfully || time.GetElapsedTime(_startedAt) >= maxAge);

    // Nobody's cancellation may end a load that others wait for; Task.Run keeps a store's synchronous part out of the lock.
    private void Start()
    {
        _startedAt = time.GetTimestamp();
        _load = Task.Run(() => load(CancellationToken.None), CancellationToken.None);
    }
}
