using System.Globalization;
using PPMessage.Conversations;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>Ids and rows of runs: a run lies in its thread's partition. Under way it is neighbour to the head, so that one range read brings both; over, it is history.</summary>
internal static class RunKeys
{
    public const string Prefix = "run_";

    public const string HistoryPrefix = "h|";
    public const string WaiterPrefix = ThreadRows.RunPrefix + "w|";

    public static string Id(string ulid, string thread) => Prefix + ulid + thread;

    /// <summary>Thread and ULID; null when it is no run's id.</summary>
    public static (string Thread, string Ulid)? Of(string id) =>
        Ids.UlidOf(id, Prefix, Ids.ThreadLength) is { } ulid && Ids.IsBase32(id.AsSpan(id.Length - Ids.ThreadLength)) ? (id[^Ids.ThreadLength..], ulid) : null;

    public static string Live(string ulid) => ThreadRows.RunPrefix + ulid;

    /// <summary>Of a run that lies elsewhere and listens here.</summary>
    public static string Waiter(string ulid) => WaiterPrefix + ulid;

    /// <summary>Of a run that is over.</summary>
    public static string Over(string ulid) => HistoryPrefix + ulid;

    public static bool IsOver(string row) => row.Length == HistoryPrefix.Length + Ids.UlidLength;

    /// <summary>One transition of it.</summary>
    public static string Transition(string ulid, int number) => $"{HistoryPrefix}{ulid}|{number.ToString("D5", CultureInfo.InvariantCulture)}";

    /// <summary>All that is kept of a run beside its live row.</summary>
    public static RowRange All(string ulid) => RowRange.Prefix(HistoryPrefix + ulid);

    /// <summary>The ULID of a message that a step makes: the same whenever it is made again, and behind what was written before.</summary>
    public static string MessageUlid(string key, DateTimeOffset now, int place) => Ids.SeededUlid(now.AddMilliseconds(1 + place), key);
}

/// <summary>A run under way, as it was read.</summary>
internal sealed record LiveRun(Run Run, string ETag)
{
    public static IReadOnlyList<LiveRun> Of(StoredThread state) =>
        [.. state.Runs.Where(row => !row.Key.StartsWith(RunKeys.WaiterPrefix, StringComparison.Ordinal)).Select(row => new LiveRun(row.As(FlowJson.Default.Run), row.ETag))];
}

/// <summary>A run of another thread that listens here.</summary>
internal sealed record StoredWaiter(Waiter Waiter, string Thread, string Row, string ETag)
{
    /// <summary>Tells the run, where it lies, that its waiting here is over.</summary>
    public RunWork Work => new(Waiter.RunId, Waiter.Visit) { OvertakenIn = Thread };

    public static IReadOnlyList<StoredWaiter> Of(StoredThread state) =>
        [.. state.Runs.Where(row => row.Key.StartsWith(RunKeys.WaiterPrefix, StringComparison.Ordinal)).Select(row => new StoredWaiter(row.As(FlowJson.Default.Waiter), state.Key, row.Key, row.ETag))];
}

/// <summary>Row <c>h|{run}</c>: a run that is over, with its last transition.</summary>
internal sealed record OverRun(Run Run, RunHistory Last);
