using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Http;

namespace PPMessage.Campaigns.Occurrences;

/// <summary><c>/api/campaigns/{id}/runs</c> and <c>/api/campaign-runs/{id}</c>: how runs of campaigns get on, and what people do with them.</summary>
internal sealed class OccurrencesApi(CampaignStore campaigns, OccurrenceStore occurrences, OccurrenceControl control, Counts counts, AuditLog audit, TimeProvider time)
{
    public async Task<IResult> ListAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        if (page.Cursor is { } cursor && (OccurrenceIds.Read(cursor) is null || OccurrenceIds.CampaignOf(cursor) != id)) return Problems.Invalid("cursor", "is none that this list gave");
        if (await campaigns.FindAsync(id, cancellation) is null) return CampaignsApi.None();
        var (items, more) = await occurrences.ListAsync(id, page.Cursor, page.Limit, cancellation);
        return TypedResults.Json(new Page<OccurrenceView>([.. items.Select(one => OccurrenceView.Of(one, null))], more ? items[^1].Id : null), CampaignsApiJson.Default.PageOccurrenceView);
    }

    public async Task<IResult> GetAsync(string id, CancellationToken cancellation) =>
        await occurrences.FindAsync(id, cancellation) is { } found ? TypedResults.Json(await ViewAsync(found.Occurrence, cancellation), CampaignsApiJson.Default.OccurrenceView) : None();

    public Task<IResult> PauseAsync(HttpContext context, string id, CancellationToken cancellation) => DoAsync(context, id, "campaign_run.paused", by => control.PauseAsync(id, by, cancellation), cancellation);

    public Task<IResult> ResumeAsync(HttpContext context, string id, CancellationToken cancellation) => DoAsync(context, id, "campaign_run.resumed", _ => control.ResumeAsync(id, cancellation), cancellation);

    public Task<IResult> CancelAsync(HttpContext context, string id, CancellationToken cancellation) => DoAsync(context, id, "campaign_run.cancelled", by => control.CancelAsync(id, by, cancellation), cancellation);

    /// <summary>Those who have failed are decided anew. Once all of the run is over.</summary>
    public Task<IResult> RetryFailedAsync(HttpContext context, string id, CancellationToken cancellation) =>
        DoAsync(context, id, "campaign_run.retried", _ => control.RetryFailedAsync(id, cancellation), cancellation);

    public static IResult None() => Problems.NotFound("There is no such run of a campaign.");

    private async Task<IResult> DoAsync(HttpContext context, string id, string action, Func<string, Task<string?>> act, CancellationToken cancellation)
    {
        if (await occurrences.FindAsync(id, cancellation) is null) return None();
        if (await act(context.Caller().Name ?? context.Caller().Key) is { } refusal) return Problems.Conflict(refusal);
        await audit.WriteAsync(context.Caller().Key, action, id, OccurrenceIds.CampaignOf(id));
        return await GetAsync(id, cancellation);
    }

    private async Task<OccurrenceView> ViewAsync(Occurrence occurrence, CancellationToken cancellation) =>
        OccurrenceView.Of(occurrence, ProgressView.Of(await counts.OfAsync(occurrence.Id, cancellation), occurrence, time.GetUtcNow()));
}
