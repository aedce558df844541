using System.Collections.Immutable;

namespace PPMessage.Storage.Embedded;

/// <summary>Which tables and queues the file holds. Only the writer makes and drops them; readers learn of a new one after its commit.</summary>
internal sealed class Schema
{
    // Azure's table names, like SQLite's, don't differ by case.
    private static readonly ImmutableHashSet<string> Nothing = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _new = new(StringComparer.OrdinalIgnoreCase);
    private volatile ImmutableHashSet<string> _committed = Nothing;

    public IEnumerable<string> Names => _committed;

    public bool Has(string name) => _committed.Contains(name);

    /// <summary>At the opening, and after a transaction that was undone.</summary>
    public void Load(Database database)
    {
        var names = Nothing.ToBuilder();
        using var statement = database.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table'");
        while (statement.Step()) names.Add(statement.Text(0));
        _new.Clear();
        _committed = names.ToImmutable();
    }

    /// <summary>Within the writer's transaction.</summary>
    public void Ensure(string name, Action create)
    {
        if (!Has(name) && _new.Add(name)) create();
    }

    /// <summary>Within the writer's transaction. False: there is none.</summary>
    public bool Drop(string name)
    {
        var existed = _new.Remove(name) | Has(name);
        _committed = _committed.Remove(name);
        return existed;
    }

    public void Commit()
    {
        if (_new.Count == 0) return;
        _committed = _committed.Union(_new);
        _new.Clear();
    }
}
