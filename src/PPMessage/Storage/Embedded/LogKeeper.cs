using SQLitePCL;

namespace PPMessage.Storage.Embedded;

/// <summary>
/// Keeps SQLite's write-ahead log bounded without stalling the writer: a thread of its own moves most pages into the file while writing goes on;
/// only the few that came meanwhile are moved between two commits, where the log then begins anew.
/// </summary>
internal sealed class LogKeeper : IDisposable
{
    /// <summary>16 MiB of 4 KiB pages: the background pass begins.</summary>
    private const int PagesToMove = 4096;

    /// <summary>The rest that the writer may move itself: some milliseconds.</summary>
    private const int PagesToFinish = 512;

    /// <summary>128 MiB: writing is faster than moving; the writer must wait for once.</summary>
    private const int PagesAtMost = 32768;

    private readonly Database _database;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _moving = new();
    private readonly Thread _thread;
    private volatile bool _closing;
    private volatile bool _nearlyDone;
    private int _began;

    public LogKeeper(Database database)
    {
        _database = database;
        _thread = new Thread(Run) { IsBackground = true, Name = "PPMessage log" };
        _thread.Start();
    }

    /// <summary>Called by the writer after each commit, on its own connection.</summary>
    public void AfterCommit(Database writer)
    {
        var written = writer.PagesWritten;
        var pages = written - _began;
        if (pages < PagesToMove) return;
        if (!_nearlyDone) _wake.Set();
        if (!_nearlyDone && pages < PagesAtMost) return;
        if (TryMove(writer, raw.SQLITE_CHECKPOINT_RESTART, out _)) _began = written;
        _nearlyDone = false;
    }

    public void Dispose()
    {
        _closing = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (_wake.WaitOne() && !_closing)
        {
            var before = 0;
            do
            {
                TryMove(_database, raw.SQLITE_CHECKPOINT_PASSIVE, out var pages);
                _nearlyDone = pages - before < PagesToFinish;
                before = pages;
            }
            while (!_nearlyDone && before < PagesAtMost && !_closing);
        }
    }

    // What can't be moved now stays safe in the log and is tried again after a later commit.
    private bool TryMove(Database database, int mode, out int pages)
    {
        try
        {
            lock (_moving) return database.Checkpoint(mode, out pages);
        }
        catch (StoreException)
        {
            pages = 0;
            return false;
        }
    }
}
