using System.Globalization;

namespace PPMessage.Storage.Embedded;

/// <summary>
/// One logical table on one connection: a SQLite table of its own with an index on (partition, key). Documents are appended in the order of writing, so that
/// a group of commits fills whole pages; a table clustered by key wrote twice the pages (measured with rows of 0.2 to 1 KB).
/// Text compares by bytes (SQLite's default), which for ASCII is ordinal.
/// </summary>
internal sealed class RowTable
{
    private readonly Database _database;
    private readonly string _name;
    private readonly string _read;
    private readonly string _range;
    private readonly string _rangeTo;
    private readonly string _find;
    private readonly string _insert;
    private readonly string _update;
    private readonly string _delete;

    public RowTable(Database database, string name)
    {
        _database = database;
        _name = Database.Quoted(NameOf(name));
        _read = $"SELECT k, e, n, d FROM {_name} WHERE p = ?1 AND k = ?2";
        _range = $"SELECT k, e, n, d FROM {_name} WHERE p = ?1 AND k >= ?2 ORDER BY k LIMIT ?3";
        _rangeTo = $"SELECT k, e, n, d FROM {_name} WHERE p = ?1 AND k >= ?2 AND k < ?4 ORDER BY k LIMIT ?3";
        _find = $"SELECT id, e FROM {_name} WHERE p = ?1 AND k = ?2";
        _insert = $"INSERT INTO {_name} (p, k, e, n, d) VALUES (?1, ?2, ?3, ?4, ?5)";
        _update = $"UPDATE {_name} SET e = ?2, n = ?3, d = ?4 WHERE id = ?1";
        _delete = $"DELETE FROM {_name} WHERE id = ?1";
    }

    /// <summary>The SQLite table's name.</summary>
    public static string NameOf(string table) => "rows_" + table;

    public void Create() =>
        _database.Execute(
            $"CREATE TABLE IF NOT EXISTS {_name} (id INTEGER PRIMARY KEY, p TEXT NOT NULL, k TEXT NOT NULL, e INTEGER NOT NULL, n TEXT NOT NULL, d BLOB NOT NULL, UNIQUE (p, k))");

    public Row? Read(string partition, string key)
    {
        using var statement = _database.Prepare(_read).Bind(1, partition).Bind(2, key);
        return statement.Step() ? Current(statement) : null;
    }

    public RowPage Range(string partition, RowRange range, int limit)
    {
        // A key's next possible neighbour is itself with a zero byte behind; one row more than asked tells whether more follow.
        var from = range.Exclusive ? range.From + '\0' : range.From;
        using var statement = _database.Prepare(range.To is null ? _range : _rangeTo).Bind(1, partition).Bind(2, from).Bind(3, limit + 1);
        if (range.To is not null) statement.Bind(4, range.To);
        var rows = new List<Row>();
        while (rows.Count < limit && statement.Step()) rows.Add(Current(statement));
        return new RowPage(rows, rows.Count == limit && statement.Step());
    }

    /// <summary>Where a row lies, and its version.</summary>
    public (long Id, long Version)? Find(string partition, string key)
    {
        using var statement = _database.Prepare(_find).Bind(1, partition).Bind(2, key);
        return statement.Step() ? (statement.Number(0), statement.Number(1)) : null;
    }

    public void Insert(string partition, RowWrite write, long version)
    {
        using var statement = _database.Prepare(_insert);
        statement.Bind(1, partition).Bind(2, write.Key).Bind(3, version).Bind(4, write.Nonce).Bind(5, write.Document.Span).Step();
    }

    public void Update(long id, RowWrite write, long version)
    {
        using var statement = _database.Prepare(_update);
        statement.Bind(1, id).Bind(2, version).Bind(3, write.Nonce).Bind(4, write.Document.Span).Step();
    }

    public void Delete(long id)
    {
        using var statement = _database.Prepare(_delete);
        statement.Bind(1, id).Step();
    }

    public static string ETag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static Row Current(Statement statement) =>
        new(statement.Text(0), ETag(statement.Number(1)), statement.Text(2), statement.Bytes(3));
}
