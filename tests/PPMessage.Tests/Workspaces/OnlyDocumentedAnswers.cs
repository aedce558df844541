using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using PPMessage.Docs;
using PPMessage.Http;

namespace PPMessage.Tests.Workspaces;

/// <summary>Whatever a test makes an endpoint answer must be in the API's document: a status that is not becomes 599, which no test expects.</summary>
internal sealed class OnlyDocumentedAnswers : IStartupFilter
{
    private const int Undocumented = 599;

    private readonly ConcurrentDictionary<RouteEndpoint, HashSet<int>> _documented = [];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, go) =>
        {
            context.Response.OnStarting(() => CheckAsync(context));
            return go(context);
        });
        next(app);
    };

    private Task CheckAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (context.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<Described>() is null || _documented.GetOrAdd(endpoint, Statuses).Contains(status)) return Task.CompletedTask;
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = $"{context.Request.Method} {endpoint.RoutePattern.RawText} answers {status}: not in the document";
        context.Response.StatusCode = Undocumented;
        return Task.CompletedTask;
    }

    // 500 is documented for all of them; 499 nobody reads.
    private static HashSet<int> Statuses(RouteEndpoint endpoint)
    {
        var operation = DocumentWriter.OperationOf(endpoint)!;
        return [499, 500, .. operation.Replies.Select(reply => reply.Status), .. operation.Refusals.Keys];
    }
}
