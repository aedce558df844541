using System.Collections.Concurrent;

namespace PPMessage.Storage.Embedded;

/// <summary>
/// The one writer: takes all units that are pending, applies them in one SQLite transaction, syncs once, then answers all callers.
/// A unit that is refused writes nothing and leaves the others alone; an error undoes the whole group, and every caller of it hears so.
/// </summary>
internal sealed class GroupWriter : IDisposable
{
    // Bounds how long the first unit of a group waits for the others.
    private const int LargestGroup = 512;

    private readonly BlockingCollection<IUnit> _pending = [];
    private readonly Database _database;
    private readonly Schema _schema;
    private readonly LogKeeper _log;
    private readonly Thread _thread;

    public GroupWriter(Database database, Schema schema, LogKeeper log)
    {
        (_database, _schema, _log) = (database, schema, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "PPMessage store writer", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>The unit's own outcome, once it is durable. Can't be cancelled on its way: the caller always learns what became of it.</summary>
    public Task<T> SubmitAsync<T>(Func<Database, T> work)
    {
        var unit = new Unit<T>(work);
        try
        {
            _pending.Add(unit);
        }
        catch (InvalidOperationException closed)
        {
            throw new ObjectDisposedException(nameof(EmbeddedStore), closed);
        }

        return unit.Outcome;
    }

    /// <summary>Finishes what is pending.</summary>
    public void Dispose()
    {
        _pending.CompleteAdding();
        _thread.Join();
        _pending.Dispose();
    }

    private void Run()
    {
        var group = new List<IUnit>(LargestGroup);
        foreach (var first in _pending.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < LargestGroup && _pending.TryTake(out var next)) group.Add(next);
            Commit(group);
            group.Clear();
            _log.AfterCommit(_database);
        }
    }

    private void Commit(List<IUnit> group)
    {
        try
        {
            _database.Execute("BEGIN IMMEDIATE");
            foreach (var unit in group) unit.Apply(_database);
            _database.Execute("COMMIT");
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
            _database.Execute("ROLLBACK");
        }
        catch (StoreException)
        {
            // SQLite has rolled back already, as it does when the disk is full.
        }

        _schema.Load(_database);
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
