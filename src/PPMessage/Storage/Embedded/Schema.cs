using System.Collections.Concurrent;

namespace PPMessage.Storage.Embedded;

/// <summary>Which tables and queues the file holds. Only the writer makes and drops them; readers learn of a new one after its commit.</summary>
internal sealed class Schema
{
    // Azure's table names, like SQLite's, don't differ by case.
    private readonly ConcurrentDictionary<string, bool> _committed = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _new = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Names => _committed.Keys;

    public bool Has(string name) => _committed.ContainsKey(name);

    public void Load(Database database)
    {
        _new.Clear();
        using var statement = database.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table'");
        while (statement.Step()) _committed[statement.Text(0)] = true;
    }

    /// <summary>Within the writer's transaction; <paramref name="create"/> may meet a table that stands already.</summary>
    public void Ensure(string name, Action create)
    {
        if (Has(name) || !_new.Add(name)) return;
        create();
    }

    public void Drop(string name)
    {
        _new.Remove(name);
        _committed.TryRemove(name, out _);
    }

    public void Commit()
    {
        if (_new.Count == 0) return;
        foreach (var name in _new) _committed[name] = true;
        _new.Clear();
    }
}
