using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Http;

/// <summary>Enums as the API writes them: lower-case words (<c>taken_over</c>), exactly so and never numbers; those of another form are named by <see cref="JsonStringEnumMemberNameAttribute"/>. Put it on a serializer context or a property.</summary>
internal sealed class Words<T> : JsonConverter<T> where T : struct, Enum
{
    private static readonly Dictionary<T, string> Named = Enum.GetValues<T>().ToDictionary(value => value, Name);

    private static readonly Dictionary<string, T> ByWord = Named.ToDictionary(word => word.Value, word => word.Key);

    public static IEnumerable<string> All => ByWord.Keys;

    public static string Of(T value) => Named.TryGetValue(value, out var word) ? word : Name(value);

    public static bool TryParse(string word, out T value) => ByWord.TryGetValue(word, out value);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Of(value));

    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryParse(reader.GetString()!, out var value) ? value : throw new JsonException();

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(Of(value));

    private static string Name(T value) =>
        typeof(T).GetField(value.ToString())?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
