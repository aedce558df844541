using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Schedules;
using PPMessage.Http;

namespace PPMessage.Campaigns.Definitions;

/// <summary>
/// <c>/api/campaigns/{id}/start</c>, <c>/pause</c>, <c>/resume</c>, <c>/cancel</c>: whether a campaign's schedule counts, and what becomes of its runs that are under way. Each is
/// done when the campaign says so; asked again, what is left of it is done.
/// </summary>
internal sealed class ActionsApi(
    CampaignStore store, CampaignsApi campaigns, Beginning beginning, OccurrenceStore occurrences, OccurrenceControl control, Idempotency idempotency, AuditLog audit, TimeProvider time)
{
    private const int Tries = 8;

    /// <summary>The schedule counts from now on. With <c>now</c>, or where it has no time of its own, a run begins at once.</summary>
    public async Task<IResult> StartAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var atOnce = fields.Flag("now", false);
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => StartAsync(context.Caller(), id, atOnce, scope, cancellation), cancellation);
    }

    public Task<IResult> PauseAsync(HttpContext context, string id, CancellationToken cancellation) => DoAsync(context, id, "campaign.paused", CampaignStatus.Paused, CampaignStatus.Active, async (campaign, by) =>
    {
        await store.StopClockAsync(campaign.Id, cancellation);
        foreach (var run in await UnderWayAsync(id, cancellation)) await control.PauseAsync(run, by, cancellation);
    }, cancellation);

    public Task<IResult> ResumeAsync(HttpContext context, string id, CancellationToken cancellation) => DoAsync(context, id, "campaign.resumed", CampaignStatus.Active, CampaignStatus.Paused, async (campaign, _) =>
    {
        foreach (var run in await UnderWayAsync(id, cancellation)) await control.ResumeAsync(run, cancellation);
    }, cancellation);

    /// <summary>Whatever it was; runs that are not over are cancelled.</summary>
    public Task<IResult> CancelAsync(HttpContext context, string id, CancellationToken cancellation) => DoAsync(context, id, "campaign.cancelled", CampaignStatus.Ended, null, async (campaign, by) =>
    {
        await store.StopClockAsync(campaign.Id, cancellation);
        foreach (var run in await UnderWayAsync(id, cancellation)) await control.CancelAsync(run, by, cancellation);
    }, cancellation);

    private async Task<Outcome> StartAsync(Caller caller, string id, bool atOnce, RequestScope scope, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { Campaign: var before }) return Outcome.Refused(CampaignsApi.None());
        // Of the first try, so that a repeat is of the run that it began.
        var (now, request) = (scope.CreatedAt, scope.NewUlid());
        Due? due = atOnce || before.Schedule.StartsAtOnce ? DueNow(before, now) : null;
        var (isDone, hindrance) = due is null ? default : await LookAsync(id, due, request, atOnce, cancellation);
        if (isDone) return Started(before);
        var (campaign, refusal) = await ChangeAsync(id, found => Start(found, atOnce, now, hindrance), cancellation);
        if (campaign is null) return Outcome.Refused(refusal!);
        if (due is not null) await beginning.OfAsync(campaign, due, cancellation, request);
        await audit.WriteAsync(caller.Key, "campaign.started", id, campaign.Name);
        return Started(campaign);
    }

    private Outcome Started(Campaign campaign) => Outcome.Of(Answer.Ok(campaign.Version, campaigns.View(campaign), CampaignsApiJson.Default.CampaignView));

    private async Task<IResult> DoAsync(
        HttpContext context, string id, string action, CampaignStatus to, CampaignStatus? from, Func<Campaign, string, Task> follow, CancellationToken cancellation)
    {
        var (campaign, refusal) = await ChangeAsync(id, found =>
            found.Status == to || from is null || found.Status == from ? (found with { Status = to }, null) : (null, $"It is {Words<CampaignStatus>.Of(found.Status)}."), cancellation);
        if (campaign is null) return refusal!;
        await follow(campaign, context.Caller().Name ?? context.Caller().Key);
        await audit.WriteAsync(context.Caller().Key, action, id, campaign.Name);
        return Ok(context, campaign);
    }

    private async Task<(Campaign? Campaign, IResult? Refusal)> ChangeAsync(string id, Func<Campaign, (Campaign? After, string? Refusal)> change, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return (null, CampaignsApi.None());
            var (after, refusal) = change(found.Campaign);
            if (after is null) return (null, Problems.Conflict(refusal!));
            var isAsked = after.Status == found.Campaign.Status;
            if (after.Status == CampaignStatus.Active) await WindAsync(after, isAsked, cancellation);
            if (isAsked) return (found.Campaign, null);
            after = after with { Version = found.Campaign.Version + 1, UpdatedAt = time.GetUtcNow() };
            if (await store.ReplaceAsync(after, found.ETag, cancellation)) return (after, null);
        }

        return (null, CampaignsApi.Busy());
    }

    /// <summary>Before it is active: for one that is not, the clock begins nothing, and one without a clock would never come. One that is going is not put forward.</summary>
    private async Task WindAsync(Campaign campaign, bool isGoing, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (campaign.Schedule.Next(now) is null) return;
        var entry = new ClockEntry(campaign.Id, campaign.Schedule, now);
        await (isGoing ? store.KeepWoundAsync(entry, cancellation) : store.WindAsync(entry, cancellation));
    }

    private async Task<IEnumerable<string>> UnderWayAsync(string id, CancellationToken cancellation) =>
        (await occurrences.RunningAsync(cancellation)).Select(running => running.Id).Where(running => OccurrenceIds.CampaignOf(running) == id);

    private static (Campaign? After, string? Refusal) Start(Campaign found, bool atOnce, DateTimeOffset now, string? hindrance) => found.Status switch
    {
        CampaignStatus.Paused => (null, "It is paused: resume it."),
        _ when hindrance is not null => (null, hindrance),
        _ when !atOnce && !found.Schedule.StartsAtOnce && found.Schedule.Next(now) is null => (null, "Its schedule has no time to come: change it, or start it with \"now\": true."),
        _ => (found with { Status = CampaignStatus.Active }, null),
    };

    /// <summary>
    /// What keeps a run from beginning at once. Whoever presses again while one is under way, since nothing seems to happen, must not send everybody the same once more; nor does
    /// what is done once begin anew unless that is asked for.
    /// </summary>
    private async Task<(bool IsDone, string? Hindrance)> LookAsync(string id, Due due, string request, bool atOnce, CancellationToken cancellation)
    {
        var newest = (await occurrences.ListAsync(id, null, 1, cancellation)).Items.SingleOrDefault();
        // Behind the list, so that one which somebody else begins in this very minute is not taken for another.
        var there = (await occurrences.FindAsync(OccurrenceIds.Of(id, due.Key, due.At), cancellation))?.Occurrence;
        return there switch
        {
            null when newest is { IsOver: false } => (false, $"A run of it is under way ({newest.Id}): wait for its end, or cancel it."),
            null when !atOnce && newest is { State: OccurrenceState.Finished } => (false, "It has run. Start it with \"now\": true to run it once more."),
            // It would be that run again, and nothing would ever end the campaign.
            { IsOver: true } => (there.Request == request, "A run of it that began in this very minute is over: start it again in the next one."),
            _ => default,
        };
    }

    /// <summary>To the minute: whoever presses twice starts once.</summary>
    private static Due DueNow(Campaign campaign, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(campaign.Schedule.TimeZone ?? "UTC");
        var minute = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        return new Due(TimeZoneInfo.ConvertTime(minute, zone).DateTime, zone.Id, minute);
    }

    private IResult Ok(HttpContext context, Campaign campaign) => ETags.Ok(context, campaigns.View(campaign), CampaignsApiJson.Default.CampaignView, campaign.Version);
}
