using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace PPMessage.Http;

/// <summary>
/// A JSON object that a client sent to make or change something, read field by field. An absent field keeps the current value (JSON merge patch, RFC 7396),
/// null clears it where that is allowed. Mistakes are collected, and a field that was never asked for is one: when everything was read, look at
/// <see cref="Problem"/> before using any value. To make something anew, pass null as current: what is needed and absent is then a mistake.
/// </summary>
internal sealed partial class Fields
{
    private const int LongestName = 64;
    private const int LongestLocale = 35;

    private readonly JsonElement _object;
    private readonly string _path;
    private readonly Dictionary<string, string[]> _errors;
    private readonly List<Fields> _inner = [];
    private readonly HashSet<string> _asked = [];

    public Fields(JsonElement body) : this(body, string.Empty, []) { }

    private Fields(JsonElement value, string path, Dictionary<string, string[]> errors) => (_object, _path, _errors) = (value, path, errors);

    /// <summary>Whether the client named it, be it null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text that can't be cleared: trimmed, 1 to <paramref name="longest"/> characters, no control characters.</summary>
    public string Text(string name, string? current, int longest)
    {
        if (Find(name) is not { } value) return current ?? Mistake(name, "is required", string.Empty);
        return TextOf(value, name, longest) ?? string.Empty;
    }

    /// <summary>Why a trimmed text is none of those, for whoever has it from elsewhere; null: it is one.</summary>
    public static string? MistakeOf(string text, int longest) =>
        text.Length == 0 ? "must not be empty"
        : text.Length > longest ? $"may have at most {longest} characters"
        : text.Any(char.IsControl) ? "must not have control characters"
        : null;

    /// <summary>A text that null clears.</summary>
    public string? OptionalText(string name, string? current, int longest) =>
        Find(name) is not { } value ? current
        : value.ValueKind == JsonValueKind.Null ? null
        : TextOf(value, name, longest);

    /// <summary>A language tag (BCP 47) such as <c>zh-CN</c>, which null clears; <c>zh_CN</c> is read as one. Its form is checked, not whether it is registered.</summary>
    public string? Locale(string name, string? current)
    {
        var tag = OptionalText(name, current, LongestLocale);
        if (tag is null || tag == current) return tag;
        tag = tag.Replace('_', '-');
        return LanguageTag().IsMatch(tag) ? tag : Mistake(name, "must be a language tag such as zh-CN", current);
    }

    public bool Flag(string name, bool current)
    {
        if (Find(name) is not { } value) return current;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Mistake(name, "must be true or false", current);
    }

    /// <summary>One of an enum's words.</summary>
    public T Word<T>(string name, T? current) where T : struct, Enum
    {
        if (Find(name) is not { } value) return current ?? Mistake(name, "is required", default(T));
        return JsonText.Of(value) is { } word && Words<T>.TryParse(word, out var found)
            ? found
            : Mistake(name, $"must be one of: {string.Join(", ", Words<T>.All)}", default(T));
    }

