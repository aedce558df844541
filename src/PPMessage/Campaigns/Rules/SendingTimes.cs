using System.Text.Json.Serialization;
using PPMessage.Agents.Hours;
using PPMessage.Http;

namespace PPMessage.Campaigns.Rules;

/// <summary>When a campaign may send, by each contact's own clock. All of it must be so at once.</summary>
internal sealed record SendingTimes
{
    private const string OptionalRange = """{"type":["object","null"],"properties":{"from":{"type":"string"},"to":{"type":"string"}},"required":["from","to"]}""";

    /// <summary>Never then; may go over midnight. Null: none.</summary>
    [JsonConverter(typeof(ClockRangeJson))]
    [Schema(OptionalRange)]
    public ClockRange? QuietHours { get; init; }

    /// <summary>Only then; may go over midnight. Null: all day.</summary>
    [JsonConverter(typeof(ClockRangeJson))]
    [Schema(OptionalRange)]
    public ClockRange? AllowedHours { get; init; }

    /// <summary>Only on these, 0 = Sunday; empty: on all. The day is the one that the clock shows, also where allowed hours have begun the day before.</summary>
    public IReadOnlyList<int> AllowedDays { get; init; } = [];

    /// <summary>Not on holidays of the workspace's business hours, by the contact's date. A make-up day is none.</summary>
    public bool Holidays { get; init; }
}
