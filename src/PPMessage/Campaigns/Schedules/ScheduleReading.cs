using System.Text.Json;
using PPMessage.Http;

namespace PPMessage.Campaigns.Schedules;

/// <summary>A schedule as a client writes it, checked. Days and times of day may stand where they mean nothing: they are left out.</summary>
internal static class ScheduleReading
{
    // Any time will do: what comes at all comes within the years that are looked ahead.
    private static readonly DateTime Early = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>A whole one. When it has no mistakes it comes at least once, be that in the past.</summary>
    /// <param name="defaultZone">Where it names none; null: it must.</param>
    public static Schedule Read(Fields fields, string? defaultZone = null)
    {
        var every = fields.Word<Every>("every", null);
        var (day, days) = Days(fields, every);
        var date = Of(fields, "date", every == Every.Once, "once", fields.Date("date"));
        var schedule = new Schedule
        {
            Every = every,
            Cron = Cron(fields, every),
            At = At(fields, every, isNeeded: every is Every.Day or Every.Week or Every.Month || date is not null),
            Day = day,
            Days = days,
            Date = date,
            TimeZone = fields.Zone("timeZone"),
            Missed = fields.Word<Missed>("missed", Missed.Skip),
            ContactLocalTime = fields.Flag("contactLocalTime", false),
            MonthEnd = fields.Word<MonthEnd>("monthEnd", MonthEnd.LastDay),
            StartsOn = fields.Date("startsOn"),
            EndsOn = fields.Date("endsOn"),
        };
        if (schedule.Cron is null && every == Every.Cron) return schedule;
        schedule = Zoned(fields, schedule, defaultZone);
        CheckContacts(fields, schedule);
        CheckDates(fields, schedule);
        return schedule;
    }

    private static (int? Day, IReadOnlyList<int> Days) Days(Fields fields, Every every)
    {
        var days = Of(fields, "days", every == Every.Week, "week", fields.DaysOfWeek("days") is { Count: > 0 } given ? given : null) ?? [];
        var day = every switch
        {
            Every.Week => fields.Whole("day", 0, 6),
            Every.Month => fields.Whole("day", 1, 31),
            _ => Ignored(fields, "day"),
        };
        var isNeeded = every == Every.Month || (every == Every.Week && (!IsNamed(fields, "days") || fields.Json("days") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0));
        if (isNeeded && !IsNamed(fields, "day")) fields.Refuse("day", every == Every.Week ? "is required: a day from 0 (Sunday) to 6, or days" : "is required: a day from 1 to 31");
        if (day is not null && days.Count > 0) fields.Refuse("days", "can't stand beside day");
        return (day, days);
    }

    private static TimeOnly? At(Fields fields, Every every, bool isNeeded)
    {
        if (every == Every.Cron)
        {
            fields.Json("at");
            return null;
        }

        var at = fields.Clock("at");
        if (isNeeded && !IsNamed(fields, "at")) fields.Refuse("at", "is required: a time such as 10:00");
        return at;
    }

    private static string? Cron(Fields fields, Every every)
    {
        var text = Of(fields, "cron", every == Every.Cron, "cron", fields.OptionalText("cron", null, CronText.Longest));
        if (every != Every.Cron) return null;
        if (!IsNamed(fields, "cron")) fields.Refuse("cron", "is required: five fields such as 0 10 * * 1-5");
        if (text is null) return null;
        if (CronText.Parse(text) is null) fields.Refuse("cron", "must have five fields: minute, hour, day of the month, month and day of the week (0 = Sunday), such as 0 10 * * 1-5");
        else if (new LocalTimes(new Schedule { Every = every, Cron = text }).From(Early) is null) fields.Refuse("cron", "names a day that never comes");
        else return text;
        return null;
    }

    private static Schedule Zoned(Fields fields, Schedule schedule, string? defaultZone)
    {
        if (schedule.StartsAtOnce || schedule.ContactLocalTime || IsNamed(fields, "timeZone")) return schedule;
        if (defaultZone is null) fields.Refuse("timeZone", "is required: an IANA time zone, such as Asia/Shanghai");
        return schedule with { TimeZone = defaultZone };
    }

    private static void CheckContacts(Fields fields, Schedule schedule)
    {
        if (!schedule.ContactLocalTime) return;
        if (schedule.GoesByElapsedTime) fields.Refuse("contactLocalTime", "is not for what comes every hour: all contacts' clocks show the same minute then");
        else if (schedule.StartsAtOnce) fields.Refuse("contactLocalTime", "needs a date and a time");
    }

    private static void CheckDates(Fields fields, Schedule schedule)
    {
        if (schedule.StartsAtOnce && (schedule.At is not null || schedule.StartsOn is not null || schedule.EndsOn is not null))
            fields.Refuse("date", "is required where there is a time or a first or last day; without them it begins as soon as it is started");
        if (schedule.EndsOn < schedule.StartsOn) fields.Refuse("endsOn", "lies before startsOn");
        else if (!IsIncomplete(schedule) && new LocalTimes(schedule).From(Early) is null) fields.Refuse(schedule.EndsOn is null ? "startsOn" : "endsOn", "leaves no day on which it would be due");
    }

    // Its mistakes are noted already; or it has no days of its own.
    private static bool IsIncomplete(Schedule schedule) => schedule.StartsAtOnce || schedule is { Every: Every.Week, Day: null, Days.Count: 0 } or { Every: Every.Month, Day: null };

    private static bool IsNamed(Fields fields, string name) => fields.Json(name) is { ValueKind: not JsonValueKind.Null };

    private static int? Ignored(Fields fields, string name)
    {
        fields.Json(name);
        return null;
    }

    /// <summary>A value that belongs to one kind of schedule.</summary>
    private static T? Of<T>(Fields fields, string name, bool belongs, string every, T? value)
    {
        if (belongs || value is null) return value;
        fields.Refuse(name, $"belongs to every \"{every}\"");
        return default;
    }
}
