using System.Globalization;
using System.Text.Json.Serialization;

namespace PPMessage.Http;

/// <summary>Gives ids that a repeat of the same request gets again.</summary>
/// <param name="createdAt">When the first try began.</param>
internal sealed class RequestScope(DateTimeOffset createdAt, string seed)
{
    private int _given;

    /// <summary>A request that nobody can repeat.</summary>
    public static RequestScope Fresh(DateTimeOffset now) => new(now, Ids.NewUlid(now));

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>The first, second … id of this request: the same ones in every try, as long as they are asked for in the same order.</summary>
    public string NewUlid() => Ids.SeededUlid(createdAt, string.Create(CultureInfo.InvariantCulture, $"{seed}|{_given++}"));
}

/// <summary>One request under a key, as stored.</summary>
internal sealed record RequestRecord
{
    public required string BodyHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the try that runs now began; null: none runs.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>What every repeat is answered; null until the act has ended well.</summary>
    public Answer? Answer { get; init; }

    [JsonIgnore]
    public bool IsFirstTry => StartedAt == CreatedAt;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(RequestRecord))]
internal sealed partial class RequestJson : JsonSerializerContext
{
    static RequestJson() => Default = new RequestJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
