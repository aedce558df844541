using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Agents.Hours;
using PPMessage.Audit;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Http;
using PPMessage.Segments;

namespace PPMessage.Campaigns.Definitions;

/// <summary><c>/api/campaigns</c>: agents read them, admins change them. A change counts for what begins after it.</summary>
internal sealed class CampaignsApi(
    CampaignStore store, CampaignReading reading, SegmentMembership segments, FlowLibrary flows, SettingStore<BusinessHours> hours, OccurrenceStore occurrences, Idempotency idempotency, AuditLog audit,
    TimeProvider time)
{
    // Of ten variants with their HTML.
    public const int BodyBytes = 1024 * 1024;

    // What lies in a row with its JSON around it.
    private const int MostBytes = 800 * 1024;

    private const int Tries = 4;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!PageRequest.TryFrom(context, Campaign.IdPrefix, out var page, out var problem)) return problem;
        var found = await store.ListAsync(page, cancellation);
        return TypedResults.Json(new Page<CampaignView>([.. found.Items.Select(View)], found.Next), CampaignsApiJson.Default.PageCampaignView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } found ? Ok(context, found.Campaign) : None();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var blank = new Campaign { Id = string.Empty, Name = string.Empty, SegmentId = string.Empty, Schedule = new() { Every = Schedules.Every.Once }, CreatedAt = default, UpdatedAt = default };
        var draft = await ReadAsync(fields, blank, cancellation);
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context, draft, scope, cancellation), cancellation);
    }

    public async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return None();
            if (!ETags.Matches(context, found.Campaign.Version)) return Problems.Stale();
            var after = await ReadAsync(fields, found.Campaign, cancellation) with { Version = found.Campaign.Version + 1, UpdatedAt = time.GetUtcNow() };
            if (fields.Problem() is { } mistakes) return mistakes;
            if (CampaignAudit.Between(found.Campaign, after) is not { Count: > 0 } changes) return Ok(context, found.Campaign);
            if (!await store.ReplaceAsync(after, found.ETag, cancellation)) continue;
            // Who dies here leaves a clock that goes by the old schedule until the campaign is changed or started again; what it begins is what stands here.
            if (after.Status == CampaignStatus.Active) await store.KeepWoundAsync(new ClockEntry(id, after.Schedule, time.GetUtcNow()), cancellation);
            await audit.WriteAsync(context.Caller().Key, "campaign.changed", id, after.Name, changes);
            return Ok(context, after);
        }

        return Busy();
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        Campaign? gone = null;
        for (var i = 0; i < Tries; i++)
        {
            // Gone after a try of ours: it took effect, and its answer was lost.
            if (await store.FindAsync(id, cancellation) is not { } found) return gone is null ? None() : await DeletedAsync(context, gone);
            if (!ETags.Matches(context, found.Campaign.Version)) return Problems.Stale();
            if (found.Campaign.Status is CampaignStatus.Active or CampaignStatus.Paused) return Problems.Conflict("It is started: cancel it first.");
            if ((await occurrences.RunningAsync(cancellation)).Any(running => OccurrenceIds.CampaignOf(running.Id) == id)) return Problems.Conflict("A run of it is not over: cancel it, or wait for its end.");
            gone = found.Campaign;
            if (await store.DeleteAsync(id, found.ETag, cancellation)) return await DeletedAsync(context, gone);
        }

        return Busy();
    }

    public CampaignView View(Campaign campaign) => CampaignView.Of(campaign, time.GetUtcNow());

    public static IResult None() => Problems.NotFound("There is no such campaign.");

    public static IResult Busy() => Problems.Conflict("Others change this campaign at the same time: try again.");

    private IResult Ok(HttpContext context, Campaign campaign) => ETags.Ok(context, View(campaign), CampaignsApiJson.Default.CampaignView, campaign.Version);

    private async Task<IResult> DeletedAsync(HttpContext context, Campaign campaign)
    {
        // Of one whose start died half-way.
        await store.StopClockAsync(campaign.Id, context.RequestAborted);
        await audit.WriteAsync(context.Caller().Key, "campaign.deleted", campaign.Id, campaign.Name, CampaignAudit.Between(campaign, null));
        return TypedResults.NoContent();
    }

    private async Task<Outcome> CreateAsync(HttpContext context, Campaign draft, RequestScope scope, CancellationToken cancellation)
    {
        var campaign = draft with { Id = Campaign.IdPrefix + scope.NewUlid(), CreatedAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt };
        if (await store.IsFullAsync(cancellation) && await store.FindAsync(campaign.Id, cancellation) is null)
            return Outcome.Refused(Problems.Conflict($"There are {CampaignStore.Most} campaigns, which is the most: delete one first."));
        if (!await store.InsertAsync(campaign, cancellation) && await store.FindAsync(campaign.Id, cancellation) is { } there) campaign = there.Campaign;
        await audit.WriteAsync(context.Caller().Key, "campaign.created", campaign.Id, campaign.Name, CampaignAudit.Between(null, campaign));
        return Outcome.Of(Answer.Created($"/api/campaigns/{campaign.Id}", campaign.Version, View(campaign), CampaignsApiJson.Default.CampaignView));
    }

    // A flow that hears messages has none to look at here.
    private static string? MistakeOf(FlowDefinition? flow) =>
        flow is null ? "there is no such flow, or it was never published"
        : flow.Trigger.On is TriggerWord.Schedule or TriggerWord.Api ? null
        : $"is a flow whose trigger is {Triggers.Word(flow.Trigger.On)}: a campaign starts those whose trigger is {Triggers.Word(TriggerWord.Schedule)} or {Triggers.Word(TriggerWord.Api)}";

    private async Task<Campaign> ReadAsync(Fields fields, Campaign current, CancellationToken cancellation)
    {
        var read = reading.Read(fields, current, (await hours.GetAsync(cancellation)).TimeZone);
        if (read.SegmentId.Length > 0 && await segments.CompileAsync(read.SegmentId, cancellation) is null) fields.Refuse("segmentId", "there is no such segment");
        if (read.FlowId is { Length: > 0 } flow && MistakeOf(await flows.PublishedAsync(flow, cancellation)) is { } mistake) fields.Refuse("flow.flowId", mistake);
        if (System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(read, CampaignsJson.Default.Campaign).Length > MostBytes) fields.Refuse("content", $"may have at most {MostBytes / 1024} KiB together");
        return read;
    }
}
