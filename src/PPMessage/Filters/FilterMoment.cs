namespace PPMessage.Filters;

/// <summary>When a filter is asked, and the zone in which its days are meant.</summary>
internal readonly record struct FilterMoment(DateTimeOffset Now, TimeZoneInfo Zone)
{
    public DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, Zone).DateTime);
}
