using System.Globalization;

namespace PPMessage.Storage;

/// <summary>Tables of which there is one an ISO week (UTC), such as <c>Requests2026W47</c>: what lies in them expires by dropping the table.</summary>
internal static class WeeklyTables
{
    /// <summary>The table that holds what belongs to this instant.</summary>
    public static string Of(string table, DateTimeOffset instant)
    {
        var day = instant.UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"{table}{ISOWeek.GetYear(day):D4}W{ISOWeek.GetWeekOfYear(day):D2}");
    }

    /// <summary>The table of the week before: where to look on for what was written up to seven days ago.</summary>
    public static string Before(string table, DateTimeOffset instant) => Of(table, instant.AddDays(-7));

    /// <summary>
    /// The tables of <paramref name="span"/> weeks that ended at least <paramref name="weeks"/> weeks before this one, newest first: the ones to drop.
    /// With 2 weeks kept, this week's table and the two before it stay. The span covers weeks in which nobody dropped anything.
    /// </summary>
    public static IEnumerable<string> OlderThan(int weeks, string table, DateTimeOffset instant, int span = 8) =>
        Enumerable.Range(weeks + 1, span).Select(back => Of(table, instant.AddDays(-7 * back)));
}
