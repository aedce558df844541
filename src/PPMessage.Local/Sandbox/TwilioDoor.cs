namespace PPMessage.Local.Sandbox;

/// <summary>What every request to the API passes: credentials, the account of the path, and what is to go wrong.</summary>
internal sealed class TwilioDoor(SandboxState state, Misbehaviours misbehaviours, Background background, TimeProvider time)
{
    public const string Root = "/2010-04-01";

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers["Twilio-Request-Id"] = Sids.New("RQ");
        var refusal = Admit(context);
        var answer = refusal is null ? misbehaviours.TakeAnswer(context.Request.Method, context.Request.Path) : null;
        if (refusal is not null) await refusal.Result().ExecuteAsync(context);
        else if (answer is null) await next(context);
        else await MisbehaveAsync(answer, context, next);
        var cut = answer?.Kind is Misbehaviour.ResetBeforeAccept or Misbehaviour.ResetAfterAccept or Misbehaviour.TimeoutAfterAccept;
        var status = cut ? (int?)null : context.Response.StatusCode;
        state.Requests.Add(new ApiRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, status, time.GetUtcNow()));
        if (cut) context.Abort();
    }

    private TwilioError? Admit(HttpContext context)
    {
        var (user, password) = BasicCredentials.Of(context.Request);
        var caller = user.StartsWith("SK", StringComparison.Ordinal) ? state.AccountOfKey(user) : state.Account(user);
        var secret = user.StartsWith("SK", StringComparison.Ordinal) ? caller?.ApiKeySecret : caller?.AuthToken;
        if (caller is null || secret != password)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Twilio API\"";
            return TwilioError.Authenticate();
        }

        var segments = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var sid = segments.Length > 2 ? segments[2].Replace(".json", "", StringComparison.Ordinal) : "";
        if (state.Account(sid) is not { } account || (sid != caller.Sid && account.OwnerSid != caller.Sid))
            return TwilioError.NotFound(context.Request);
        if (segments.Length == 3 && user != caller.Sid) return TwilioError.Authenticate();
        context.Features.Set(account);
        return null;
    }

    private async Task MisbehaveAsync(Misbehaviour answer, HttpContext context, RequestDelegate next)
    {
        if (answer.Kind is Misbehaviour.ServerErrorAfterAccept or Misbehaviour.TimeoutAfterAccept or Misbehaviour.ResetAfterAccept)
            await context.SwallowAsync(next);
        switch (answer.Kind)
        {
            case Misbehaviour.TooManyRequests:
                await TwilioError.TooManyRequests().Result().ExecuteAsync(context);
                break;
            case Misbehaviour.ServerError or Misbehaviour.Unavailable or Misbehaviour.ServerErrorAfterAccept:
                await BreakAsync(answer, context);
                break;
            case Misbehaviour.TimeoutAfterAccept:
                await context.HangAsync(answer.By, time, background.Stopping);
                break;
        }
    }

    private static async Task BreakAsync(Misbehaviour answer, HttpContext context)
    {
        var isUnavailable = answer.Kind == Misbehaviour.Unavailable;
        context.Response.StatusCode = isUnavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
        if (answer.Body == "json")
        {
            await TwilioError.Internal().Result().ExecuteAsync(context);
        }
        else if (answer.Body == "html")
        {
            await context.WriteErrorPageAsync();
        }
    }
}
