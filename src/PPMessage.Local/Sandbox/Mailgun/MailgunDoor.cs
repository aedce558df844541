using System.Globalization;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What every request to the API passes: the key, the domain and its region, and what is to go wrong.</summary>
internal sealed class MailgunDoor(MailState state, MailMisbehaviours misbehaviours, MailgunSandboxOptions options, Background background, TimeProvider time)
{
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var refusal = Admit(context);
        var answer = refusal is null ? misbehaviours.TakeAnswer(context.Request.Method, context.Request.Path) : null;
        if (refusal is not null) await refusal.ExecuteAsync(context);
        else if (answer is null) await next(context);
        else await MisbehaveAsync(answer, context, next);
        var cut = answer?.Kind is MailMisbehaviour.ResetBeforeAccept or MailMisbehaviour.ResetAfterAccept or MailMisbehaviour.TimeoutAfterAccept;
        var status = cut ? (int?)null : context.Response.StatusCode;
        state.Requests.Add(new ApiRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, status, time.GetUtcNow()));
        if (cut) context.Abort();
    }

    /// <summary>Of this region only.</summary>
    public MailDomain? Domain(string name) => state.Domain(name) is { } domain && domain.IsEu == options.Eu ? domain : null;

    private IResult? Admit(HttpContext context)
    {
        var (user, password) = BasicCredentials.Of(context.Request);
        var domain = DomainOf(context.Request.Path);
        if (user != "api") return MailAnswers.Forbidden();
        if (password != MailDemo.ApiKey && !MaySend(context.Request, password, domain)) return MailAnswers.Forbidden();
        return domain is null || Domain(domain) is not null ? null : MailAnswers.DomainNotFound();
    }

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
        return segments[0] == "v3" && segments.Length <= 5 && segments[1] != "routes" && segments[2] is "messages" or "messages.mime" or "events" or "bounces" or "unsubscribes" or "complaints"
            ? segments[1]
            : null;
    }

    private async Task MisbehaveAsync(MailMisbehaviour answer, HttpContext context, RequestDelegate next)
    {
        if (answer.Kind is MailMisbehaviour.ServerErrorAfterAccept or MailMisbehaviour.TimeoutAfterAccept or MailMisbehaviour.ResetAfterAccept)
            await context.SwallowAsync(next);
        switch (answer.Kind)
        {
            case MailMisbehaviour.ServerError or MailMisbehaviour.Unavailable or MailMisbehaviour.ServerErrorAfterAccept:
                var isUnavailable = answer.Kind == MailMisbehaviour.Unavailable;
                context.Response.StatusCode = isUnavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
                await context.WriteErrorPageAsync();
                break;
            case MailMisbehaviour.TimeoutAfterAccept:
                await context.HangAsync(answer.By, time, background.Stopping);
                break;
            case MailMisbehaviour.ResetAfterAccept or MailMisbehaviour.ResetBeforeAccept:
                break;
            default:
                await Refusal(answer, context).ExecuteAsync(context);
                break;
        }
    }

    private IResult Refusal(MailMisbehaviour answer, HttpContext context) => answer.Kind switch
    {
        MailMisbehaviour.Unauthorized => MailAnswers.Forbidden(asJson: answer.Message == "json"),
        MailMisbehaviour.PaymentRequired => MailAnswers.Message(answer.Message ?? "Payment Required", StatusCodes.Status402PaymentRequired),
        MailMisbehaviour.Refused => MailAnswers.Message(answer.Message ?? $"Domain {DomainOf(context.Request.Path)} is not allowed to send large batches yet", StatusCodes.Status403Forbidden),
        MailMisbehaviour.TooLarge => MailAnswers.Message(answer.Message ?? "Request Entity Too Large", StatusCodes.Status413PayloadTooLarge),
        MailMisbehaviour.TooManyRequests => Limited(answer, context),
        MailMisbehaviour.Magnificent => TypedResults.Text(MailAnswers.Magnificent),
        _ => MailAnswers.DomainNotFound(),
    };

    private IResult Limited(MailMisbehaviour answer, HttpContext context)
    {
        var wait = answer.By ?? TimeSpan.FromSeconds(120);
        var until = time.GetUtcNow() + wait;
        context.Response.Headers["X-RateLimit-Reset"] = (until.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
        var limit = answer.Message is "request" or "recipient" or "bytes"
            ? $"{answer.Message} limit exceeded, try again after {MailAnswers.Date(until)}"
            : $"account-requests-per-sec limit exceeded, try again after {(int)wait.TotalSeconds} seconds";
        return MailAnswers.Message($"Domain {DomainOf(context.Request.Path)} is not allowed to send: {limit}", StatusCodes.Status429TooManyRequests);
    }
}
