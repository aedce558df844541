namespace PPMessage.Local.Sandbox;

/// <summary>What every request to the API passes: credentials, the account of the path, and what is to go wrong.</summary>
internal sealed class TwilioDoor(SandboxState state, Misbehaviours misbehaviours, Background background, TimeProvider time)
    : ApiDoor(state.Requests, background, time)
{
    public const string Root = "/2010-04-01";

    protected override IResult? Admit(HttpContext context)
    {
        context.Response.Headers["Twilio-Request-Id"] = Sids.New("RQ");
        return Refuse(context)?.Result();
    }

    protected override BrokenAnswer? TakeBroken(HttpContext context) => misbehaviours.TakeAnswer(context.Request.Method, context.Request.Path) switch
    {
        null => null,
        { Kind: Misbehaviour.TooManyRequests } => new BrokenAnswer(TwilioError.TooManyRequests().Result()),
        { Kind: Misbehaviour.ServerError } one => new BrokenAnswer(Error(one, StatusCodes.Status500InternalServerError)),
        { Kind: Misbehaviour.ServerErrorAfterAccept } one => new BrokenAnswer(Error(one, StatusCodes.Status500InternalServerError), IsDone: true),
        { Kind: Misbehaviour.Unavailable } one => new BrokenAnswer(Error(one, StatusCodes.Status503ServiceUnavailable)),
        { Kind: Misbehaviour.TimeoutAfterAccept } one => new BrokenAnswer(null, IsDone: true, one.By ?? Timeout.InfiniteTimeSpan),
        { Kind: Misbehaviour.ResetAfterAccept } => new BrokenAnswer(null, IsDone: true),
        _ => new BrokenAnswer(null),
    };

    private TwilioError? Refuse(HttpContext context)
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

    private static IResult Error(Misbehaviour answer, int status) => answer.Body switch
    {
        "json" => TwilioError.Internal().Result(),
        "html" => ErrorPage(status),
        _ => TypedResults.StatusCode(status),
    };
}
