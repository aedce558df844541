namespace PPMessage.Local.Sandbox;

/// <summary>What is still to come, in order; each is taken once, by the first that it fits. Thread-safe.</summary>
/// <param name="stays">Which are there for good, until they are cleared.</param>
internal sealed class Pending<T>(Predicate<T> stays)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly List<T> _next = [];

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock) return [.. _next];
        }
    }

    public void Add(IEnumerable<T> more)
    {
        lock (_lock) _next.AddRange(more);
    }

    public void Clear(Predicate<T> fits)
    {
        lock (_lock) _next.RemoveAll(fits);
    }

    public T? Take(Predicate<T> fits)
    {
        lock (_lock)
        {
            var index = _next.FindIndex(fits);
            if (index < 0) return null;
            var taken = _next[index];
            if (!stays(taken)) _next.RemoveAt(index);
            return taken;
        }
    }
}
