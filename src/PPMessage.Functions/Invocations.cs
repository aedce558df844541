using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace PPMessage.Functions;

/// <summary>
/// Answers the Functions host where it posts what a timer or a queue triggered: <c>POST /{function}</c>, on the same port as everything else and
/// without authentication. A request from outside always carries <c>X-Forwarded-For</c> (the host's proxy sets it) and never gets in here.
/// </summary>
internal sealed class Invocations(RequestDelegate next, IReadOnlyList<Trigger> triggers, QueueCall work, TimerCall timers, ILogger<Invocations> logger)
{
    /// <summary>64 KiB of message, encoded twice, and metadata.</summary>
    private const long LargestCall = 1024 * 1024;

    private const string TooOld =
        "This Azure Functions host is too old for PPMessage: it does not know customHandler.enableProxyingHttpRequest of host.json. " +
        "Update the host (Azure Functions Core Tools: npm install -g azure-functions-core-tools@4), or start PPMessage without it.";

    private readonly Dictionary<string, Trigger> _byPath = triggers.ToDictionary(t => "/" + t.Function, StringComparer.Ordinal);
    private int _tooOldSaid;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method) || request.Headers.ContainsKey("X-Forwarded-For") || !_byPath.TryGetValue(request.Path.Value ?? "", out var trigger))
            return next(context);
        return trigger.Kind == Trigger.Http ? RefuseAsync(context, trigger) : AnswerAsync(context, trigger);
    }

    private async Task AnswerAsync(HttpContext context, Trigger trigger)
    {
        var done = false;
        try
        {
            done = await RunAsync(context.Request, trigger, context.RequestAborted);
        }
        catch (Exception e)
        {
            Log.InvocationFailed(logger, e, trigger.Function);
        }

        await WriteAsync(context, done ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError, done ? Invocation.Succeeded : Invocation.Failed);
    }

    private async Task<bool> RunAsync(HttpRequest request, Trigger trigger, CancellationToken cancellation)
    {
        if (trigger.Kind == Trigger.QueueKind)
        {
            var (text, dequeueCount) = await ReadAsync(request, trigger.Binding, cancellation);
            return await work(trigger.Queue!, text, dequeueCount, cancellation);
        }

        await timers(trigger.Function, cancellation);
        return true;
    }

    private static async Task<(string Text, int DequeueCount)> ReadAsync(HttpRequest request, string binding, CancellationToken cancellation)
    {
        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LargestCall;
        using var call = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellation);
        return (Invocation.QueueText(call.RootElement, binding), Invocation.DequeueCount(call.RootElement));
    }

    private Task RefuseAsync(HttpContext context, Trigger trigger)
    {
        if (Interlocked.Exchange(ref _tooOldSaid, 1) == 0) Log.HostTooOld(logger);
        return WriteAsync(context, StatusCodes.Status200OK, Invocation.HttpAnswer(trigger.Output!, StatusCodes.Status501NotImplemented, TooOld));
    }

    private static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}

internal static class InvocationsExtensions
{
    /// <summary>Before anything else that answers: what these paths mean depends on no route, no key, no setting.</summary>
    public static void UseInvocations(this WebApplication app) => app.UseMiddleware<Invocations>();
}
