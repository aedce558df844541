using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Mailgun.Setup;

/// <summary>What decides what a route does; as text, the value of the place <c>route</c>.</summary>
internal sealed record RouteValue(string Expression, IReadOnlyList<string> Actions, int Priority)
{
    [JsonIgnore]
    public IEnumerable<KeyValuePair<string, string>> Fields =>
    [
        new("priority", Priority.ToString(CultureInfo.InvariantCulture)), new("expression", Expression), .. Actions.Select(action => KeyValuePair.Create("action", action)),
    ];

    /// <summary>Equal texts are equal routes. Null for none; several, which there should not be, are a list.</summary>
    public static string? Text(IReadOnlyList<RouteValue> routes) => routes switch
    {
        [] => null,
        [var one] => JsonSerializer.Serialize(one, RouteJson.Default.RouteValue),
        _ => JsonSerializer.Serialize(routes, RouteJson.Default.IReadOnlyListRouteValue),
    };

    /// <summary>Null: the text is none of ours.</summary>
    public static IReadOnlyList<RouteValue>? Parse(string? text)
    {
        try
        {
            if (text is null) return [];
            return text.StartsWith('[')
                ? JsonSerializer.Deserialize(text, RouteJson.Default.IReadOnlyListRouteValue)
                : JsonSerializer.Deserialize(text, RouteJson.Default.RouteValue) is { } one ? [one] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RouteValue))]
[JsonSerializable(typeof(IReadOnlyList<RouteValue>))]
internal sealed partial class RouteJson : JsonSerializerContext
{
    static RouteJson() => Default = new RouteJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
