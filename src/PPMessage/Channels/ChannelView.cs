using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Channels;

/// <summary>A channel as the API shows it.</summary>
/// <param name="Inbound"><c>enabled</c>, and while it is so the URLs that the provider has to call.</param>
internal sealed record ChannelView(
    string Id,
    string Kind,
    string Provider,
    string Name,
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyDictionary<string, SecretView> Secrets,
    [property: Schema("""{"type":"object","properties":{"enabled":{"type":"boolean"}},"required":["enabled"],"additionalProperties":{"type":"string","format":"uri"}}""")] JsonObject Inbound,
    bool Active,
    bool Archived,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static ChannelView Of(Channel channel, bool active, IReadOnlyDictionary<string, string> urls, SecretBox box) => new(
        channel.Id,
        channel.Kind,
        channel.Provider,
        channel.Name,
        channel.Settings,
        channel.Secrets.ToDictionary(secret => secret.Key, secret => SecretView.Of(channel.Id, secret.Key, secret.Value, box)),
        InboundOf(channel, urls),
        active,
        channel.Archived,
        channel.CreatedAt,
        channel.UpdatedAt);

    private static JsonObject InboundOf(Channel channel, IReadOnlyDictionary<string, string> urls)
    {
        var inbound = new JsonObject { ["enabled"] = channel.InboundEnabled };
        if (channel.InboundEnabled)
            foreach (var (name, url) in urls) inbound[name] = url;
        return inbound;
    }
}

/// <summary>All that is ever shown of a secret.</summary>
/// <param name="Problem">Only when it can't be used.</param>
internal sealed record SecretView(bool Set, string Hint, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Problem)
{
    public static SecretView Of(string channelId, string name, WrappedSecret secret, SecretBox box) => new(
        true,
        $"…{secret.Hint}",
        box.CanUnwrap(channelId, name, secret) ? null : "can't be unwrapped with the present PPMessage__SecretsKey: set it again");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(Channel))]
[JsonSerializable(typeof(ChannelAudit))]
[JsonSerializable(typeof(ChannelPointer))]
[JsonSerializable(typeof(ChannelView))]
[JsonSerializable(typeof(Page<ChannelView>))]
internal sealed partial class ChannelJson : JsonSerializerContext
{
    static ChannelJson() => Default = new ChannelJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
