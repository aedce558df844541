using System.Text.Json;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Sets an occurrence going, or sweeps it up: one work message for each bucket of contacts. Which bucket comes first is drawn by the occurrence, so that those that begin
/// together do not ask for the same contacts at the same time. Operations: 2 and one a bucket.
/// </summary>
internal sealed class OccurrenceWorkHandler(OccurrenceStore occurrences, Plans plans, ChannelUse use, WorkQueue queue) : IWorkHandler
{
    public const string Word = "campaign";

    public string Kind => Word;

    public string Queue => Queues.Bulk;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, CampaignsJson.Default.OccurrenceWork) is not { } work) return;
        if (await occurrences.FindAsync(work.OccurrenceId, cancellation) is not { Occurrence: { State: OccurrenceState.Running or OccurrenceState.Cancelled } occurrence }) return;
        if (occurrence.Generation != work.Generation) return;
        await occurrences.NoteRunningAsync(occurrence, cancellation);
        if (await plans.OfAsync(occurrence, cancellation) is { } plan)
            foreach (var channel in plan.Channels.Values) await use.NoteAsync(channel.Id, cancellation);
        foreach (var bucket in InOrder(occurrence.Id))
            await queue.PutBulkAsync(ShardWorkHandler.Word, new ShardWork(occurrence.Id, bucket, occurrence.Generation), CampaignsJson.Default.ShardWork, TimeSpan.Zero, cancellation);
    }

    private static IEnumerable<string> InOrder(string occurrenceId)
    {
        var first = Ids.Digit(Ids.Hash(occurrenceId)[0]);
        return ContactKeys.AllBuckets().Select((bucket, i) => (bucket, i)).OrderBy(one => (one.i - first + ContactKeys.Buckets) % ContactKeys.Buckets).Select(one => one.bucket);
    }
}
