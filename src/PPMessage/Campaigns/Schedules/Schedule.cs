using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Campaigns.Schedules;

internal enum Every
{
    Hour,
    Day,
    Week,
    Month,
    Once,
    Cron,
}

/// <summary>What becomes of times at which nobody was there to start a campaign.</summary>
internal enum Missed
{
    Skip,

    /// <summary>However many were missed, the latest of them is done.</summary>
    [JsonStringEnumMemberName("run-once")]
    RunOnce,
}

/// <summary>What becomes of a day of the month in months that lack it.</summary>
internal enum MonthEnd
{
    [JsonStringEnumMemberName("last-day")]
    LastDay,

    Skip,
}

/// <summary>
/// When a campaign is due, by the clock on a wall in <see cref="TimeZone"/>. Where that clock is set forward or back:
/// <list type="bullet">
/// <item>A time that it skips is due at the first instant after the gap, one that it repeats once, the first time it comes.</item>
/// <item>Several times (of a cron) that one gap moves to the same instant, or to one that is due anyhow, are one occurrence, named by the earliest of them.</item>
/// <item>What comes every hour goes by elapsed time: <see cref="Every.Hour"/>, and a cron whose field for hours is <c>*</c>. Each instant is due at which the
/// clock shows such a time, so that a repeated hour is due twice and a skipped one not at all. A cron that names its hours otherwise is as said above.</item>
/// </list>
/// All times are whole minutes. Immutable; everything about it is pure.
/// </summary>
internal sealed record Schedule
{
    [JsonConverter(typeof(Words<Every>))]
    public required Every Every { get; init; }

    /// <summary>Minute, hour, day of the month, month, day of the week (0–6, 0 = Sunday), of <see cref="Every.Cron"/> alone. A day must fit both of its fields.</summary>
    public string? Cron { get; init; }

    /// <summary>Of hours only the minute counts.</summary>
    [JsonConverter(typeof(ClockTime))]
    [Schema("""{"type":["string","null"]}""")]
    public TimeOnly? At { get; init; }

    /// <summary>Of a week: 0–6, 0 = Sunday. Of a month: 1–31.</summary>
    public int? Day { get; init; }

    /// <summary>Several of a week, in place of <see cref="Day"/>.</summary>
    public IReadOnlyList<int> Days { get; init; } = [];

    /// <summary>Of <see cref="Every.Once"/> alone; null there: as soon as it is started.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>IANA name. Null where it isn't needed: with <see cref="ContactLocalTime"/>, and for what begins as soon as it is started.</summary>
    public string? TimeZone { get; init; }

    [JsonConverter(typeof(Words<Missed>))]
    public Missed Missed { get; init; }

    /// <summary>Every contact's own clock counts. An occurrence begins when the time comes first anywhere: in the zone UTC+14.</summary>
    public bool ContactLocalTime { get; init; }

    [JsonConverter(typeof(Words<MonthEnd>))]
    public MonthEnd MonthEnd { get; init; }

    /// <summary>The first day on which it may be due, by its own clock.</summary>
    public DateOnly? StartsOn { get; init; }

    /// <summary>The last such day.</summary>
    public DateOnly? EndsOn { get; init; }

    /// <summary>It has no time of its own: it is never due, but done when somebody starts it.</summary>
    [JsonIgnore]
    public bool StartsAtOnce => Every == Every.Once && Date is null;

    /// <summary>It comes every hour, so it is every instant at which the clock shows such a time.</summary>
    [JsonIgnore]
    public bool GoesByElapsedTime => Every == Every.Hour || (Every == Every.Cron && CronText.TakesEveryHour(Cron!));

    /// <summary>The first one after an instant; null: never again.</summary>
    public Due? Next(DateTimeOffset after) => new Occurrences(this).Next(after);

    /// <summary>The latest one after an instant and up to another (inclusive). As cheap after years as after minutes.</summary>
    public Due? Last(DateTimeOffset after, DateTimeOffset until) => new Occurrences(this).Last(after, until);

    /// <summary>When an occurrence is there for a contact: by its own clock where that counts, with the same rules for skipped and repeated times; never before the occurrence begins.</summary>
    public static DateTimeOffset InstantFor(Due due, TimeZoneInfo contactZone) => due.Zone == Due.OfContacts ? WallClock.InstantOf(due.Local, contactZone) : due.At;
}
