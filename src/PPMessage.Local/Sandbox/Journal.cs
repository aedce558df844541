namespace PPMessage.Local.Sandbox;

/// <summary>Remembers the newest; older ones are forgotten. Thread-safe.</summary>
/// <param name="weigh">What an item weighs; by default nothing.</param>
/// <param name="heaviest">What all may weigh together.</param>
/// <param name="most">How many there may be.</param>
internal sealed class Journal<T>(Func<T, long>? weigh = null, long heaviest = long.MaxValue, int most = Journal<T>.Remembered)
{
    public const int Remembered = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<T> _items = [];
    private readonly Func<T, long> _weigh = weigh ?? (_ => 0);
    private long _weight;

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock) return [.. _items];
        }
    }

    public void Add(T item)
    {
        lock (_lock)
        {
            _items.Enqueue(item);
            _weight += _weigh(item);
            while (_items.Count > most || (_weight > heaviest && _items.Count > 1)) _weight -= _weigh(_items.Dequeue());
        }
    }
}
