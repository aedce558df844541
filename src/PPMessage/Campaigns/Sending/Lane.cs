using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Campaigns.Sending;

/// <summary>What only so much may go through in a second: a channel's sender, or the mail hosts of a domain. Row <c>0</c> of table <c>Lanes</c>.</summary>
/// <param name="Name">Plain; the partition is its hash.</param>
/// <param name="FreeFrom">Up to here it is given away.</param>
/// <param name="PausedUntil">A provider wanted nothing before; null: none did.</param>
internal sealed record Lane(string Name, DateTimeOffset FreeFrom, DateTimeOffset? PausedUntil)
{
    public static string OfChannel(string channelId) => channelId;

    /// <summary>By recipients' domain, whoever sends.</summary>
    public static string OfDomain(string domain) => domain.ToLowerInvariant();
}

/// <summary>What a worker got of a lane.</summary>
internal abstract record LaneSlot
{
    private LaneSlot() { }

    /// <summary>A permission to look again then, whether all is still to be sent and the lane is not paused, and to send one each <paramref name="Spacing"/>.</summary>
    internal sealed record Granted(DateTimeOffset Start, TimeSpan Spacing) : LaneSlot;

    /// <summary>The lane is given away too far ahead. Nothing was reserved.</summary>
    internal sealed record NotYet(DateTimeOffset ComeBackAt) : LaneSlot;
}

/// <param name="Count">Messages that go through it.</param>
/// <param name="RatePerSecond">What the lane bears.</param>
internal sealed record LaneWish(string Lane, int Count, double RatePerSecond);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(Lane))]
internal sealed partial class LaneJson : JsonSerializerContext
{
    static LaneJson() => Default = new LaneJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
