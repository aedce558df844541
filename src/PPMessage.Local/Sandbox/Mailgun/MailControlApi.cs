using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using static PPMessage.Local.Sandbox.Control;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>The sandbox's own calls under <c>/sandbox</c>: for people with curl and for tests in another process.</summary>
internal sealed class MailControlApi(MailgunSandbox sandbox)
{
    public void Map(IEndpointRouteBuilder root)
    {
        var control = root.MapGroup("/sandbox");
        control.MapGet("", () => TypedResults.Text(MailControlPage.Text(sandbox)));
        control.MapPost("/mailboxes/{mailbox}/mails", (Delegate)WriteAsync);
        control.MapGet("/mailboxes/{mailbox}/received", (string mailbox) => List(Newest(mailbox), MailControlJson.Wire.ItemsReceivedJson));
        control.MapGet("/mailboxes/{mailbox}/received/{number:int}/mime", Mime);
        new MailReadersApi(sandbox).Map(control);
        control.MapGet("/calls", () => List([.. sandbox.Calls.Select(CallJson.Of)], MailControlJson.Wire.ItemsCallJson));
        control.MapGet("/requests", () => List(sandbox.Requests, MailControlJson.Wire.ItemsApiRequest));
        control.MapGet("/misbehave", () => Pending());
        control.MapPost("/misbehave", (Delegate)MisbehaveAsync);
        control.MapDelete("/misbehave", Behave);
        control.MapPost("/routes", (Delegate)AddRouteAsync);
        new MailSetupApi(sandbox).Map(control);
        control.Map("/{**rest}", () => Problem(StatusCodes.Status404NotFound, "There is no such call; GET /sandbox lists them."));
    }

    private Task<IResult> WriteAsync(HttpContext context, string mailbox) =>
        context.Request.ContentType?.StartsWith("message/rfc822", StringComparison.OrdinalIgnoreCase) == true
            ? WriteMimeAsync(context, mailbox)
            : WithAsync(context, MailControlJson.Wire.WriteRequest, request => WriteFieldsAsync(context, mailbox, request));

    private async Task<IResult> WriteMimeAsync(HttpContext context, string mailbox)
    {
        using var mime = new MemoryStream();
        await context.Request.Body.CopyToAsync(mime, context.RequestAborted);
        List<string> recipients = [.. context.Request.Query["to"].OfType<string>()];
        return recipients.Count == 0
            ? Problem(StatusCodes.Status400BadRequest, "The query must say ?to=, once for each address that gets it.")
            : await PostsAsync(mailbox, new MailToWrite { Recipients = recipients, Mime = mime.ToArray() }, context.RequestAborted);
    }

    private async Task<IResult> WriteFieldsAsync(HttpContext context, string mailbox, WriteRequest request)
    {
        var mail = request.Mail();
        if (request.InReplyTo == "last")
        {
            if (sandbox.Received(mailbox) is not [.., var last]) return Problem(StatusCodes.Status409Conflict, $"{mailbox} has got nothing that it could answer.");
            mail = LetterWriter.Answer(last, mail);
        }

        return mail.To.SelectMany(MailRequest.Addresses).Any()
            ? await PostsAsync(mailbox, mail, context.RequestAborted)
            : Problem(StatusCodes.Status400BadRequest, "to must be an address or a list of addresses, unless inReplyTo is \"last\".");
    }

    private async Task<IResult> PostsAsync(string mailbox, MailToWrite mail, CancellationToken cancellation)
    {
        var posts = await sandbox.WriteAsync(mailbox, mail, cancellation);
        return TypedResults.Json(new Items<PostJson>([.. posts.Select(PostJson.Of)]), MailControlJson.Wire.ItemsPostJson);
    }

    private List<ReceivedJson> Newest(string mailbox) =>
        [.. sandbox.Received(mailbox).TakeLast(Shown).Reverse().Select(ReceivedJson.Of)];

    private IResult Mime(string mailbox, int number) => sandbox.Received(mailbox).FirstOrDefault(one => one.Number == number) is { } mail
        ? TypedResults.Bytes(mail.Mime, "message/rfc822")
        : Problem(StatusCodes.Status404NotFound, $"{mailbox} has no mail {number}; 1 is the oldest.");

    private JsonHttpResult<Items<MailMisbehaviour>> Pending() => List(sandbox.Misbehaviours, MailControlJson.Wire.ItemsMailMisbehaviour);

    private Task<IResult> MisbehaveAsync(HttpContext context) => WithAsync(context, MailControlJson.Wire.MailMisbehaveRequest, request =>
    {
        sandbox.Misbehave([.. request.Next.Select(Misbehaviour)]);
        return Task.FromResult<IResult>(Pending());
    });

    /// <summary>A kind alone (<c>"429"</c>), or an object with a kind and its details.</summary>
    private static MailMisbehaviour Misbehaviour(JsonElement next)
    {
        var one = next.ValueKind == JsonValueKind.Object ? next.Deserialize(MailControlJson.Wire.MailMisbehaviour)! : new MailMisbehaviour(next.ToString());
        if (!MailMisbehaviour.Kinds.Contains(one.Kind))
            throw new JsonException($"'{one.Kind}' is no kind of misbehaviour: {string.Join(", ", MailMisbehaviour.Kinds)}.");
        return one.Count is < 0 or > 100 ? throw new JsonException("count must be from 1 to 100.") : one;
    }

    private NoContent Behave(string? kind)
    {
        sandbox.Behave(kind);
        return TypedResults.NoContent();
    }

    private Task<IResult> AddRouteAsync(HttpContext context) => WithAsync(context, MailControlJson.Wire.RouteRequest, request =>
    {
        var route = new SandboxRoute(request.Expression, request.Actions, request.Priority, request.Description);
        if (RoutesApi.Mistake(route) is { } mistake) return Task.FromResult<IResult>(Problem(StatusCodes.Status400BadRequest, mistake));
        sandbox.AddRoute(route);
        return Task.FromResult<IResult>(List(sandbox.Routes, MailControlJson.Wire.ItemsSandboxRoute));
    });
}
