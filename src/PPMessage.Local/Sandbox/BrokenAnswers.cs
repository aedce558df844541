namespace PPMessage.Local.Sandbox;

/// <summary>Answers that do not say what became of the request.</summary>
internal static class BrokenAnswers
{
    private const string Html = "<html><head><title>Error</title></head><body><h1>The server is temporarily unable to serve your request</h1></body></html>";

    /// <summary>Does what was asked and keeps the answer.</summary>
    public static async Task SwallowAsync(this HttpContext context, RequestDelegate next)
    {
        var body = context.Response.Body;
        context.Response.Body = Stream.Null;
        await next(context);
        context.Response.Body = body;
        context.Response.ContentType = null;
        context.Response.ContentLength = null;
    }

    /// <summary>What a proxy before the provider answers.</summary>
    public static Task WriteErrorPageAsync(this HttpContext context)
    {
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(Html, context.RequestAborted);
    }

    /// <summary>Waits, by default until the caller gives up.</summary>
    public static async Task HangAsync(this HttpContext context, TimeSpan? by, TimeProvider time, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(by ?? Timeout.InfiniteTimeSpan, time, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
