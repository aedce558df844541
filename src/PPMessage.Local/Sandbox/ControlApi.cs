using Microsoft.AspNetCore.Http.HttpResults;
using static PPMessage.Local.Sandbox.Control;

namespace PPMessage.Local.Sandbox;

/// <summary>The sandbox's own calls under <c>/sandbox</c>: for people with curl and for tests in another process.</summary>
internal sealed class ControlApi(TwilioSandbox sandbox, CallbackCaller caller, TimeProvider time)
{
    // +1 320 … is no area code.
    private const long FirstStranger = 3_200_000_000;

    private long _strangers;

    public void Map(IEndpointRouteBuilder root)
    {
        var control = root.MapGroup("/sandbox");
        control.MapGet("", () => TypedResults.Text(ControlPage.Text(sandbox)));
        control.MapPost("/phones/{phone}/texts", (Delegate)TextAsync);
        control.MapPost("/strangers/texts", (Delegate)StrangerAsync);
        control.MapGet("/phones/{phone}/received", (string phone) => List(sandbox.Received(phone), ControlJson.Wire.ItemsReceivedText));
        control.MapGet("/callbacks", () => List([.. sandbox.Callbacks.Select(CallbackJson.Of)], ControlJson.Wire.ItemsCallbackJson));
        control.MapGet("/requests", () => List(sandbox.Requests, ControlJson.Wire.ItemsApiRequest));
        control.MapGet("/misbehave", () => Pending());
        control.MapPost("/misbehave", (Delegate)MisbehaveAsync);
        control.MapDelete("/misbehave", Behave);
        control.MapPost("/accounts", (Delegate)PutAccountAsync);
        control.MapPost("/numbers", (Delegate)PutNumberAsync);
        control.MapPost("/services", (Delegate)PutServiceAsync);
        new WebhookInbox(time).Map(control);
        new ProgramsApi(sandbox.Programs, time).Map(control);
        control.Map("/{**rest}", () => Problem(StatusCodes.Status404NotFound, "There is no such call; GET /sandbox lists them."));
    }

    private Task<IResult> TextAsync(HttpContext context, string phone) => WithAsync(context, ControlJson.Wire.TextRequest, async request =>
    {
        if (sandbox.Number(request.To) is null) return Problem(StatusCodes.Status404NotFound, $"No account has the number {request.To}.");
        if (string.IsNullOrEmpty(request.Text) && request.Media is not { Count: > 0 })
            return Problem(StatusCodes.Status400BadRequest, "A text or media must be given.");
        if (await MediaAsync(request.Media ?? [], context.RequestAborted) is not { } media)
            return Problem(StatusCodes.Status422UnprocessableEntity, "The media can't be fetched: give contentType and base64, or a url that answers.");
        var result = await sandbox.TextAsync(phone, request.To, request.Text ?? "", media, context.RequestAborted);
        return TypedResults.Json(TextAnswer.Of(result!), ControlJson.Wire.TextAnswer);
    });

    /// <summary>A phone that has never written before, for tools that make load and can't sign: whether the application took the text is said by the status itself.</summary>
    private async Task<IResult> StrangerAsync(HttpContext context)
    {
        var answered = await TextAsync(context, $"+1{FirstStranger + Interlocked.Increment(ref _strangers)}");
        return answered is JsonHttpResult<TextAnswer> { Value.StatusCode: not (>= 200 and < 300) } ? Problem(StatusCodes.Status502BadGateway, "The application did not take it.") : answered;
    }

