using Microsoft.AspNetCore.Http;
using PPMessage.Conversations;
using PPMessage.Flows.Publishing;
using PPMessage.Flows.Runs;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Flows.Statistics;

/// <summary><c>GET /api/flows/{id}/stats</c>: counts a flow's runs by reading them in its list, newest first, a page of each shard at a time, for a bounded time.</summary>
internal sealed class StatsApi(IStore store, FlowStore flows, TimeProvider time)
{
    public const int MostRuns = 20_000;

    private const int RowsAtOnce = 500;

    // Characters of a ULID that are its time.
    private const int TimeDigits = 10;

    private const int UsualDays = 7;
    private const int UsualHours = 24;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (SpanOf(context, out var problem) is not { } span) return problem!;
        if (!(await flows.ShelfAsync(cancellation)).Flows.ContainsKey(id)) return FlowSwitch.None();
        return TypedResults.Json(await CountAsync(id, span, cancellation), FlowsApiJson.Default.FlowStats);
    }

    private async Task<FlowStats> CountAsync(string id, StatsSpan span, CancellationToken cancellation)
    {
        var (tally, begin) = (new RunTally(span), time.GetTimestamp());
        var prefix = RunIndex.Prefix(id);
        // Newest first, and no character of a key is behind '~'.
        var range = new RowRange($"{prefix}{TimeKey(span.To)}~", $"{prefix}{TimeKey(span.From)}~");
        var left = InboxRows.AllShards().Select(shard => (Shard: shard, Range: range)).ToList();
        while (left.Count > 0)
        {
            var pages = await Task.WhenAll(left.Select(one => store.ReadRangeAsync(Tables.Inbox, one.Shard, one.Range, RowsAtOnce, cancellation)));
            foreach (var row in pages.SelectMany(page => page.Rows)) tally.Add(row.As(FlowJson.Default.RunEntry));
            left = [.. left.Zip(pages).Where(one => one.Second.More).Select(one => (one.First.Shard, one.First.Range.Behind(one.Second.Rows[^1].Key)))];
            if (left.Count > 0 && (tally.Count >= MostRuns || time.GetElapsedTime(begin) >= MostTime)) return tally.Sum(exact: false);
        }

        return tally.Sum(exact: true);
    }

    private StatsSpan? SpanOf(HttpContext context, out IResult? problem)
    {
        var errors = new Dictionary<string, string[]>();
        var word = context.Request.Query["by"].ToString();
        var by = StatsBy.Day;
        if (word.Length > 0 && !Words<StatsBy>.TryParse(word, out by)) errors["by"] = ["must be hour or day"];
        var to = Time("to") ?? time.GetUtcNow();
        var from = Time("from") ?? (by == StatsBy.Hour ? to.AddHours(-Math.Min(UsualHours, Hours(to))) : to.AddDays(-Math.Min(UsualDays, Hours(to) / 24)));
        var span = new StatsSpan(StatsSpan.Begin(from, by), to, by);
        if (errors.Count == 0 && from >= to) errors["from"] = ["must be before to"];
        else if (errors.Count == 0 && span.Points > StatsSpan.MostPoints) errors["from"] = [$"is too early: a series may have {StatsSpan.MostPoints} {(by == StatsBy.Hour ? "hours" : "days")}"];
        problem = errors.Count == 0 ? null : Problems.Invalid(errors);
        return problem is null ? span : null;

        DateTimeOffset? Time(string name)
        {
            if (context.Request.Query[name].ToString() is not { Length: > 0 } text) return null;
            // An unescaped "+" of a query arrives as a blank.
            if (UtcTime.TryParse(text.Replace(' ', '+'), out var at)) return at;
            errors[name] = ["must be a time with its offset, such as 2026-11-22T12:00:00Z"];
            return null;
        }
    }

    // Since the first hour of all.
    private static double Hours(DateTimeOffset at) => (at - DateTimeOffset.MinValue).TotalHours;

    private static string TimeKey(DateTimeOffset at) => Ids.Inverse(Ids.NewUlid(at < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : at)[..TimeDigits]);
}
