using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace PPMessage.Filters;

/// <summary>
/// A duration of ISO 8601 (<c>P1M</c>, <c>P7D</c>, <c>PT12H</c>): months and days are the calendar's, so a day may have 23 or 25 hours, and the rest
/// is elapsed time. Never negative.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct Period(int Months, int Days, TimeSpan Time)
{
    private const int LongestYears = 100;
    private const int LongestDays = LongestYears * 366;

    /// <summary>Null for what is none, and for more than 100 years.</summary>
    public static Period? Parse(string text)
    {
        var parts = Form().Match(text);
        if (!parts.Success || text[^1] is 'P' or 'T') return null;
        var months = (Number(parts, "years") * 12) + Number(parts, "months");
        var days = (Number(parts, "weeks") * 7) + Number(parts, "days");
        var seconds = (((Number(parts, "hours") * 60) + Number(parts, "minutes")) * 60) + Number(parts, "seconds");
        if (months > LongestYears * 12 || days > LongestDays || seconds > LongestDays * 86_400L) return null;
        return new((int)months, (int)days, TimeSpan.FromSeconds(seconds));
    }

    public DateTimeOffset Before(FilterMoment moment) => Shift(moment, -1);

    public DateTimeOffset After(FilterMoment moment) => Shift(moment, 1);

    // A local time that the zone's clock skips or repeats is taken with the standard offset.
    private DateTimeOffset Shift(FilterMoment moment, int sign)
    {
        if (Months == 0 && Days == 0) return moment.Now + (sign * Time);
        var local = TimeZoneInfo.ConvertTime(moment.Now, moment.Zone).DateTime.AddMonths(sign * Months).AddDays(sign * Days);
        return new DateTimeOffset(local, moment.Zone.GetUtcOffset(local)) + (sign * Time);
    }

    private static long Number(Match parts, string name) => parts.Groups[name] is { Success: true } group ? long.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        "^P((?<years>[0-9]{1,9})Y)?((?<months>[0-9]{1,9})M)?((?<weeks>[0-9]{1,9})W)?((?<days>[0-9]{1,9})D)?"
        + "(T((?<hours>[0-9]{1,9})H)?((?<minutes>[0-9]{1,9})M)?((?<seconds>[0-9]{1,9})S)?)?\\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
