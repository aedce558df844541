using System.Text.Json;
using System.Xml;
using PPMessage.Filters;
using PPMessage.Http;
using PPMessage.Templates;

namespace PPMessage.Flows.Definitions;

/// <summary>Reads one step's object. Mistakes are collected with their place (<c>steps.menu.text</c>); what is read after one is not to be used.</summary>
internal sealed class StepReader(string name, Fields fields, FlowNames names)
{
    private const int LongestName = 64;
    private const int LongestText = 5_000;

    private readonly List<(string Place, Template Text)> _texts = [];
    private readonly List<(string Place, Filter When)> _conditions = [];

    public string Name => name;

    /// <summary>All that was read, by place.</summary>
    public IReadOnlyList<(string Place, Template Text)> ReadTexts => _texts;

    /// <inheritdoc cref="ReadTexts"/>
    public IReadOnlyList<(string Place, Filter When)> ReadConditions => _conditions;

    public Fields Fields => fields;

    public FlowNames Names => names;

    public string Path => $"steps.{name}";

    /// <summary>Whether it is there and not null.</summary>
    public bool Has(string field) => fields.Json(field) is { ValueKind: not JsonValueKind.Null };

    public void Refuse(string field, string message) => fields.Refuse(field, message);

    /// <summary>A Liquid text that is needed.</summary>
    public Template Text(string field, int longest = LongestText)
    {
        if (Has(field)) return OptionalText(field, longest) ?? Nothing(field, "must not be empty");
        return Nothing(field, "is required");
    }

    /// <summary>Null: it is absent, or null.</summary>
    public Template? OptionalText(string field, int longest = LongestText) =>
        fields.Json(field) is { } value && value.ValueKind != JsonValueKind.Null ? TextOf(field, value, longest) : null;

    public Template? TextOf(string field, JsonElement value, int longest)
    {
        if (JsonText.Of(value) is not { } text) return Mistake(field, "must be a text");
        if (text.Length == 0) return Mistake(field, "must not be empty");
        if (text.Length > longest) return Mistake(field, $"may have at most {longest} characters");
        if (Template.Parse(text, FlowObjects.Names, out var mistake) is not { } template) return Mistake(field, mistake!);
        _texts.Add(($"{Path}.{field}", template));
        return template;
    }

    /// <summary>Texts by name, in Liquid; a text of one name each.</summary>
    public IReadOnlyDictionary<string, Template> Texts(string field, int most)
    {
        var texts = new Dictionary<string, Template>();
        if (fields.Json(field) is not { } value || value.ValueKind == JsonValueKind.Null) return texts;
        if (value.ValueKind != JsonValueKind.Object) Refuse(field, "must be an object of texts");
        else if (value.GetPropertyCount() > most) Refuse(field, $"may have at most {most} entries");
        else foreach (var entry in value.EnumerateObject()) if (TextOf($"{field}.{entry.Name}", entry.Value, LongestText) is { } text) texts[entry.Name] = text;
        return texts;
    }

    /// <summary>A condition that is needed; null after a mistake.</summary>
    public Filter? Condition(JsonElement value, string field)
    {
        if (Filter.Compile(value, names.Field, $"{Path}.{field}", names.Mistake) is not { } when) return null;
        _conditions.Add(($"{Path}.{field}", when));
        return when;
    }

    /// <summary>ISO 8601, such as PT15M; null when absent.</summary>
    public TimeSpan? Duration(string field, TimeSpan shortest, TimeSpan longest)
    {
        if (fields.Json(field) is not { } value || value.ValueKind == JsonValueKind.Null) return null;
        if (Durations.Parse(JsonText.Of(value)) is { } duration && duration >= shortest && duration <= longest) return duration;
        Refuse(field, $"must be a duration from {XmlConvert.ToString(shortest)} to {XmlConvert.ToString(longest)}, such as PT15M (15 minutes) or P1D (a day)");
        return null;
    }

    public int Number(string field, int fallback, int lowest, int highest)
    {
        if (fields.Json(field) is not { } value) return fallback;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= lowest && number <= highest) return number;
        Refuse(field, $"must be a whole number from {lowest} to {highest}");
        return fallback;
    }

    /// <summary>A variable's name, which conditions may use from now on.</summary>
    public string? Variable(string field)
    {
        if (fields.OptionalText(field, null, LongestName) is not { } variable) return null;
        if (FlowNames.IsName(variable)) return variable;
        Refuse(field, FlowNames.Rule);
        return null;
    }

    private Template Nothing(string field, string message)
    {
        Refuse(field, message);
        return Template.Parse("?", FlowObjects.Names, out _)!;
    }

    private Template? Mistake(string field, string message)
    {
        Refuse(field, message);
        return null;
    }
}

/// <summary>What conditions of one flow may name.</summary>
/// <param name="Field">Null: there is no such field.</param>
internal sealed record FlowNames(FindField Field, Action<string, string> Mistake)
{
    public const string Rule = "must be 1 to 64 letters (of any language), digits and underscores, not beginning with a digit";

    private const int LongestName = 64;

    /// <summary>Of a step, an outcome, a variable: whatever flows refer to.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= LongestName && !char.IsDigit(text[0]) && text.All(c => char.IsLetterOrDigit(c) || c == '_');
}

internal static class Durations
{
    /// <summary>Null: it is none of ISO 8601, or one whose length depends on the calendar (months, years).</summary>
    public static TimeSpan? Parse(string? text)
    {
        if (text is null || text.Split('T')[0].AsSpan().ContainsAny('Y', 'M')) return null;
        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return null;
        }
    }
}
