using System.Globalization;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What every request to the API passes: the key, the domain and its region, and what is to go wrong.</summary>
internal sealed class MailgunDoor(MailState state, MailMisbehaviours misbehaviours, MailgunSandboxOptions options, Background background, TimeProvider time)
    : ApiDoor(state.Requests, background, time)
{
    private static readonly HashSet<string> OfDomains = ["messages", "messages.mime", "events", .. SuppressionsApi.Kinds];

    /// <summary>Of this region only.</summary>
    public MailDomain? Domain(string name) => state.Domain(name) is { } domain && domain.IsEu == options.Eu ? domain : null;

    protected override IResult? Admit(HttpContext context)
    {
        var (user, password) = BasicCredentials.Of(context.Request);
        var domain = DomainOf(context.Request.Path);
        if (user != "api") return MailAnswers.Forbidden();
        if (password != MailDemo.ApiKey && !MaySend(context.Request, password, domain)) return MailAnswers.Forbidden();
        if (domain is not null && Domain(domain) is null) return MailAnswers.DomainNotFound();
        // No source tells Mailgun's code and words for a plan without routes; 402 is what it answers when a plan lacks something.
        return context.Request.Path.StartsWithSegments("/v3/routes") && state.RoutesRefused is { Length: > 0 } words ? MailAnswers.Message(words, StatusCodes.Status402PaymentRequired) : null;
    }

    protected override BrokenAnswer? TakeBroken(HttpContext context) => misbehaviours.TakeAnswer(context.Request.Method, context.Request.Path) switch
    {
        null => null,
        { Kind: MailMisbehaviour.ServerError } => new BrokenAnswer(ErrorPage(StatusCodes.Status500InternalServerError)),
        { Kind: MailMisbehaviour.ServerErrorAfterAccept } => new BrokenAnswer(ErrorPage(StatusCodes.Status500InternalServerError), IsDone: true),
        { Kind: MailMisbehaviour.Unavailable } => new BrokenAnswer(ErrorPage(StatusCodes.Status503ServiceUnavailable)),
        { Kind: MailMisbehaviour.TimeoutAfterAccept } one => new BrokenAnswer(null, IsDone: true, one.By ?? Timeout.InfiniteTimeSpan),
        { Kind: MailMisbehaviour.ResetAfterAccept } => new BrokenAnswer(null, IsDone: true),
        { Kind: MailMisbehaviour.ResetBeforeAccept } => new BrokenAnswer(null),
        { } one => new BrokenAnswer(Refusal(one, context)),
    };

    /// <summary>A domain's sending key opens its messages and nothing else.</summary>
    private bool MaySend(HttpRequest request, string key, string? domain) =>
        domain is not null && state.Domain(domain)?.SendingKey == key && request.Method == "POST"
        && (request.Path == $"/v3/{domain}/messages" || request.Path == $"/v3/{domain}/messages.mime");

    /// <summary>The domain that a path names; null when it names none.</summary>
    private static string? DomainOf(PathString path)
    {
        var segments = path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length < 3) return null;
        if (segments[1] == "domains") return segments[2];
        return segments[0] == "v3" && OfDomains.Contains(segments[2]) ? segments[1] : null;
    }

    private IResult Refusal(MailMisbehaviour answer, HttpContext context) => answer.Kind switch
    {
        MailMisbehaviour.Unauthorized => MailAnswers.Forbidden(asJson: answer.Message == "json"),
        MailMisbehaviour.PaymentRequired => MailAnswers.Message(answer.Message ?? "Payment Required", StatusCodes.Status402PaymentRequired),
        MailMisbehaviour.Refused => MailAnswers.Message(answer.Message ?? "Domain is not allowed to send large batches yet", StatusCodes.Status403Forbidden),
        MailMisbehaviour.TooLarge => MailAnswers.Message(answer.Message ?? "Request Entity Too Large", StatusCodes.Status413PayloadTooLarge),
        MailMisbehaviour.TooManyRequests => Limited(answer, context),
        MailMisbehaviour.Magnificent => TypedResults.Text(MailAnswers.Magnificent),
        _ => MailAnswers.DomainNotFound(),
    };

    private IResult Limited(MailMisbehaviour answer, HttpContext context)
    {
        var wait = answer.By ?? TimeSpan.FromSeconds(120);
        var until = Time.GetUtcNow() + wait;
        context.Response.Headers["X-RateLimit-Reset"] = (until.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
        var limit = answer.Message is "request" or "recipient" or "bytes"
            ? $"{answer.Message} limit exceeded, try again after {MailAnswers.Date(until)}"
            : $"account-requests-per-sec limit exceeded, try again after {(int)wait.TotalSeconds} seconds";
        return MailAnswers.Message($"Domain {DomainOf(context.Request.Path)} is not allowed to send: {limit}", StatusCodes.Status429TooManyRequests);
    }
}
