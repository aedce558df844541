using System.Text.Json;
using PPMessage.Filters;
using Xunit;

namespace PPMessage.Tests.Filters;

/// <summary>A field of each type, named by it, and filters that ask for them at noon in Shanghai.</summary>
internal static class Filtering
{
    public static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public static readonly FilterMoment Noon = new(new(2026, 11, 22, 12, 0, 0, TimeSpan.FromHours(8)), Shanghai);

    private static readonly Dictionary<string, Field> Known = new Field[]
    {
        new("any", FieldType.Any), new("text", FieldType.Text), new("number", FieldType.Number), new("boolean", FieldType.Boolean), new("time", FieldType.Time),
        new("day", FieldType.Day), new("choice", FieldType.Choice, ["free", "Pro", "企业版"]), new("list", FieldType.List), new("unchosen", FieldType.Choice, []),
    }.ToDictionary(field => field.Name);

    public static Field? Find(string name) => Known.GetValueOrDefault(name);

    public static Filter Compile(string json)
    {
        var (filter, mistakes) = TryCompile(json);
        Assert.Empty(mistakes);
        return Assert.IsType<Filter>(filter);
    }

    public static (Filter? Filter, IReadOnlyList<(string Path, string Message)> Mistakes) TryCompile(string json, string path = "")
    {
        var mistakes = new List<(string, string)>();
        using var document = JsonDocument.Parse(json);
        return (Filter.Compile(document.RootElement, Find, path, (where, what) => mistakes.Add((where, what))), mistakes);
    }

    /// <summary>Whether one condition holds; its value is JSON, null for none.</summary>
    public static bool Holds(string field, FieldValue actual, string op, string? value, FilterMoment? moment = null) =>
        Compile(Condition(field, op, value)).Matches(_ => actual, moment ?? Noon);

    public static string Condition(string field, string op, string? value) =>
        $$"""{"field":"{{field}}","op":"{{op}}"{{(value is null ? "" : $",\"value\":{value}")}}}""";

    public static FieldValue Parsed(string json)
    {
        using var document = JsonDocument.Parse(json);
        return FieldValue.Of(document.RootElement);
    }
}
