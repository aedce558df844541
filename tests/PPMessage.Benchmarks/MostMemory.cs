namespace PPMessage.Benchmarks;

/// <summary>Looks ten times a second how much memory this process has, and keeps the most of it.</summary>
internal sealed class MostMemory : IDisposable
{
    private readonly Timer _timer;
    private long _most;

    public MostMemory() => _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));

    public long Bytes => Interlocked.Read(ref _most);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = Environment.WorkingSet;
        if (now > Interlocked.Read(ref _most)) Interlocked.Exchange(ref _most, now);
    }
}
