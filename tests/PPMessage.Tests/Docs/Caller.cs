using System.Text;
using System.Text.Json.Nodes;
using PPMessage.Http;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Docs;

/// <summary>Makes requests out of the document: path, query, headers and body as its examples say, with what is real in the places of the samples.</summary>
internal static class Caller
{
    /// <param name="key">Whether an Idempotency-Key goes with it, where the document has one.</param>
    public static HttpRequestMessage Request(Workspace workspace, DocumentedOperation operation, StandIns real, string? json = null, bool key = true)
    {
        var request = new HttpRequestMessage(new HttpMethod(operation.Method), Url(operation, real));
        foreach (var header in operation.Parameters.Where(parameter => key && In(parameter, "header") && parameter["example"] is not null))
            request.Headers.TryAddWithoutValidation(header["name"]!.GetValue<string>(), header["example"]!.ToString());
        if (operation.Path.StartsWith("/hooks", StringComparison.Ordinal)) SignedBody(workspace, operation, real, request);
        else if (json is not null || operation.JsonBody is not null)
            request.Content = new StringContent(json ?? real.Fill(Unescaped(operation.JsonBody!["example"]!)), Encoding.UTF8, Media.Json);
        else if (operation.Bodies.FirstOrDefault() is { Value: { } text } body)
            request.Content = new StringContent(real.Fill(text["example"]!.GetValue<string>()), Encoding.UTF8, body.Key);
        return request;
    }

    private static string Url(DocumentedOperation operation, StandIns real)
    {
        var path = operation.Path;
        foreach (var parameter in operation.Parameters.Where(parameter => In(parameter, "path")))
            path = path.Replace($"{{{parameter["name"]}}}", real.Fill(parameter["example"]!.ToString()), StringComparison.Ordinal);
        var query = operation.Parameters.Where(parameter => In(parameter, "query") && parameter["example"] is not null)
            .Select(parameter => $"{parameter["name"]}={Uri.EscapeDataString(real.Fill(parameter["example"]!.ToString()))}").ToList();
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    private static bool In(JsonObject parameter, string place) => parameter["in"]!.GetValue<string>() == place;

    private static void SignedBody(Workspace workspace, DocumentedOperation operation, StandIns real, HttpRequestMessage request)
    {
        var fields = JsonNode.Parse(real.Fill(Unescaped(Example(operation))))!.AsObject();
        if (operation.Id.StartsWith("takeMailgun", StringComparison.Ordinal)) MailgunBody(workspace, operation, fields, request);
        else TwilioBody(workspace, fields.Select(field => KeyValuePair.Create(field.Key, field.Value!.ToString())).ToList(), request);
    }

    // With GET the fields of the POST stand in the query.
    private static JsonNode Example(DocumentedOperation operation) =>
        (operation.Bodies[Media.Multipart] ?? operation.Bodies[Media.Form] ?? operation.JsonBody)?["example"]
        ?? JsonNode.Parse(
            $$"""
            {"MessageSid":"SM{{Guid.NewGuid():n}}","MessageStatus":"sent","AccountSid":"{{Demo.AccountSid}}",
            "From":"{{Samples.Phone}}","To":"{{Samples.Number}}","Body":"你好"}
            """)!;

    private static void TwilioBody(Workspace workspace, List<KeyValuePair<string, string>> fields, HttpRequestMessage request)
    {
        using var form = new FormUrlEncodedContent(fields);
        var text = form.ReadAsStringAsync().GetAwaiter().GetResult();
        var isGet = request.Method == HttpMethod.Get;
        var url = new Uri(workspace.BaseUrl, isGet ? $"{request.RequestUri}?{text}" : request.RequestUri!.ToString());
        request.RequestUri = url;
        if (!isGet) request.Content = new StringContent(text, Encoding.UTF8, Media.Form);
        request.Headers.TryAddWithoutValidation("X-Twilio-Signature", Signing.Sign(url.AbsoluteUri, isGet ? [] : fields, Demo.AuthToken));
    }

    private static void MailgunBody(Workspace workspace, DocumentedOperation operation, JsonObject fields, HttpRequestMessage request)
    {
        var signature = workspace.Sign();
        if (operation.JsonBody is not null)
        {
            fields["signature"] = new JsonObject { ["timestamp"] = signature.Timestamp, ["token"] = signature.Token, ["signature"] = signature.Signature };
            request.Content = new StringContent(Unescaped(fields), Encoding.UTF8, Media.Json);
            return;
        }

        var parts = fields.Where(field => field.Key is not ("timestamp" or "token" or "signature")).Select(field => new FormPart(field.Key, field.Value!.ToString()));
        var body = MailPosts.Form(parts, signature, asMultipart: true);
        request.Content = new ByteArrayContent(body.Bytes);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", body.ContentType);
    }

    /// <summary>With plus signs and Chinese as they are, so that samples are found in it.</summary>
    public static string Unescaped(JsonNode node) => node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
