using System.Text;
using System.Text.Json.Nodes;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary><c>messages</c>, <c>messages.mime</c>, and mails that were stored.</summary>
internal sealed class MailMessagesApi(MailState state, MailgunDoor door, MailOutbox outbox)
{
    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/v3/{domain}/messages", (HttpContext context, string domain) => SendAsync(context, domain, isMime: false));
        api.MapPost("/v3/{domain}/messages.mime", (HttpContext context, string domain) => SendAsync(context, domain, isMime: true));
        api.MapGet("/v3/domains/{domain}/messages/{key}", GetStored);
        api.MapGet("/v3/domains/{domain}/messages/{key}/attachments/{index:int}", GetAttachment);
    }

    private async Task<IResult> SendAsync(HttpContext context, string name, bool isMime)
    {
        var domain = door.Domain(name)!;
        var request = await MailRequest.OfAsync(context.Request, context.RequestAborted);
        if (MailRules.Refuse(request, domain, isMime) is { } mistake) return MailAnswers.Message(mistake, StatusCodes.Status400BadRequest);
        if (domain.LargestBatch is { } most && request.Recipients.Count() > most)
            return MailAnswers.Message($"Domain {domain.Name} is not allowed to send large batches yet", StatusCodes.Status403Forbidden);
        var mail = await outbox.SendAsync(domain, request);
        return MailAnswers.Json(new JsonObject { ["id"] = $"<{mail.Id}>", ["message"] = "Queued. Thank you." });
    }

    private IResult GetStored(HttpContext context, string domain, string key)
    {
        if (state.Stored(domain, key) is not { } mime) return NotFound();
        var mail = new ParsedMail(mime);
        var json = new JsonObject { ["sender"] = mail.Sender, ["recipients"] = mail.To, ["from"] = mail.From, ["subject"] = mail.Subject };
        var isRaw = context.Request.Headers.Accept.ToString().Contains("message/rfc2822", StringComparison.Ordinal);
        // Latin-1 keeps every byte, as one character.
        if (isRaw) json["body-mime"] = Encoding.Latin1.GetString(mime);
        else foreach (var part in mail.Fields()) json[part.Name] = part.Name == "message-headers" ? JsonNode.Parse(part.Value.Span) : Encoding.UTF8.GetString(part.Value.Span);
        return MailAnswers.Json(json);
    }

    private IResult GetAttachment(string domain, string key, int index)
    {
        var files = state.Stored(domain, key) is { } mime ? new ParsedMail(mime).Files : [];
        return index < files.Count ? TypedResults.Bytes(files[index].Content, files[index].ContentType) : NotFound();
    }

    private static IResult NotFound() => MailAnswers.Message("Message not found", StatusCodes.Status404NotFound);
}
