using System.Globalization;
using PPMessage.Campaigns.Running;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Campaigns.Ledgers;

/// <summary>How often something happened.</summary>
/// <param name="Hour">When, in UTC; its minutes are zero.</param>
/// <param name="Kind">Of channel; empty: of none.</param>
/// <param name="Variant">Counted from 0.</param>
internal readonly record struct Count(DateTimeOffset Hour, string Kind, int Variant, string Word, long Times);

/// <summary>What is counted, beside the words of <see cref="LedgerWords"/>. Some have their reason with them.</summary>
internal static class CountWords
{
    public const string Sent = "sent";
    public const string Unknown = "unknown";

    /// <summary>Put off while it waited to be sent.</summary>
    public const string Deferred = "deferred";

    /// <summary>Not sent by a reason that showed when it was to be sent.</summary>
    public const string Skipped = "skipped";

    /// <summary>The provider did not take it.</summary>
    public const string Failed = "failed";

    /// <summary>The provider took it, and could not deliver it.</summary>
    public const string Undelivered = "undelivered";

    public static string With(string word, string? reason) => string.IsNullOrEmpty(reason) ? word : $"{word}:{reason}";
}

/// <summary>How far an occurrence is, and all that happened to its recipients.</summary>
internal sealed record Tally(IReadOnlyList<Shard> Shards, IReadOnlyList<Count> Counts)
{
    /// <summary>With all its reasons.</summary>
    public long Of(string word) => Counts.Where(count => Is(count, word)).Sum(count => count.Times);

    public IReadOnlyDictionary<string, long> ByReason(string word) => Counts.Where(count => Is(count, word))
        .GroupBy(count => count.Word.Length > word.Length ? count.Word[(word.Length + 1)..] : string.Empty)
        .Select(same => (same.Key, Times: same.Sum(count => count.Times))).Where(one => one.Times != 0).ToDictionary(one => one.Key, one => one.Times);

    public static bool Is(Count count, string word) => count.Word == word || (count.Word.Length > word.Length && count.Word[word.Length] == ':' && count.Word.StartsWith(word, StringComparison.Ordinal));
}

/// <summary>Reads counts. Operations: one range read for each bucket (more where much is noted that nobody has added up), side by side. Thread-safe.</summary>
internal sealed class Counts(IStore store)
{
    private const int AtOnce = 16;

    public static string Key(string? kind, int variant, string word) => string.Create(CultureInfo.InvariantCulture, $"{kind}|{variant}|{word}");

    public async Task<Tally> OfAsync(string occurrenceId, CancellationToken cancellation)
    {
        var (gate, shards, counts) = (new Lock(), new List<Shard>(), new Dictionary<(DateTimeOffset Hour, string Key), long>());
        await Parallel.ForEachAsync(ContactKeys.AllBuckets(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (bucket, token) =>
        {
            var rows = await store.ReadAllAsync(Tables.Contacts, bucket, LedgerKeys.ShardAndCounts(occurrenceId), token);
            lock (gate)
            {
                foreach (var row in rows) Add(occurrenceId, row, shards, counts);
            }
        });
        return new Tally(shards, [.. counts.Select(one => CountOf(one.Key.Hour, one.Key.Key, one.Value)).OrderBy(count => count.Hour)]);
    }

    private static void Add(string occurrenceId, Row row, List<Shard> shards, Dictionary<(DateTimeOffset Hour, string Key), long> counts)
    {
        if (row.Key == LedgerKeys.Shard(occurrenceId))
        {
            shards.Add(row.As(CampaignsJson.Default.Shard));
        }
        else if (row.Key.StartsWith(LedgerKeys.Note(occurrenceId, string.Empty), StringComparison.Ordinal))
        {
            var note = row.As(CampaignsJson.Default.CountNote);
            Add(counts, HourOf(note.At), note.Counts);
        }
        else
        {
            var day = DateTime.ParseExact(row.Key.AsSpan(row.Key.LastIndexOf('|') + 1), "yyyyMMdd", CultureInfo.InvariantCulture);
            foreach (var (hour, counted) in row.As(CampaignsJson.Default.CountedDay).Hours)
                Add(counts, new DateTimeOffset(day.AddHours(int.Parse(hour, CultureInfo.InvariantCulture)), TimeSpan.Zero), counted);
        }
    }

    private static void Add(Dictionary<(DateTimeOffset Hour, string Key), long> counts, DateTimeOffset hour, IReadOnlyDictionary<string, long> more)
    {
        foreach (var (what, times) in more) counts[(hour, what)] = counts.GetValueOrDefault((hour, what)) + times;
    }

    private static Count CountOf(DateTimeOffset hour, string key, long times)
    {
        var parts = key.Split('|', 3);
        return new Count(hour, parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2], times);
    }

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
