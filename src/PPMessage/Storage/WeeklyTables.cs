using System.Globalization;

namespace PPMessage.Storage;

/// <summary>Tables that hold one ISO week each, so that a whole week expires by dropping its table.</summary>
internal static class WeeklyTables
{
    /// <summary>The table of requests for the week of an instant, e.g. <c>Requests2026W47</c>.</summary>
    public static string Name(DateTimeOffset at)
    {
        var day = at.UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"{Tables.Requests}{ISOWeek.GetYear(day):0000}W{ISOWeek.GetWeekOfYear(day):00}");
    }

    public static string Previous(DateTimeOffset at) => Name(at.AddDays(-7));
}
