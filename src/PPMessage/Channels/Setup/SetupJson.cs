using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Channels.Setup;

/// <param name="Ok">Nothing fails; there may be warnings.</param>
internal sealed record CheckAnswer(bool Ok, IReadOnlyList<Check> Checks)
{
    public static CheckAnswer Of(IReadOnlyList<Check> checks) => new(checks.All(check => check.Status != CheckStatus.Fail), checks);
}

internal sealed record PlaceChange(string Place, string? Before, string? After);

/// <summary>What connecting or disconnecting has done.</summary>
/// <param name="Ok">All holds that was to hold.</param>
/// <param name="Unchanged">Names of the places that stand as they stood.</param>
/// <param name="Problems">What does not hold, or was left as it is, in sentences.</param>
/// <param name="Checks">As they stand now; none after disconnecting.</param>
internal sealed record ConnectAnswer(
    bool Ok, IReadOnlyList<PlaceChange> Changes, IReadOnlyList<string> Unchanged, IReadOnlyList<string> Problems, IReadOnlyList<Check> Checks);

/// <summary>A place in the way, as a refusal shows it.</summary>
internal sealed record PlaceView(string Name, string? Stands, string? Wanted, PlaceHolder Holder)
{
    public static PlaceView Of(Place place) => new(place.Name, place.Stands, place.Wanted, place.Holder);
}

internal sealed class SmallLetters<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase) where T : struct, Enum;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(UtcTime), typeof(SmallLetters<CheckStatus>), typeof(SmallLetters<PlaceHolder>)])]
[JsonSerializable(typeof(CheckAnswer))]
[JsonSerializable(typeof(ConnectAnswer))]
[JsonSerializable(typeof(IReadOnlyList<PlaceView>))]
[JsonSerializable(typeof(Connection))]
internal sealed partial class SetupJson : JsonSerializerContext
{
    static SetupJson() => Default = new SetupJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
