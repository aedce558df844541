using System.Text.Json;
using System.Text.Json.Nodes;
using PPMessage.Http;

namespace PPMessage.Tests.Docs;

/// <summary>The document as a client reads it.</summary>
internal sealed class DocumentedApi(string json)
{
    public JsonObject Json { get; } = JsonNode.Parse(json)!.AsObject();

    public IReadOnlyList<DocumentedOperation> Operations =>
        [.. Json["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(one => new DocumentedOperation(path.Key, one.Key.ToUpperInvariant(), one.Value!.AsObject())))];

    /// <summary>Null: the document does not have it.</summary>
    public JsonObject? Answer(DocumentedOperation operation, string status) =>
        operation.Responses[status] is not JsonObject answer ? null
        : answer["$ref"] is { } reference ? Json["components"]!["responses"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject()
        : answer;

    /// <summary>What an answer has that the document does not say, or lacks that it says.</summary>
    public async Task<IReadOnlyList<string>> MistakesAsync(DocumentedOperation operation, HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if (Answer(operation, ((int)answer.StatusCode).ToString()) is not { } said) return [$"{(int)answer.StatusCode} is not documented: {text}"];
        var mistakes = new List<string>();
        foreach (var (name, header) in said["headers"] as JsonObject ?? [])
            if (header!["required"]?.GetValue<bool>() == true && !answer.Headers.NonValidated.Contains(name) && !answer.Content.Headers.NonValidated.Contains(name)) mistakes.Add($"lacks the header {name}");
        if (said["content"] is not JsonObject content) return text.Length == 0 ? mistakes : [.. mistakes, $"has a body: {text}"];
        var mediaType = answer.Content.Headers.ContentType?.MediaType ?? string.Empty;
        if ((content[mediaType] ?? content["*/*"]) is not { } medium) return [.. mistakes, $"is {mediaType}"];
        if (medium["schema"] is { } schema && mediaType.EndsWith("json", StringComparison.Ordinal) && mediaType != Media.Lines) mistakes.AddRange(SchemaCheck.Of(Json, schema, JsonSerializer.Deserialize<JsonElement>(text)));
        return mistakes;
    }
}

internal sealed record DocumentedOperation(string Path, string Method, JsonObject Json)
{
    public string Id => Json["operationId"]!.GetValue<string>();

    public JsonObject Responses => Json["responses"]!.AsObject();

    public bool NeedsToken => Json["security"] is JsonArray { Count: > 0 };

    public bool IsForAdmins => Json["description"]?.GetValue<string>().EndsWith("Role: admin.", StringComparison.Ordinal) == true;

    public IEnumerable<JsonObject> Parameters => (Json["parameters"] as JsonArray ?? []).Select(parameter => parameter!.AsObject());

    /// <summary>By media type.</summary>
    public JsonObject Bodies => Json["requestBody"]?["content"] as JsonObject ?? [];

    public JsonNode? JsonBody => Bodies["application/json"];

    public override string ToString() => $"{Method} {Path}";
}