    /// <summary>A list of texts, replaced as a whole; null empties it. Repeated ones are dropped.</summary>
    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> current, int most, int longest)
    {
        if (Find(name) is not { } value) return current;
        if (value.ValueKind == JsonValueKind.Null) return [];
        if (value.ValueKind != JsonValueKind.Array) return Mistake(name, "must be a list of texts", current);
        if (value.GetArrayLength() > most) return Mistake(name, $"may have at most {most} entries", current);
        return [.. value.EnumerateArray().Select((item, i) => TextOf(item, $"{name}[{i}]", longest) ?? string.Empty).Distinct()];
    }

    /// <summary>Texts by name, merged into the current ones; null removes an entry.</summary>
    public IReadOnlyDictionary<string, string> Map(string name, IReadOnlyDictionary<string, string> current, int most, int longest)
    {
        var merged = new Dictionary<string, string>(current);
        foreach (var (key, value) in Changes(name, most, longest))
        {
            if (value is null) merged.Remove(key);
            else merged[key] = value;
        }

        return merged.Count > most ? Mistake(name, $"may have at most {most} entries", current) : merged;
    }

    /// <summary>What the client wants changed in a map: null removes. Empty when the field is absent.</summary>
    public IReadOnlyDictionary<string, string?> Changes(string name, int most, int longest)
    {
        var changes = new Dictionary<string, string?>();
        if (Find(name) is not { } value) return changes;
        if (value.ValueKind != JsonValueKind.Object) return Mistake(name, "must be an object of texts", changes);
        if (value.GetPropertyCount() > most) return Mistake(name, $"may have at most {most} entries", changes);
        foreach (var entry in value.EnumerateObject())
            if (!IsName(entry.Name)) Mistake(name, $"has a name that is not 1 to {LongestName} letters, digits, '_' or '-'", 0);
            else changes[entry.Name] = entry.Value.ValueKind == JsonValueKind.Null ? null : TextOf(entry.Value, $"{name}.{entry.Name}", longest);
        return changes;
    }

    /// <summary>An object inside; absent and null read as an empty one.</summary>
    public Fields Object(string name)
    {
        var value = Find(name) ?? default;
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined)) Mistake(name, "must be an object", 0);
        var inner = new Fields(value, $"{_path}{name}.", _errors);
        _inner.Add(inner);
        return inner;
    }

    /// <summary>An object in a list; anything else is a mistake.</summary>
    public Fields Item(string name, int index, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) Mistake($"{name}[{index}]", "must be an object", 0);
        var inner = new Fields(value, $"{_path}{name}[{index}].", _errors);
        _inner.Add(inner);
        return inner;
    }

    /// <summary>Nothing of it counts as unknown: what it may hold can't be said.</summary>
    public void TakeAll()
    {
        if (_object.ValueKind == JsonValueKind.Object) foreach (var property in _object.EnumerateObject()) _asked.Add(property.Name);
    }

    /// <summary>The value as it came, for a caller with rules of its own; null when absent.</summary>
    public JsonElement? Json(string name) => Find(name);

    /// <summary>For rules that only the caller knows.</summary>
    public void Refuse(string name, string message) => Mistake(name, message, 0);

    /// <summary>As <see cref="Problem"/>, for whoever tells one mistake and not in an answer.</summary>
    public (string Field, string Message)? FirstMistake()
    {
        NameUnknown();
        return _errors.Count == 0 ? null : _errors.Select(error => (error.Key, error.Value[0])).First();
    }

    /// <summary>Every mistake by its place, fields that nobody asked for included.</summary>
    public IDictionary<string, string[]> Mistakes()
    {
        NameUnknown();
        return _errors;
    }

    /// <summary>As <see cref="Mistakes"/>, as an answer; null when there is none.</summary>
    public IResult? Problem() => Mistakes() is { Count: > 0 } mistakes ? Problems.Invalid(mistakes) : null;

    private void NameUnknown()
    {
        if (_object.ValueKind == JsonValueKind.Object)
            foreach (var property in _object.EnumerateObject().Where(property => !_asked.Contains(property.Name)))
                Mistake(property.Name, _asked.Count == 0 ? "is not known" : $"is not known; it may be {string.Join(", ", _asked)}", 0);
        foreach (var inner in _inner) inner.NameUnknown();
    }

    private static bool IsName(string text) => text.Length is > 0 and <= LongestName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private JsonElement? Find(string name)
    {
        _asked.Add(name);
        return _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value) ? value : null;
    }

    private string? TextOf(JsonElement value, string name, int longest)
    {
        var text = JsonText.Of(value)?.Trim();
        if (text is null) return Mistake<string?>(name, "must be a text", null);
        return MistakeOf(text, longest) is { } mistake ? Mistake<string?>(name, mistake, null) : text;
    }

    private T Mistake<T>(string name, string message, T instead)
    {
        _errors.TryAdd(_path + name, [message]);
        return instead;
    }

    [GeneratedRegex("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LanguageTag();
}
