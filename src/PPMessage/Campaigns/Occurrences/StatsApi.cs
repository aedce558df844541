using Microsoft.AspNetCore.Http;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Ledgers;

namespace PPMessage.Campaigns.Occurrences;

/// <summary><c>/api/campaigns/{id}/stats</c> and <c>/api/campaign-runs/{id}/stats</c>: what came of it, by content, channel and hour.</summary>
internal sealed class StatsApi(CampaignStore campaigns, OccurrenceStore occurrences, Counts counts)
{
    // Each is a read of every bucket.
    private const int MostRuns = 24;

    private static readonly string[] Words =
    [
        CountWords.Sent, LedgerWords.Delivered, LedgerWords.Opened, LedgerWords.Clicked, LedgerWords.Answered, LedgerWords.Unsubscribed, LedgerWords.Complained, CountWords.Failed, CountWords.Undelivered,
        CountWords.Skipped,
    ];

    /// <summary>Of the campaign's newest runs.</summary>
    public async Task<IResult> OfCampaignAsync(string id, CancellationToken cancellation)
    {
        if (await campaigns.FindAsync(id, cancellation) is null) return CampaignsApi.None();
        var (runs, _) = await occurrences.ListAsync(id, null, MostRuns, cancellation);
        var all = new List<(Campaign Campaign, Tally Tally)>();
        foreach (var run in runs)
            if (await occurrences.DefinitionAsync(run.Id, cancellation) is { } campaign) all.Add((campaign, await counts.OfAsync(run.Id, cancellation)));
        return TypedResults.Json(Of(all), CampaignsApiJson.Default.StatsView);
    }

    public async Task<IResult> OfRunAsync(string id, CancellationToken cancellation) =>
        await occurrences.DefinitionAsync(id, cancellation) is { } campaign
            ? TypedResults.Json(Of([(campaign, await counts.OfAsync(id, cancellation))]), CampaignsApiJson.Default.StatsView)
            : OccurrencesApi.None();

    private static StatsView Of(IReadOnlyList<(Campaign Campaign, Tally Tally)> all)
    {
        var counted = all.SelectMany(one => one.Tally.Counts.Select(count => (Variant: one.Campaign.Variants.ElementAtOrDefault(count.Variant)?.Name, Count: count))).ToList();
        var rows = counted.GroupBy(one => (one.Variant, one.Count.Kind)).OrderBy(same => same.Key.Variant, StringComparer.Ordinal).ThenBy(same => same.Key.Kind, StringComparer.Ordinal)
            .Select(same => new StatsRow(same.Key.Variant, same.Key.Kind.Length == 0 ? null : same.Key.Kind, Sums(same.Select(one => one.Count)), FailedBy(same.Select(one => one.Count))));
        var hours = counted.GroupBy(one => one.Count.Hour).OrderBy(same => same.Key).Select(same => new StatsHour(same.Key, Sums(same.Select(one => one.Count))));
        return new StatsView([.. rows], [.. hours]);
    }

    private static Dictionary<string, long> Sums(IEnumerable<Count> counts)
    {
        var all = counts.ToList();
        return Words.Select(word => (word, Sum: all.Where(count => Tally.Is(count, word)).Sum(count => count.Times))).Where(one => one.Sum != 0).ToDictionary(one => one.word, one => one.Sum);
    }

    private static IReadOnlyDictionary<string, long> FailedBy(IEnumerable<Count> counts)
    {
        var tally = new Tally([], [.. counts]);
        return tally.ByReason(CountWords.Failed).Concat(tally.ByReason(CountWords.Undelivered)).GroupBy(one => one.Key).ToDictionary(same => same.Key, same => same.Sum(one => one.Value));
    }
}