    /// <summary>Null when one of them can't be had.</summary>
    private async Task<IReadOnlyList<PhoneMedia>?> MediaAsync(IReadOnlyList<TextMedia> wanted, CancellationToken cancellation)
    {
        if (wanted.Any(one => one.Base64 is null && (one.Url is null || !CallbackUrls.IsValid(one.Url)))) return null;
        try
        {
            return await Task.WhenAll(wanted.Select(async one => one.Base64 is { } content
                ? new PhoneMedia(one.ContentType ?? "application/octet-stream", content)
                : Phone(await caller.FetchAsync(one.Url!, time.GetUtcNow(), cancellation))));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static PhoneMedia Phone(SandboxMedia file) => new(file.ContentType, file.Content);

    private JsonHttpResult<Items<Misbehaviour>> Pending() => List(sandbox.Misbehaviours, ControlJson.Wire.ItemsMisbehaviour);

    private Task<IResult> MisbehaveAsync(HttpContext context) => WithAsync(context, ControlJson.Wire.MisbehaveRequest, request =>
    {
        sandbox.Misbehave(request.Next);
        return Task.FromResult<IResult>(Pending());
    });

    private NoContent Behave(string? kind)
    {
        sandbox.Behave(kind);
        return TypedResults.NoContent();
    }

    private Task<IResult> PutAccountAsync(HttpContext context) => WithAsync(context, ControlJson.Wire.AccountRequest, request =>
    {
        if ((request.ApiKeyMay ?? []).Except([.. KeyPermissions.All, "all"]).FirstOrDefault() is { } unknown)
            return Task.FromResult<IResult>(Problem(StatusCodes.Status400BadRequest, $"'{unknown}' is no permission: {string.Join(", ", KeyPermissions.All)}."));
        var known = request.Sid is null ? null : sandbox.Account(request.Sid);
        var account = request.ApplyTo(known ?? NewAccount(request.Sid));
        sandbox.Put(account);
        return Task.FromResult<IResult>(TypedResults.Json(account, ControlJson.Wire.SandboxAccount, statusCode: Status(known)));
    });

    private Task<IResult> PutNumberAsync(HttpContext context) => WithAsync(context, ControlJson.Wire.NumberRequest, request =>
    {
        var known = sandbox.Number(request.PhoneNumber);
        var owner = request.AccountSid ?? known?.AccountSid ?? Demo.AccountSid;
        if (sandbox.Account(owner) is null) return Task.FromResult(NoAccount(owner));
        var number = request.ApplyTo(known ?? NewNumber(request.PhoneNumber, owner)) with { AccountSid = owner, UpdatedAt = time.GetUtcNow() };
        sandbox.Put(number);
        return Task.FromResult<IResult>(TypedResults.Json(number, ControlJson.Wire.SandboxNumber, statusCode: Status(known)));
    });

    private Task<IResult> PutServiceAsync(HttpContext context) => WithAsync(context, ControlJson.Wire.ServiceRequest, request =>
    {
        var known = request.Sid is null ? null : sandbox.Service(request.Sid);
        var owner = request.AccountSid ?? known?.AccountSid ?? Demo.AccountSid;
        if (sandbox.Account(owner) is null) return Task.FromResult(NoAccount(owner));
        var service = request.ApplyTo(known ?? new SandboxService { Sid = request.Sid ?? Sids.New("MG"), AccountSid = owner, CreatedAt = time.GetUtcNow() }) with
        {
            AccountSid = owner,
            UpdatedAt = time.GetUtcNow(),
        };
        sandbox.Put(service);
        return Task.FromResult<IResult>(TypedResults.Json(service, ControlJson.Wire.SandboxService, statusCode: Status(known)));
    });

    private static int Status(object? known) => known is null ? StatusCodes.Status201Created : StatusCodes.Status200OK;

    private static IResult NoAccount(string sid) => Problem(StatusCodes.Status404NotFound, $"There is no account {sid}.");

    private SandboxAccount NewAccount(string? sid) => new()
    {
        Sid = sid ?? Sids.New("AC"), AuthToken = Sids.New(""), ApiKeySid = Sids.New("SK"), ApiKeySecret = Sids.New(""), CreatedAt = time.GetUtcNow(),
    };

    private SandboxNumber NewNumber(string phoneNumber, string owner) =>
        new() { Sid = Sids.New("PN"), AccountSid = owner, PhoneNumber = phoneNumber, FriendlyName = phoneNumber, CreatedAt = time.GetUtcNow() };
}
