namespace PPMessage.Local.Sandbox;

/// <summary>Work that goes on after an answer was given. Disposing stops it; what fails shows in <see cref="SettleAsync"/>.</summary>
internal sealed class Background : IAsyncDisposable
{
    private const int FewTasks = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<Task> _work = [];
    private readonly CancellationTokenSource _stop = new();
    private int _sweepAt = FewTasks;

    public CancellationToken Stopping => _stop.Token;

    public void Run(Func<CancellationToken, Task> work)
    {
        var task = Task.Run(() => work(_stop.Token));
        lock (_lock)
        {
            _work.Add(task);
            if (_work.Count < _sweepAt) return;
            _work.RemoveWhere(done => done.IsCompletedSuccessfully);
            _sweepAt = Math.Max(FewTasks, _work.Count * 2);
        }
    }

    /// <summary>Ends when nothing is under way any more, with what that work started in turn.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task[] running;
            lock (_lock) running = [.. _work.Where(task => !task.IsCompletedSuccessfully)];
            if (running.Length == 0) return;
            await Task.WhenAll(running).WaitAsync(cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_lock) running = [.. _work];
        await Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
    }
}
