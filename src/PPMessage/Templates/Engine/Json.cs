using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PPMessage.Templates.Engine;

/// <summary>A value as JSON. Chinese stays Chinese; what stands outside of the basic plane, such as emoji, is escaped by every encoder of the framework.</summary>
internal static class Json
{
    /// <summary>Deeper values are written as null.</summary>
    private const int Deepest = 32;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(object? value, Budget budget)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable)) Write(writer, value, budget, Deepest);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, object? value, Budget budget, int deeper)
    {
        budget.Spend(value is string { Length: var length } ? length + 1 : 1);
        switch (value)
        {
            case string text: writer.WriteStringValue(text); break;
            case bool yes: writer.WriteBooleanValue(yes); break;
            case int or long or decimal: writer.WriteRawValue(Values.Text(value, budget)); break;
            case DateTimeOffset at: writer.WriteStringValue(at); break;
            case ListValue list when deeper > 0: WriteList(writer, list, budget, deeper - 1); break;
            case MapValue map when deeper > 0: WriteMap(writer, map, budget, deeper - 1); break;
            default: writer.WriteNullValue(); break;
        }
    }

    private static void WriteList(Utf8JsonWriter writer, ListValue list, Budget budget, int deeper)
    {
        writer.WriteStartArray();
        foreach (var item in list) Write(writer, item, budget, deeper);
        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, MapValue map, Budget budget, int deeper)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in map.Pairs)
        {
            budget.Spend(name.Length);
            writer.WritePropertyName(name);
            Write(writer, value, budget, deeper);
        }

        writer.WriteEndObject();
    }
}
