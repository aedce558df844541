using System.Text.Json.Serialization;

namespace PPMessage.Twilio;

/// <summary>How far a channel has caught up.</summary>
/// <param name="From">Everything that Twilio received before is taken in.</param>
/// <param name="Until">Where the sweep ends that is under way; null: none is.</param>
/// <param name="Next">The page at which that sweep goes on.</param>
internal sealed record TwilioCursor(DateTimeOffset From, DateTimeOffset? Until = null, string? Next = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TwilioCursor))]
internal sealed partial class TwilioCursorJson : JsonSerializerContext;
