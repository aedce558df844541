using System.Text.RegularExpressions;
using NCrontab;

namespace PPMessage.Campaigns.Schedules;

/// <summary>Crons of five fields: minute, hour, day of the month, month, day of the week.</summary>
internal static partial class CronText
{
    public const int Longest = 200;

    private const int HourField = 1;

    /// <summary>Null for what is none.</summary>
    public static CrontabSchedule? Parse(string text) => Form().IsMatch(text) ? CrontabSchedule.TryParse(text) : null;

    public static bool TakesEveryHour(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > HourField } fields && fields[HourField] == "*";

    // Numbers have one or two digits, and no step is zero: what the parser makes of others is not said.
    [GeneratedRegex(
        "^(?!.*(/0+(?![0-9])|[0-9]{3})) *([0-9A-Za-z*,/-]+ +){4}[0-9A-Za-z*,/-]+ *\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
