namespace PPMessage.Storage.Embedded;

/// <summary>
/// The one writer: takes all units that are pending, applies them in one SQLite transaction, syncs once, then answers all callers.
/// A unit that is refused writes nothing and leaves the others alone; an error undoes the whole group, and every caller of it hears so.
/// </summary>
internal sealed class GroupWriter : IDisposable
{
    private readonly object _gate = new();
    private readonly Database _database;
    private readonly Schema _schema;
    private readonly LogKeeper _log;
    private readonly Thread _thread;
    private List<IUnit> _pending = [];
    private List<IUnit> _group = [];
    private bool _closing;

    public GroupWriter(Database database, Schema schema, LogKeeper log)
    {
        (_database, _schema, _log) = (database, schema, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "PPMessage writer", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>The unit's own outcome, once it is durable. Can't be cancelled on its way: the caller always learns what became of it.</summary>
    public Task<T> SubmitAsync<T>(Func<Database, T> work)
    {
        var unit = new Unit<T>(work);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(EmbeddedStore));
            _pending.Add(unit);
            if (_pending.Count == 1) Monitor.Pulse(_gate);
        }

        return unit.Outcome;
    }

    /// <summary>Finishes what is pending.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private void Run()
    {
        while (TakeGroup())
        {
            Commit(_group);
            _group.Clear();
            _log.AfterCommit(_database);
        }
    }

    // False: closed, and nothing is left.
    private bool TakeGroup()
    {
        lock (_gate)
        {
            while (_pending.Count == 0 && !_closing) Monitor.Wait(_gate);
            (_group, _pending) = (_pending, _group);
            return _group.Count > 0;
        }
    }

    private void Commit(List<IUnit> group)
    {
        try
        {
            _database.Run("BEGIN IMMEDIATE");
            foreach (var unit in group) unit.Apply(_database);
            _database.Run("COMMIT");
            _schema.Commit();
        }
#pragma warning disable CA1031 // Whatever it was, it belongs to the callers; the writer goes on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Undo();
            foreach (var unit in group) unit.Fail(error);
            return;
        }

        foreach (var unit in group) unit.Complete();
    }

    private void Undo()
    {
        try
        {
            // SQLite has rolled back by itself when the disk is full.
            if (_database.InTransaction) _database.Run("ROLLBACK");
            _schema.Load(_database);
        }
        catch (StoreException)
        {
            // The file can't even be read; the next group finds out whether that lasts.
        }
    }

    private interface IUnit
    {
        void Apply(Database database);

        void Complete();

        void Fail(Exception error);
    }

    private sealed class Unit<T>(Func<Database, T> work) : IUnit
    {
        private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;

        public Task<T> Outcome => _outcome.Task;

        public void Apply(Database database) => _result = work(database);

        public void Complete() => _outcome.SetResult(_result);

        public void Fail(Exception error) =>
            _outcome.SetException(error as StoreException ?? new StoreException("The group of writes was undone: " + error.Message, error));
    }
}
