using System.Text.Json;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Contacts;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Campaigns.Running;

/// <summary>Starts a campaign's flow for a recipient. Idempotent: the run's id is drawn from the occurrence and the contact. Thread-safe.</summary>
internal sealed class FlowStarts(RunStarter starter, TimeProvider time)
{
    private static readonly Dictionary<string, JsonElement> NoVariables = [];

    public async Task<ItemResult> StartAsync(StoredChunk chunk, ChunkItem item, Contact contact, Plan plan, CancellationToken cancellation)
    {
        var ulid = Ids.SeededUlid(Ids.TimeOf(OccurrenceIds.UlidOf(chunk.OccurrenceId))!.Value, $"{chunk.OccurrenceId}|{item.ContactId}|flow");
        var (runId, refusal) = await starter.StartAsync(plan.Flow!, contact, TriggerWord.Schedule, null, NoVariables, ulid, cancellation);
        var entry = new LedgerEntry
        {
            ContactId = item.ContactId,
            State = runId is null ? RecipientState.Failed : RecipientState.Sent,
            Reason = runId is null ? "flow" : null,
            Detail = refusal,
            RunId = runId,
            At = time.GetUtcNow(),
            Variant = plan.Variants[item.Variant].Name,
        };
        return new ItemResult(item, entry, runId is not null);
    }
}
