using System.Text.Json;
using PPMessage.Http;

namespace PPMessage.Twilio;

/// <summary>What came back of one call.</summary>
/// <param name="Status">The HTTP status; 0 without an answer.</param>
/// <param name="Body">As it came: JSON, as a rule; a gateway's HTML or nothing at worst.</param>
/// <param name="Trouble">Without an answer: what happened instead.</param>
internal sealed record TwilioAnswer(ProviderReach Reach, int Status, string Body, TimeSpan? RetryAfter, string Trouble)
{
    public bool IsSuccess => Reach == ProviderReach.Answered && Status is >= 200 and < 300;

    /// <summary>The error that the body tells; code null when it tells none.</summary>
    public (int? Code, string Text) Error()
    {
        var error = TwilioResource.Parse(Body);
        int? code = int.TryParse(error?["code"], out var number) ? number : null;
        return (code, error?["message"] ?? (Reach == ProviderReach.Answered ? $"Twilio answered {Status} without saying why." : Trouble));
    }

    /// <summary>The error's code, or the HTTP status when there is none, for people and for the record.</summary>
    public string CodeText => Reach != ProviderReach.Answered ? "no-answer" : Error().Code?.ToString() ?? $"HTTP {Status}";
}

/// <summary>A resource as Twilio wrote it: its plain fields by name, as text. A null or structured field is absent. Never throws on what it reads.</summary>
internal sealed class TwilioResource(IReadOnlyDictionary<string, string> fields)
{
    public IReadOnlyDictionary<string, string> Fields => fields;

    public string? this[string name] => fields.GetValueOrDefault(name);

    /// <summary>RFC 2822, e.g. <c>Thu, 24 Aug 2023 05:01:45 +0000</c>.</summary>
    public DateTimeOffset? Date(string name) => DateTimeOffset.TryParse(this[name], out var date) ? date.ToUniversalTime() : null;

    /// <summary>Null when the text is no JSON object.</summary>
    public static TwilioResource? Parse(string json)
    {
        using var document = Document(json);
        return document is null ? null : Of(document.RootElement);
    }

    /// <summary>One page of a list: its resources, and where the next page is (null: this was the last). Null when the text is no such page.</summary>
    public static (IReadOnlyList<TwilioResource> Items, string? Next)? ParsePage(string json, string list)
    {
        using var document = Document(json);
        if (document is null || !document.RootElement.TryGetProperty(list, out var items) || items.ValueKind != JsonValueKind.Array) return null;
        return ([.. items.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object).Select(Of)], Of(document.RootElement)["next_page_uri"]);
    }

    private static JsonDocument? Document(string json)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TwilioResource Of(JsonElement element)
    {
        var fields = new Dictionary<string, string>();
        foreach (var property in element.EnumerateObject())
            if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                fields[property.Name] = property.Value.ToString();
        return new TwilioResource(fields);
    }
}
