using SQLitePCL;

namespace PPMessage.Storage.Embedded;

/// <summary>One connection to the SQLite file with its prepared statements. Used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly Dictionary<string, RowTable> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MessageTable> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    static Database() => Batteries_V2.Init();

    /// <param name="cacheBytes">Page cache of this connection. A writer profits of a large one; a reader's is void after each commit.</param>
    public Database(string path, long cacheBytes)
    {
        Check(raw.sqlite3_open_v2(path, out _handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null));
        Execute("PRAGMA busy_timeout=250");
        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=FULL");
        Execute("PRAGMA temp_store=MEMORY");
        Execute("PRAGMA wal_autocheckpoint=0");
        Execute("PRAGMA journal_size_limit=67108864");
        Execute($"PRAGMA cache_size=-{cacheBytes / 1024}");
    }

    /// <summary>Pages that this connection has written so far: in WAL mode, to the end of the log.</summary>
    public int PagesWritten
    {
        get
        {
            Check(raw.sqlite3_db_status(_handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 0));
            return pages;
        }
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Rows that the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";

    public RowTable Table(string name) =>
        _tables.TryGetValue(name, out var table) ? table : _tables[name] = new RowTable(this, name);

    public MessageTable Queue(string name) =>
        _queues.TryGetValue(name, out var queue) ? queue : _queues[name] = new MessageTable(this, name);

    /// <summary>The statement of this text, prepared once. A <c>using</c> resets it for its next use.</summary>
    public Statement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var known)) return known;
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        return _statements[sql] = new Statement(this, handle);
    }

    /// <summary>A statement that is used again and gives no rows.</summary>
    public void Run(string sql)
    {
        using var statement = Prepare(sql);
        statement.Step();
    }

    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>Moves the log's pages into the file. False when somebody still reads an old page and so the log can't begin anew.</summary>
    public bool Checkpoint(int mode, out int logPages)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(_handle, null, mode, out logPages, out var moved);
        if (result != raw.SQLITE_BUSY) Check(result);
        return result == raw.SQLITE_OK && moved == logPages;
    }

    public int Check(int result) =>
        result is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE
            ? result
            : throw new StoreException($"SQLite error {result}: {raw.sqlite3_errmsg(_handle).utf8_to_string()}");

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Finish();
        _handle.Dispose();
    }
}
