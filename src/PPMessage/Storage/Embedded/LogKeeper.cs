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

    private readonly Database _database;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private volatile bool _closing;
    private volatile bool _nearlyDone;
    private int _began;

    public LogKeeper(Database database)
    {
        _database = database;
        _thread = new Thread(Run) { IsBackground = true, Name = "PPMessage store log" };
        _thread.Start();
    }

    /// <summary>Called by the writer after each commit, on its own connection.</summary>
    public void AfterCommit(Database writer)
    {
        var written = writer.PagesWritten;
        if (written - _began < PagesToMove) return;
        if (!_nearlyDone) _wake.Set();
        else if (TryMove(writer, raw.SQLITE_CHECKPOINT_RESTART, out _)) (_nearlyDone, _began) = (false, written);
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
            while (!_nearlyDone && !_closing);
        }
    }

    // What can't be moved now stays safe in the log and is tried again after a later commit.
    private static bool TryMove(Database database, int mode, out int pages)
    {
        try
        {
            return database.Checkpoint(mode, out pages);
        }
        catch (StoreException)
        {
            pages = 0;
            return false;
        }
    }
}
