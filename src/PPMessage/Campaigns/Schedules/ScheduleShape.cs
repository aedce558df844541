using PPMessage.Http;

namespace PPMessage.Campaigns.Schedules;

/// <summary>What the API's document says of schedules.</summary>
internal static class ScheduleShape
{
    /// <summary>As <see cref="ScheduleReading.Read"/> reads it.</summary>
    public static Shape Schedule() => new Shape("Schedule")
        .Word<Every>("every", "How often it is due.")
        .OptionalText("cron", "Of cron: minute, hour, day of the month, month, day of the week (0 = Sunday), by the zone's clock. A day must fit both of its fields.")
        .OptionalText("at", "A time such as 10:00; of hours only the minute counts (00 where it is left out).")
        .Json("day", "Of week: 0 (Sunday) to 6. Of month: 1 to 31.", """{"type":["integer","null"],"minimum":0,"maximum":31}""")
        .Json("days", "Of week, in place of day: several.", """{"type":["array","null"],"items":{"type":"integer","minimum":0,"maximum":6}}""")
        .OptionalDate("date", "Of once; without it, and without at, it begins as soon as it is started.")
        .OptionalText("timeZone", "An IANA name, such as Asia/Shanghai. A time that its clock skips is due right after the gap, one that it repeats only the first time; what comes every hour is due whenever the clock shows its minute.")
        .Word<Missed>("missed", "What becomes of times at which it could not start: none is made up for, or only the latest.")
        .Flag("contactLocalTime", "Every contact's own clock counts. Not for what comes every hour.")
        .Word<MonthEnd>("monthEnd", "Of months that lack the day: their last one, or none.")
        .OptionalDate("startsOn", "The first day on which it may be due.")
        .OptionalDate("endsOn", "The last one.")
        .Required("every");
}
