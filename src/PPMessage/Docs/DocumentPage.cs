using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PPMessage.Docs;

/// <summary>The document as one HTML page: made from its bytes, so that the two can't disagree. Without any script.</summary>
internal sealed class DocumentPage(JsonObject document)
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Default) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Head = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>PPMessage API</title><link rel="stylesheet" href="/api/docs/style.css"></head><body>
        """;

    private readonly StringBuilder _html = new();

    public static byte[] Write(byte[] document)
    {
        var page = new DocumentPage(JsonNode.Parse(document)!.AsObject());
        page.Add();
        return Encoding.UTF8.GetBytes(page._html.ToString());
    }

    private void Add()
    {
        var tags = document["tags"]!.AsArray().Select(tag => (Name: Text(tag!, "name"), Says: Text(tag!, "description"))).ToList();
        _html.Append(Head);
        _html.Append("<h1>PPMessage API</h1><p><a href=\"/api/openapi.json\">openapi.json</a></p>");
        foreach (var paragraph in Text(document["info"]!, "description").Split("\n\n")) _html.Append("<p>").Append(Safe(paragraph)).Append("</p>");
        _html.Append("<nav>");
        foreach (var tag in tags) _html.Append($"<a href=\"#{Anchor(tag.Name)}\">{Safe(tag.Name)}</a>");
        _html.Append($"<a href=\"#schemas\">Schemas</a></nav>");
        foreach (var (name, says) in tags) AddTag(name, says);
        _html.Append("<h2 id=\"schemas\">Schemas</h2>");
        foreach (var (name, schema) in document["components"]!["schemas"]!.AsObject())
            _html.Append($"<details id=\"schema-{Safe(name)}\"><summary><code>{Safe(name)}</code></summary>{Json(schema)}</details>");
        _html.Append("</body></html>");
    }

    private void AddTag(string tag, string says)
    {
        _html.Append($"<h2 id=\"{Anchor(tag)}\">{Safe(tag)}</h2><p>{Safe(says)}</p>");
        foreach (var (path, item) in document["paths"]!.AsObject())
            foreach (var (method, operation) in item!.AsObject())
                if (operation!["tags"]!.AsArray().Any(name => name!.GetValue<string>() == tag)) AddOperation(path, method, operation.AsObject());
    }

    private void AddOperation(string path, string method, JsonObject operation)
    {
        _html.Append($"<details id=\"{Safe(Text(operation, "operationId"))}\"><summary><b>{method.ToUpperInvariant()}</b> <code>{Safe(path)}</code> ");
        _html.Append($"<span>{Safe(Text(operation, "summary"))}</span></summary>");
        if (operation["description"] is { } description) _html.Append("<p>").Append(Safe(description.GetValue<string>())).Append("</p>");
        if (operation["parameters"] is JsonArray { Count: > 0 } parameters) AddParameters(parameters);
        if (operation["requestBody"]?["content"] is JsonObject body) AddContent("Body", body);
        _html.Append("<h4>Answers</h4><table>");
        foreach (var (status, answer) in Answers(operation)) _html.Append($"<tr><th>{status}</th><td>{Safe(Text(answer, "description"))}</td></tr>");
        _html.Append("</table>");
        foreach (var (status, answer) in Answers(operation))
            if (status[0] == '2' && answer["content"] is JsonObject content) AddContent(status, content);
        _html.Append("</details>");
    }

    private IEnumerable<(string Status, JsonObject Answer)> Answers(JsonObject operation) =>
        operation["responses"]!.AsObject().Select(answer => (answer.Key, answer.Value!["$ref"] is { } reference
            ? document["components"]!["responses"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject()
            : answer.Value.AsObject()));

    private void AddParameters(JsonArray parameters)
    {
        _html.Append("<h4>Parameters</h4><table>");
        foreach (var parameter in parameters)
            _html.Append($"<tr><th><code>{Safe(Text(parameter!, "name"))}</code></th><td>{Place(parameter!)}</td><td>{Safe(Text(parameter!, "description"))}{Values(parameter!)}</td></tr>");
        _html.Append("</table>");
    }

    private static string Place(JsonNode parameter) => Safe(Text(parameter, "in")) + (parameter["required"]?.GetValue<bool>() == true ? ", required" : string.Empty);

    /// <summary>What it may be, and an example.</summary>
    private static string Values(JsonNode parameter)
    {
        var words = parameter["schema"]?["enum"] is JsonArray all ? $" One of <code>{Safe(string.Join(", ", all))}</code>." : string.Empty;
        return parameter["example"] is { } example ? $"{words} Example: <code>{Safe(example.ToString())}</code>" : words;
    }

    private void AddContent(string title, JsonObject content)
    {
        foreach (var (mediaType, medium) in content)
        {
            _html.Append($"<h4>{Safe(title)}: {Safe(mediaType)}</h4>");
            if (medium!["schema"]?["$ref"] is { } reference && reference.GetValue<string>().Split('/')[^1] is var name) _html.Append($"<p><a href=\"#schema-{Safe(name)}\">{Safe(name)}</a></p>");
            else if (medium["schema"] is JsonObject schema && LinesOf(medium) is null) _html.Append(Json(schema));
            if (LinesOf(medium) is { } lines) _html.Append($"<pre>{Safe(lines)}</pre>");
            else if (medium["example"] is { } example) _html.Append(Json(example));
        }
    }

    /// <summary>A body of text, as it is; null: it is none.</summary>
    private static string? LinesOf(JsonNode medium) => medium["example"] is JsonValue example && example.TryGetValue<string>(out var lines) ? lines : null;

    private static string Json(JsonNode? node) => $"<pre>{Safe(node?.ToJsonString(Readable) ?? "null")}</pre>";

    private static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? string.Empty;

    private static string Anchor(string tag) => Safe("tag-" + tag.Replace(' ', '-'));

    // Not the framework's encoder: it would write Chinese as numbers.
    private static string Safe(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
