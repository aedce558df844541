using System.Text.Json;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Http;
using PPMessage.Templates;

namespace PPMessage.Flows.Steps;

/// <summary>Tags in a definition: Liquid texts. What comes out of them keeps the rules of tags, and what comes out empty is none. Immutable.</summary>
internal sealed record TagTexts(IReadOnlyList<Template> Texts)
{
    public const int Most = 50;

    /// <summary>Of a tag.</summary>
    public const int Longest = 50;

    /// <summary>Of a text with Liquid in it, which makes one.</summary>
    public const int LongestText = 200;

    public static TagTexts Read(StepReader reader, Fields fields, string field, string path)
    {
        if (fields.Json(field) is not { } value || value.ValueKind == JsonValueKind.Null) return new([]);
        if (value.ValueKind != JsonValueKind.Array) reader.Refuse(path, "must be a list of texts");
        else if (value.GetArrayLength() > Most) reader.Refuse(path, $"may have at most {Most} entries");
        else return new([.. value.EnumerateArray().Select((item, i) => TagOf(reader, $"{path}[{i}]", item)).OfType<Template>()]);
        return new([]);
    }

    /// <summary>The tags; or why there are none.</summary>
    public async ValueTask<(IReadOnlyList<string> Tags, string? Mistake)> OfAsync(StepScope scope, CancellationToken cancellation)
    {
        var tags = new List<string>();
        foreach (var text in Texts)
        {
            var rendered = await scope.RenderAsync(text, cancellation);
            var tag = rendered.Text?.Trim() ?? string.Empty;
            if ((rendered.Mistake ?? MistakeIn(tag)) is { } mistake) return ([], mistake);
            if (tag.Length > 0 && !tags.Contains(tag)) tags.Add(tag);
        }

        return (tags, null);
    }

    private static string? MistakeIn(string tag) =>
        tag.Length > Longest ? $"The tag '{tag[..Longest]}…' has more than {Longest} characters."
        : tag.Any(char.IsControl) ? $"The tag '{string.Concat(tag.Select(c => char.IsControl(c) ? ' ' : c))}' has control characters."
        : null;

    private static Template? TagOf(StepReader reader, string path, JsonElement value)
    {
        var text = JsonText.Of(value)?.Trim();
        var read = reader.TextOf(path, text is null ? value : JsonSerializer.SerializeToElement(text, FlowJson.Default.String), LongestText);
        if (text is null || read is not { IsPlain: true }) return read;
        if (text.Length > Longest) reader.Refuse(path, $"may have at most {Longest} characters");
        else if (text.Any(char.IsControl)) reader.Refuse(path, "must not have control characters");
        return read;
    }
}
