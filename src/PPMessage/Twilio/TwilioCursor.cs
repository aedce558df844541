using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Twilio;

/// <summary>How far a channel has caught up on one errand.</summary>
/// <param name="From">Everything that is older is taken in.</param>
/// <param name="Until">Where the sweep ends that is under way; null: none is.</param>
/// <param name="Next">The page at which that sweep goes on.</param>
/// <param name="NotBefore">What came earlier met a channel whose inbound side was off and is not wanted; null: it never was.</param>
internal sealed record TwilioCursor(DateTimeOffset From, DateTimeOffset? Until = null, string? Next = null, DateTimeOffset? NotBefore = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(TwilioCursor))]
internal sealed partial class TwilioCursorJson : JsonSerializerContext;
