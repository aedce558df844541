using Microsoft.Extensions.Logging;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Schedules;
using PPMessage.Work;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Each minute: begins the occurrences of active campaigns that are due. However often, late or in parallel it fires, each is begun once, since its id is drawn from the
/// time that it was due. Of times that were missed the latest alone is looked at: begun where the schedule says so or it is not older than <see cref="Grace"/>.
/// Operations: one range read; for each that is due six more.
/// </summary>
internal sealed class CampaignClock(CampaignStore campaigns, Beginning beginning, TimeProvider time, ILogger<CampaignClock> log) : ITimerJob
{
    /// <summary>Later than that it was missed. The clock comes each minute, and may be late itself.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>By the contacts' clocks the last of them comes to that time 26 hours after the first.</summary>
    public static readonly TimeSpan GraceOfContacts = TimeSpan.FromHours(26);

    public string Name => nameof(CampaignClock);

    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var (entry, etag) in await campaigns.ClockAsync(cancellation))
        {
            try
            {
                await LookAsync(entry, etag, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // One that can't be begun must not keep the others; it is due again in a minute.
                log.NotBegun(e, entry.CampaignId);
            }
        }
    }

    private async Task LookAsync(ClockEntry entry, string etag, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (entry.Schedule.Last(entry.Until, now) is { } due)
        {
            if (now - due.At > (entry.Schedule.ContactLocalTime ? GraceOfContacts : Grace) && entry.Schedule.Missed == Missed.Skip) log.Skipped(entry.CampaignId, due.Key);
            else await beginning.OfAsync(entry.CampaignId, due, cancellation);
            await campaigns.AdvanceAsync(entry with { Until = due.At }, etag, cancellation);
        }

        // The last of its occurrences ends it; where that was skipped, nobody else does.
        if (entry.Schedule.Next(now) is null) await beginning.EndAsync(entry.CampaignId, cancellation);
    }
}
