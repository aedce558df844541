using System.Collections.Concurrent;

namespace PPMessage.Storage.Embedded;

/// <summary>Connections for reading, as many as there are readers at once. Each read sees the last commit and waits for no writer.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private const long CacheBytes = 1024 * 1024;

    private readonly ConcurrentBag<Database> _idle = [];

    public T Read<T>(Func<Database, T> work)
    {
        var database = _idle.TryTake(out var idle) ? idle : new Database(path, CacheBytes);
        try
        {
            return work(database);
        }
        finally
        {
            _idle.Add(database);
        }
    }

    public void Dispose()
    {
        foreach (var database in _idle) database.Dispose();
    }
}
