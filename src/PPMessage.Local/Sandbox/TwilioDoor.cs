namespace PPMessage.Local.Sandbox;

/// <summary>What every request to the API passes: credentials, the account of the path, and what is to go wrong.</summary>
internal sealed class TwilioDoor(SandboxState state, Misbehaviours misbehaviours, Background background, TimeProvider time)
    : ApiDoor(state.Requests, background, time)
{
    public const string Root = "/2010-04-01";

    /// <summary>On Twilio a host of its own, messaging.twilio.com.</summary>
    public const string Messaging = "/v1";

    protected override IResult? Admit(HttpContext context)
    {
        context.Response.Headers["Twilio-Request-Id"] = Sids.New("RQ");
        return Refuse(context)?.Result();
    }

    protected override BrokenAnswer? TakeBroken(HttpContext context) => misbehaviours.TakeAnswer(context.Request.Method, context.Request.Path) switch
    {
        null => null,
        { Kind: Misbehaviour.TooManyRequests } => new BrokenAnswer(TwilioError.TooManyRequests().Result()),
        { Kind: Misbehaviour.Refused } one => new BrokenAnswer(TwilioError.Named(one.Code ?? 20003).Result()),
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
        var isKey = user.StartsWith("SK", StringComparison.Ordinal);
        var caller = isKey ? state.AccountOfKey(user) : state.Account(user);
        if (caller is null || password.Length == 0 || !(isKey ? [caller.ApiKeySecret] : new[] { caller.AuthToken, caller.SecondaryAuthToken }).Contains(password))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Twilio API\"";
            return TwilioError.Authenticate();
        }

        if (caller.IsTest && !IsForShow(context.Request)) return TwilioError.TestCredentials();
        var refusal = context.Request.Path.StartsWithSegments(Root) ? ByPath(context, caller, isKey) : Open(context, caller);
        return refusal ?? (isKey ? KeyPermissions.Refuse(caller, context.Request) : null);
    }

    /// <summary>The resources of 2010-04-01 name their account.</summary>
    private TwilioError? ByPath(HttpContext context, SandboxAccount caller, bool isKey)
    {
        var segments = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var sid = segments.Length > 2 ? segments[2].Replace(".json", "", StringComparison.Ordinal) : "";
        if (state.Account(sid) is not { } account || (sid != caller.Sid && account.OwnerSid != caller.Sid))
            return TwilioError.NotFound(context.Request);
        if (segments.Length != 3) return Open(context, account);
        context.Features.Set(account);
        return isKey ? TwilioError.Authenticate() : null;
    }

    private static TwilioError? Open(HttpContext context, SandboxAccount account)
    {
        context.Features.Set(account);
        return account.Status == "active" ? null : TwilioError.NotActive();
    }

    private static bool IsForShow(HttpRequest request) =>
        request.Method == HttpMethods.Post && (request.Path.Value!.EndsWith("/Messages.json", StringComparison.Ordinal) || request.Path.Value.EndsWith("/IncomingPhoneNumbers.json", StringComparison.Ordinal));

    private static IResult Error(Misbehaviour answer, int status) => answer.Body switch
    {
        "json" => TwilioError.Internal().Result(),
        "html" => ErrorPage(status),
        _ => TypedResults.StatusCode(status),
    };
}
