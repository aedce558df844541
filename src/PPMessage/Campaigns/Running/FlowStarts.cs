using System.Text.Json;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Starts a campaign's flow for a recipient, unless nobody may be messaged where it would begin: who has stopped campaigns by a link is not messaged by a flow that a campaign starts,
/// either. Idempotent: the run's id is drawn from the occurrence and the contact. Operations: up to three reads beside the start. Thread-safe.
/// </summary>
internal sealed class FlowStarts(RunStarter starter, HomeThreads homes, ThreadStore threads, TimeProvider time)
{
    private static readonly Dictionary<string, JsonElement> NoVariables = [];

    public async Task<ItemResult> StartAsync(StoredChunk chunk, ChunkItem item, Contact contact, Plan plan, CancellationToken cancellation)
    {
        var entry = new LedgerEntry { ContactId = item.ContactId, State = RecipientState.Skipped, At = time.GetUtcNow(), Variant = plan.Variants[item.Variant].Name };
        var ulid = Ids.SeededUlid(Ids.TimeOf(OccurrenceIds.UlidOf(chunk.OccurrenceId))!.Value, $"{chunk.OccurrenceId}|{item.ContactId}|flow");
        if (await WhyNotAsync(contact, ulid, cancellation) is var (reason, detail)) return new ItemResult(item, entry with { Reason = reason, Detail = detail }, IsSent: false);
        var (runId, refusal) = await starter.StartAsync(plan.Flow!, contact, TriggerWord.Schedule, null, NoVariables, ulid, cancellation);
        return runId is null
            ? new ItemResult(item, entry with { State = RecipientState.Failed, Reason = "flow", Detail = refusal }, IsSent: false)
            : new ItemResult(item, entry with { State = RecipientState.Sent, RunId = runId }, IsSent: true);
    }

    private async Task<(string Reason, string? Detail)?> WhyNotAsync(Contact contact, string ulid, CancellationToken cancellation)
    {
        var home = await homes.OfAsync(contact, null, ulid, cancellation);
        if (home.ChannelId is null) return (Reasons.NoAddress, null);
        var consent = (await threads.HeadAsync(home.Thread, cancellation))?.Head.Consent;
        return consent is { Stopped: true } ? (Reasons.Suppressed, $"{consent.StoppedBy?.Reason} {consent.StoppedBy?.Detail}".Trim()) : null;
    }
}
