using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using PPMessage.Storage;

namespace PPMessage.Http;

/// <summary>
/// The outermost middleware: whatever escapes becomes a problem without a word about our insides, and an empty error answer of the framework
/// (no such route, wrong method) below <c>/api</c> or <c>/health</c> gets a body.
/// </summary>
internal sealed class ErrorAnswers(RequestDelegate next, ILogger<ErrorAnswers> logger)
{
    private const string RetryAfterSeconds = "5";

    // What nginx answers for a client that went away; nobody reads it.
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (IsEmptyError(context)) await OfStatus(context.Response.StatusCode).ExecuteAsync(context);
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, error);
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception error)
    {
        context.Response.Clear();
        if (context.RequestAborted.IsCancellationRequested && error is OperationCanceledException or IOException)
        {
            context.Response.StatusCode = ClientClosedRequest;
            return;
        }

        var problem = error switch
        {
            BadHttpRequestException bad => OfStatus(bad.StatusCode),
            StoreException => OfStore(context, error),
            _ => OfSurprise(context, error),
        };
        await problem.ExecuteAsync(context);
    }

    private IResult OfStore(HttpContext context, Exception error)
    {
        logger.StoreFailed(error, context.Request.Method, RouteOf(context));
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, "Storage unavailable", "The storage can't be reached or is too busy. Ask again later; repeating is safe with the same Idempotency-Key.");
    }

    private IResult OfSurprise(HttpContext context, Exception error)
    {
        logger.RequestFailed(error, context.Request.Method, RouteOf(context));
        return OfStatus(StatusCodes.Status500InternalServerError);
    }

    // The path itself may hold a hook key or a token.
    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";

    private static bool IsEmptyError(HttpContext context) =>
        context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 }
        && (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/health"));

    private static IResult OfStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => Problems.NotFound("There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => Problems.Of(status, "Method not allowed", "This address takes other methods: see the Allow header."),
        StatusCodes.Status413PayloadTooLarge => Problems.Of(status, "Too large", "The request is too large."),
        StatusCodes.Status500InternalServerError => Problems.Of(status, "Failed", "Something went wrong here; it is in the log."),
        _ => Problems.Of(status, "Not possible", "The request can't be served as it is."),
    };
}
