using System.Text.Json;

namespace PPMessage.Segments;

/// <summary>Segments that are always there, under ids of their own.</summary>
internal static class BuiltInSegments
{
    public const string Active = "active";

    public static IReadOnlyList<Segment> All { get; } =
    [
        Of("online", "Online", "On the site or in the app just now.", """{"field":"contact.online","op":"eq","value":true}"""),
        Of("new", "New", "First seen within a day.", """{"field":"contact.firstSeenAt","op":"within","value":"P1D"}"""),
        Of(Active, "Active", "Seen within 30 days: wrote, was on the site or in the app, or was first seen.",
            """{"any":[{"field":"contact.lastSeenAt","op":"within","value":"P30D"},{"field":"contact.firstSeenAt","op":"within","value":"P30D"}]}"""),
    ];

    public static Segment? Find(string id) => All.FirstOrDefault(segment => segment.Id == id);

    private static Segment Of(string id, string name, string description, string filter) => new(id, name, description, JsonElement.Parse(filter), default, default);
}
