using System.Globalization;
using System.Text.Json;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Campaigns.Ledgers;

/// <summary>Work <c>campaign-count</c>: what happened to an occurrence's recipients in one bucket is to be added up.</summary>
internal sealed record CountWork(string OccurrenceId, string Bucket);

/// <summary>
/// Adds up what is noted, by day and hour. Notes go in the transaction that counts them, so nothing is counted twice or lost; who reads the counts adds what is still noted.
/// Operations for up to 90 notes: 3.
/// </summary>
internal sealed class CountWorkHandler(IStore store) : IWorkHandler
{
    public const string Word = "campaign-count";

    private const int NotesAtOnce = 90;

    public string Kind => Word;

    public string Queue => Queues.Bulk;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, CampaignsJson.Default.CountWork) is not { } work) return;
        while (await CountAsync(work, cancellation)) { }
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> CountAsync(CountWork work, CancellationToken cancellation)
    {
        var page = await store.ReadRangeAsync(Tables.Contacts, work.Bucket, LedgerKeys.Notes(work.OccurrenceId), NotesAtOnce, cancellation);
        if (page.Rows.Count == 0) return false;
        var notes = page.Rows.Select(row => (Row: row, Note: row.As(CampaignsJson.Default.CountNote))).ToList();
        // A day at a time, so that a transaction stays one.
        var day = notes.GroupBy(one => DayOf(one.Note.At)).MaxBy(same => same.Count())!;
        var key = LedgerKeys.Counted(work.OccurrenceId, day.Key);
        var stored = await store.ReadAsync(Tables.Contacts, work.Bucket, key, cancellation);
        var counted = Added(stored?.As(CampaignsJson.Default.CountedDay), day.Select(one => one.Note));
        RowWrite write = stored is null ? RowWrite.Insert(key, counted, CampaignsJson.Default.CountedDay) : RowWrite.Replace(key, stored.ETag, counted, CampaignsJson.Default.CountedDay);
        var result = await store.CommitAsync(Tables.Contacts, work.Bucket, [write, .. day.Select(one => RowWrite.Delete(one.Row.Key, one.Row.ETag))], cancellation);
        // Somebody else counts: that is enough.
        return result.Committed && (page.More || day.Count() < notes.Count);
    }

    private static CountedDay Added(CountedDay? before, IEnumerable<CountNote> notes)
    {
        var hours = before?.Hours.ToDictionary(hour => hour.Key, hour => new Dictionary<string, long>(hour.Value)) ?? [];
        foreach (var note in notes)
        {
            var hour = note.At.UtcDateTime.ToString("HH", CultureInfo.InvariantCulture);
            if (!hours.TryGetValue(hour, out var counts)) hours[hour] = counts = [];
            foreach (var (what, count) in note.Counts) counts[what] = counts.GetValueOrDefault(what) + count;
        }

        return new CountedDay(hours.ToDictionary(hour => hour.Key, hour => (IReadOnlyDictionary<string, long>)hour.Value));
    }

    private static string DayOf(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
