namespace PPMessage.Storage.Embedded;

/// <summary>
/// The store of stand-alone mode: one SQLite file and a folder of blobs. What was acknowledged survives kill -9 and power cuts.
/// One process owns the directory; the instance is thread-safe. Opening ends the leases that an earlier process held on queue messages.
/// </summary>
internal sealed class EmbeddedStore : IStore, IAsyncDisposable
{
    // Not more: after a commit in which a tree was balanced SQLite walks through all pages that it has cached.
    private const long WriterCacheBytes = 8 * 1024 * 1024;
    private const long LogKeeperCacheBytes = 1024 * 1024;

    private readonly Schema _schema = new();
    private readonly TimeProvider _time;
    private readonly FileStream _lock;
    private readonly Database _database;
    private readonly Database _logDatabase;
    private readonly LogKeeper _log;
    private readonly GroupWriter _writer;
    private readonly DroppedTables _dropped;
    private readonly ReaderPool _readers;
    private readonly BlobFolder _blobs;
    private readonly Counter _numbers;
    private bool _closed;

    public EmbeddedStore(string directory, TimeProvider time)
    {
        _time = time;
        DurableFolder.Create(directory);
        _lock = Own(directory);
        var path = Path.Combine(directory, "store.db");
        _database = new Database(path, WriterCacheBytes);
        _numbers = Counter.Open(_database);
        _schema.Load(_database);
        VoidLeases();
        DurableFolder.Sync(directory);
        _logDatabase = new Database(path, LogKeeperCacheBytes);
        _log = new LogKeeper(_logDatabase);
        _writer = new GroupWriter(_database, _schema, _log);
        _dropped = new DroppedTables(_writer, _schema, _numbers);
        _readers = new ReaderPool(path);
        _blobs = new BlobFolder(directory);
    }

    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Read(table, rows => rows.Read(partition, row)));
    }

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(Read(table, rows => rows.Range(partition, range, limit)) ?? RowPage.Empty);
    }

    public Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return _writer.SubmitAsync(database => RowCommit.Apply(Existing(database, table), partition, writes, _numbers));
    }

    public Task DropTableAsync(string table, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return _dropped.DropAsync(RowTable.NameOf(table));
    }

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return _writer.SubmitAsync(database => ExistingQueue(database, queue).Add(text, Now + hiddenFor.Ticks, _numbers));
    }

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return _writer.SubmitAsync(database => ExistingQueue(database, queue).Take(max, Now, Now + lease.Ticks, _numbers));
    }

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return _writer.SubmitAsync(database => ExistingQueue(database, queue).Hide(receipt, Now + hiddenFor.Ticks, _numbers));
    }

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return _writer.SubmitAsync(database => ExistingQueue(database, queue).Delete(receipt));
    }

    public Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation) =>
        _blobs.WriteAsync(container, name, content, contentType, cancellation);

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) =>
        Task.FromResult(_blobs.Open(container, name));

    public Task<Blob?> OpenBlobAsync(string container, string name, long from, CancellationToken cancellation)
    {
        var blob = _blobs.Open(container, name);
        blob?.Content.Seek(from, SeekOrigin.Current);
        return Task.FromResult(blob is null ? null : blob with { Length = blob.Length - from });
    }

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation)
    {
        _blobs.Delete(container, name);
        return Task.CompletedTask;
    }

    /// <summary>Finishes the writes that are pending.</summary>
    public ValueTask DisposeAsync()
    {
        if (_closed) return ValueTask.CompletedTask;
        _closed = true;
        _writer.Dispose();
        _log.Dispose();
        _readers.Dispose();
        _logDatabase.Dispose();
        _database.Dispose();
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    private long Now => _time.GetUtcNow().UtcTicks;

    private static FileStream Own(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new InvalidOperationException($"Another process uses the data directory {Path.GetFullPath(directory)}; one process owns it.", taken);
        }
    }

    private void VoidLeases()
    {
        foreach (var queue in _schema.Names.Select(MessageTable.QueueOf).OfType<string>()) _database.Queue(queue).VoidLeases();
    }

    private T? Read<T>(string table, Func<RowTable, T?> read) where T : class
    {
        var name = RowTable.NameOf(table);
        if (!_schema.Has(name)) return null;
        try
        {
            return _readers.Read(database => read(database.Table(table)));
        }
        catch (StoreException) when (!_schema.Has(name))
        {
            // Dropped meanwhile.
            return null;
        }
    }

    private RowTable Existing(Database database, string name)
    {
        var table = database.Table(name);
        _schema.Ensure(RowTable.NameOf(name), table.Create);
        return table;
    }

    private MessageTable ExistingQueue(Database database, string name)
    {
        var queue = database.Queue(name);
        _schema.Ensure(MessageTable.NameOf(name), queue.Create);
        return queue;
    }
}
