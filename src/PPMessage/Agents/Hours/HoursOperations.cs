using PPMessage.Http;

namespace PPMessage.Agents.Hours;

/// <summary>What the API's document says of business hours.</summary>
internal static class HoursOperations
{
    private const string Day = """[{"from":"09:00","to":"12:00"},{"from":"13:30","to":"18:00"}]""";

    private const string Free =
        """
        "holidays":[{"date":"2026-10-01","name":"国庆节","to":"2026-10-07"}],
        "makeUpDays":[{"date":"2026-10-10","name":"国庆节调休","like":"wednesday","hours":null}]
        """;

    /// <summary>As a client writes them.</summary>
    public const string Written =
        $$"""
        {"timeZone":"Asia/Shanghai","weekly":{"monday":{{Day}},"tuesday":{{Day}},"wednesday":{{Day}},"thursday":{{Day}},
        "friday":{{Day}}},{{Free}}}
        """;

    /// <summary>As they are shown: the whole week.</summary>
    public const string Fields =
        $$"""
        "timeZone":"Asia/Shanghai","weekly":{"monday":{{Day}},"tuesday":{{Day}},"wednesday":{{Day}},"thursday":{{Day}},
        "friday":{{Day}},"saturday":[],"sunday":[]},{{Free}}
        """;

    public static Operation Get() => Shown(new Operation("Settings", "getBusinessHours", "Reads the business hours of the workspace", "Never set, it is always open."));

    public static Operation Put() =>
        Shown(new Operation("Settings", "setBusinessHours", "Sets the business hours of the workspace", "As a whole: what is left out is as if never set.").IfMatch()
            .Takes(new Shape("BusinessHours").Hours(), Written).Refuses(409));

    /// <summary>As <see cref="HoursReading.Read"/> reads them.</summary>
    public static Shape Hours(this Shape shape) => shape
        .Text("timeZone", "An IANA name, such as Asia/Shanghai.")
        .Object("weekly", "By the clock on the wall; a day that is left out is closed.", Week())
        .Objects("holidays", "Closed; at most 500.",
            new Shape("Holiday").Date("date", "The first day.").Text("name", "At most 100 characters.").OptionalDate("to", "The last day, included; null: it is one day.").Required("date", "name"))
        .Objects("makeUpDays", "Worked, whatever the week and the holidays say (调休); at most 500. Either like or hours.", MakeUpDay())
        .Required("timeZone");

    private static Shape Week() =>
        Words<DayOfWeek>.All.Order(StringComparer.Ordinal).Aggregate(new Shape("Week"), (week, day) => week.Objects(day, "At most 12, without overlap.", Range()));

    private static Shape MakeUpDay() => new Shape("MakeUpDay")
        .Date("date", "The day.").Text("name", "At most 100 characters.")
        .Json("like", "The day of the week whose hours it has.", $$"""{"type":["string","null"],"enum":[{{string.Join(',', Words<DayOfWeek>.All.Select(day => $"\"{day}\""))}},null]}""")
        .Objects("hours", "Its own hours.", Range())
        .Required("date", "name");

    private static Shape Range() => new Shape("Range").Text("from", "00:00 to 23:59.").Text("to", "Not included; up to 24:00.").Required("from", "to");

    private static Operation Shown(Operation operation) =>
        operation.Answers(200, "The hours, and when it opens (null: it is open) and closes next.", HoursJson.Default.HoursView,
            $$"""{{{Fields}},"openNow":true,"opensAt":null,"closesAt":"2026-11-20T10:00:00Z"}""").With("ETag");
}
