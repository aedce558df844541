using System.Globalization;

namespace PPMessage.Storage.Embedded;

/// <summary>
/// One logical table on one connection: a SQLite table of its own, clustered by (partition, key), so that the rows of a thread lie side by side.
/// Text compares by bytes (SQLite's default), which for ASCII is ordinal.
/// </summary>
internal sealed class RowTable(Database database, string name)
{
    private readonly string _name = Quoted(name);
    private readonly string _read = $"SELECT k, e, n, d FROM {Quoted(name)} WHERE p = ?1 AND k = ?2";
    private readonly string _range = $"SELECT k, e, n, d FROM {Quoted(name)} WHERE p = ?1 AND k >= ?2 ORDER BY k LIMIT ?3";
    private readonly string _rangeTo = $"SELECT k, e, n, d FROM {Quoted(name)} WHERE p = ?1 AND k >= ?2 AND k < ?4 ORDER BY k LIMIT ?3";
    private readonly string _version = $"SELECT e FROM {Quoted(name)} WHERE p = ?1 AND k = ?2";
    private readonly string _insert = $"INSERT INTO {Quoted(name)} (p, k, e, n, d) VALUES (?1, ?2, ?3, ?4, ?5)";
    private readonly string _update = $"UPDATE {Quoted(name)} SET e = ?3, n = ?4, d = ?5 WHERE p = ?1 AND k = ?2";
    private readonly string _delete = $"DELETE FROM {Quoted(name)} WHERE p = ?1 AND k = ?2";

    /// <summary>The SQLite table's name.</summary>
    public static string NameOf(string table) => "rows_" + table;

    public void Create() =>
        database.Execute(
            $"CREATE TABLE IF NOT EXISTS {_name} (p TEXT NOT NULL, k TEXT NOT NULL, e INTEGER NOT NULL, n TEXT NOT NULL, d BLOB NOT NULL, PRIMARY KEY (p, k)) WITHOUT ROWID");

    public void Drop() => database.Execute($"DROP TABLE IF EXISTS {_name}");

    public Row? Read(string partition, string key)
    {
        using var statement = database.Prepare(_read).Bind(1, partition).Bind(2, key);
        return statement.Step() ? Current(statement) : null;
    }

    public RowPage Range(string partition, RowRange range, int limit)
    {
        // A key is followed by no other before itself with a zero byte; one row more than asked tells whether more follow.
        var from = range.Exclusive ? range.From + '\0' : range.From;
        using var statement = database.Prepare(range.To is null ? _range : _rangeTo).Bind(1, partition).Bind(2, from).Bind(3, limit + 1);
        if (range.To is not null) statement.Bind(4, range.To);
        var rows = new List<Row>();
        while (rows.Count < limit && statement.Step()) rows.Add(Current(statement));
        return new RowPage(rows, rows.Count == limit && statement.Step());
    }

    /// <summary>Null: no such row.</summary>
    public long? Version(string partition, string key)
    {
        using var statement = database.Prepare(_version).Bind(1, partition).Bind(2, key);
        return statement.Step() ? statement.Number(0) : null;
    }

    public void Insert(string partition, RowWrite write, long version) => Set(_insert, partition, write, version);

    public void Update(string partition, RowWrite write, long version) => Set(_update, partition, write, version);

    public void Delete(string partition, string key)
    {
        using var statement = database.Prepare(_delete).Bind(1, partition).Bind(2, key);
        statement.Step();
    }

    public static string ETag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private void Set(string sql, string partition, RowWrite write, long version)
    {
        using var statement = database.Prepare(sql);
        statement.Bind(1, partition).Bind(2, write.Key).Bind(3, version).Bind(4, write.Nonce).Bind(5, write.Document.Span).Step();
    }

    private static Row Current(Statement statement) =>
        new(statement.Text(0), ETag(statement.Number(1)), statement.Text(2), statement.Bytes(3));

    private static string Quoted(string name) => $"\"{NameOf(name).Replace("\"", "\"\"")}\"";
}
