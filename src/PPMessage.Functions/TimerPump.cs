using System.Text.Json.Serialization;
using PPMessage.Storage;

namespace PPMessage.Functions;

/// <summary>
/// Stand-alone mode's timer trigger. Whoever inserts the row (timer, due time) first runs it, so it runs once however many instances share an account.
/// Of the times that passed unused, at the start or during a long run, only the latest is run. In one process a timer never overlaps itself.
/// A run that fails, or is cut off by a crash, is not repeated: the next comes at the next due time.
/// </summary>
/// <param name="started">Set off when the program listens: a program that can't start claims nothing.</param>
internal sealed class TimerPump(Trigger trigger, IStore store, TimerCall call, TimeProvider time, ILogger<TimerPump> logger, CancellationToken started) : BackgroundService
{
    public const string Partition = "timer";

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>So that a clock which was set is noticed.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Schedule _schedule = new(trigger.Schedule!);
    private readonly string _claimant = Ids.NewUlid(time.GetUtcNow());

    /// <summary>The row that stands for one firing.</summary>
    public static string RowKey(string function, DateTimeOffset due) => $"{function}|{due.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Triggers.StartedAsync(time, started, stoppingToken);
        var last = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            last = _schedule.Last(now) is { } missed && missed > last ? missed : await WaitAsync(_schedule.Next(now), stoppingToken);
            if (await ClaimAsync(last, stoppingToken)) await RunAsync(last, stoppingToken);
        }
    }

    private async Task<DateTimeOffset> WaitAsync(DateTimeOffset due, CancellationToken stopping)
    {
        for (var left = due - time.GetUtcNow(); left > TimeSpan.Zero; left = due - time.GetUtcNow())
            await Task.Delay(left < LongestWait ? left : LongestWait, time, stopping);
        return due;
    }

    /// <summary>Whether this firing is ours; tried until the next one is due.</summary>
    private async Task<bool> ClaimAsync(DateTimeOffset due, CancellationToken stopping)
    {
        for (var until = _schedule.Next(time.GetUtcNow()); time.GetUtcNow() < until;)
        {
            try
            {
                return await InsertAsync(due, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                Log.TimerUnclaimed(logger, e, trigger.Function, due, RetryAfter.TotalSeconds);
                await Task.Delay(RetryAfter, time, stopping);
            }
        }

        return false;
    }

    private async Task<bool> InsertAsync(DateTimeOffset due, CancellationToken stopping)
    {
        var (table, key) = (WeeklyTables.Of(Tables.Requests, due), RowKey(trigger.Function, due));
        var claim = new TimerClaim(_claimant, time.GetUtcNow());
        var result = await store.CommitAsync(table, Partition, [RowWrite.Insert(key, claim, TimerJson.Default.TimerClaim)], stopping);
        if (result.Committed) return true;

        // Ours all the same, if an earlier try was written and its answer lost.
        var row = result.Conflict!.Current ?? await store.ReadAsync(table, Partition, key, stopping);
        return row?.As(TimerJson.Default.TimerClaim).Claimant == _claimant;
    }

    private async Task RunAsync(DateTimeOffset due, CancellationToken stopping)
    {
        try
        {
            await call(trigger.Function, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            Log.TimerFailed(logger, e, trigger.Function, due);
        }
    }
}

/// <param name="Claimant">Which pump of which process.</param>
/// <param name="At">For people who look at the table.</param>
internal sealed record TimerClaim(string Claimant, DateTimeOffset At);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TimerClaim))]
internal sealed partial class TimerJson : JsonSerializerContext;
