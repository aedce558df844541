using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Schedules;
using PPMessage.Work;

namespace PPMessage.Campaigns.Running;

/// <summary>Begins occurrences. Idempotent by what makes an occurrence one. Thread-safe.</summary>
internal sealed class Beginning(CampaignStore campaigns, OccurrenceStore occurrences, WorkQueue queue, PPMessageOptions options, TimeProvider time)
{
    // How often a change is tried anew when others change the same campaign at the same time.
    private const int Tries = 8;

    /// <returns>Null: the campaign is not active any more.</returns>
    public async Task<Occurrence?> OfAsync(string campaignId, Due due, CancellationToken cancellation) =>
        await campaigns.FindAsync(campaignId, cancellation) is { Campaign: { Status: CampaignStatus.Active } campaign } ? await OfAsync(campaign, due, cancellation) : null;

    /// <summary>The work is put before the occurrence, and comes to nothing without it; whoever begins it again puts it again.</summary>
    /// <param name="request">See <see cref="Occurrence.Request"/>.</param>
    public async Task<Occurrence> OfAsync(Campaign campaign, Due due, CancellationToken cancellation, string? request = null)
    {
        var occurrence = new Occurrence
        {
            Id = OccurrenceIds.Of(campaign.Id, due.Key, due.At),
            Key = due.Key,
            Local = due.Local,
            Zone = due.Zone,
            ScheduledAt = due.At,
            StartedAt = time.GetUtcNow(),
            Request = request,
            Priority = campaign.Rules.Priority,
        };
        var work = new OccurrenceWork(occurrence.Id, occurrence.Generation);
        var hidden = await queue.PutBulkAsync(OccurrenceWorkHandler.Word, work, CampaignsJson.Default.OccurrenceWork, options.Timing.Hidden, cancellation);
        if (!await occurrences.InsertAsync(occurrence, campaign, cancellation)) return (await occurrences.FindAsync(occurrence.Id, cancellation))?.Occurrence ?? occurrence;
        await occurrences.NoteRunningAsync(occurrence, cancellation);
        await queue.PutBulkAsync(OccurrenceWorkHandler.Word, work, CampaignsJson.Default.OccurrenceWork, TimeSpan.Zero, cancellation);
        await queue.DoneAsync(hidden, cancellation);
        return occurrence;
    }

    /// <summary>A campaign that is never due again has ended with the last of its occurrences. Idempotent.</summary>
    public async Task EndAsync(string campaignId, CancellationToken cancellation)
    {
        if ((await occurrences.RunningAsync(cancellation)).Any(running => OccurrenceIds.CampaignOf(running.Id) == campaignId)) return;
        for (var i = 0; i < Tries; i++)
        {
            if (await campaigns.FindAsync(campaignId, cancellation) is not { Campaign: { Status: CampaignStatus.Active } campaign } found) break;
            if (campaign.Schedule.Next(time.GetUtcNow()) is not null) return;
            var ended = campaign with { Status = CampaignStatus.Ended, UpdatedAt = time.GetUtcNow(), Version = campaign.Version + 1 };
            if (await campaigns.ReplaceAsync(ended, found.ETag, cancellation)) break;
        }

        await campaigns.StopClockAsync(campaignId, cancellation);
    }
}
