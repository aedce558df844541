namespace PPMessage.Local.Sandbox;

/// <summary>What every request to a provider's API passes: who asks, what is to go wrong, and the journal.</summary>
internal abstract class ApiDoor(Journal<ApiRequest> requests, Background background, TimeProvider time)
{
    private const string Html = "<html><head><title>Error</title></head><body><h1>The server is temporarily unable to serve your request</h1></body></html>";

    protected TimeProvider Time => time;

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var refusal = Admit(context);
        var broken = refusal is null ? TakeBroken(context) : null;
        if (refusal is not null) await refusal.ExecuteAsync(context);
        else if (broken is null) await next(context);
        else await BreakAsync(broken, context, next);
        var status = broken is { Result: null } ? (int?)null : context.Response.StatusCode;
        requests.Add(new ApiRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, status, time.GetUtcNow()));
        if (status is null) context.Abort();
    }

    /// <summary>Null when the request may go on.</summary>
    protected abstract IResult? Admit(HttpContext context);

    /// <summary>Null when nothing goes wrong.</summary>
    protected abstract BrokenAnswer? TakeBroken(HttpContext context);

    /// <summary>What a proxy before the provider answers.</summary>
    protected static IResult ErrorPage(int status) => TypedResults.Text(Html, "text/html", statusCode: status);

    private async Task BreakAsync(BrokenAnswer broken, HttpContext context, RequestDelegate next)
    {
        if (broken.IsDone) await SwallowAsync(context, next);
        if (broken.After != TimeSpan.Zero) await HangAsync(broken.After, context);
        if (broken.Result is { } result) await result.ExecuteAsync(context);
    }

    /// <summary>Does what was asked and keeps the answer.</summary>
    private static async Task SwallowAsync(HttpContext context, RequestDelegate next)
    {
        var body = context.Response.Body;
        context.Response.Body = Stream.Null;
        await next(context);
        context.Response.Body = body;
        context.Response.ContentType = null;
        context.Response.ContentLength = null;
    }

    private async Task HangAsync(TimeSpan after, HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, background.Stopping);
        await Task.Delay(after, time, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}

/// <summary>What comes in the place of an answer.</summary>
/// <param name="Result">Null when the connection is cut instead.</param>
/// <param name="IsDone">Whether what was asked is done all the same.</param>
/// <param name="After">How long nothing comes before; <see cref="Timeout.InfiniteTimeSpan"/> is until the caller gives up.</param>
internal sealed record BrokenAnswer(IResult? Result, bool IsDone = false, TimeSpan After = default);
