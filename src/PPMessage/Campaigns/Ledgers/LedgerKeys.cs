using PPMessage.Campaigns.Occurrences;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Campaigns.Ledgers;

/// <summary>
/// Row keys of an occurrence within a bucket of contacts, where what is decided, what caps allow and how far the bucket is are one transaction. U = the occurrence's ULID.
/// <c>x|U|0</c> how far it is · <c>x|U|n|…</c> what is to be counted · <c>x|U|y|{day}</c> what was counted · <c>l|U|{contact}</c> ledger, followed by words about it ·
/// <c>k|U|{number}</c> a chunk that is not sent yet · <c>q|U|{minute}|{contact}</c> to be decided anew then.
/// </summary>
internal static class LedgerKeys
{
    private const string MinuteForm = "yyyyMMddHHmm";

    private static readonly string[] AllPrefixes = ["k", "q", "l", "x"];

    public static string Shard(string occurrence) => $"x|{U(occurrence)}|0";

    /// <summary>How far it is, with all that is counted.</summary>
    public static RowRange ShardAndCounts(string occurrence) => RowRange.Prefix($"x|{U(occurrence)}|");

    public static RowRange Notes(string occurrence) => RowRange.Prefix($"x|{U(occurrence)}|n|");

    /// <summary>Of one recipient's word, or of a chunk: said again it is the same note.</summary>
    public static string Note(string occurrence, string what) => $"x|{U(occurrence)}|n|{what}";

    public static string Counted(string occurrence, string day) => $"x|{U(occurrence)}|y|{day}";

    public static string Entry(string occurrence, string contactId) => $"l|{U(occurrence)}|{contactId}";

    public static RowRange Entries(string occurrence) => RowRange.Prefix($"l|{U(occurrence)}|");

    public static string Word(string occurrence, string contactId, string word) => $"{Entry(occurrence, contactId)}|{word}";

    public static string Chunk(string occurrence, int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"k|{U(occurrence)}|{number:D7}");

    public static RowRange Chunks(string occurrence) => RowRange.Prefix($"k|{U(occurrence)}|");

    public static string Deferred(string occurrence, DateTimeOffset until, string contactId) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"q|{U(occurrence)}|{Minute(until).UtcDateTime.ToString(MinuteForm, System.Globalization.CultureInfo.InvariantCulture)}|{contactId}");

    /// <summary>All that is to be decided by then.</summary>
    public static RowRange DueBy(string occurrence, DateTimeOffset now) =>
        new($"q|{U(occurrence)}|", $"q|{U(occurrence)}|{now.UtcDateTime.AddMinutes(1).ToString(MinuteForm, System.Globalization.CultureInfo.InvariantCulture)}");

    public static RowRange AllDeferred(string occurrence) => RowRange.Prefix($"q|{U(occurrence)}|");

    /// <summary>When and whom a row of <see cref="Deferred"/> names.</summary>
    public static (DateTimeOffset Until, string ContactId) ReadDeferred(string row)
    {
        var parts = row.Split('|');
        return (new DateTimeOffset(DateTime.ParseExact(parts[2], MinuteForm, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero), parts[3]);
    }

    /// <summary>The minute that a time is rounded up to.</summary>
    public static DateTimeOffset Minute(DateTimeOffset time) => new(((time.UtcTicks + TimeSpan.TicksPerMinute - 1) / TimeSpan.TicksPerMinute) * TimeSpan.TicksPerMinute, TimeSpan.Zero);

    /// <summary>All that lies in a bucket of an occurrence, how far it is last.</summary>
    public static IReadOnlyList<RowRange> All(string occurrence) => [.. AllPrefixes.Select(word => RowRange.Prefix($"{word}|{U(occurrence)}|"))];

    public static string BucketOf(string contactId) => ContactKeys.BucketOf(contactId) ?? throw new ArgumentException($"{contactId} is no contact's id.", nameof(contactId));

    private static string U(string occurrence) => OccurrenceIds.UlidOf(occurrence);
}
