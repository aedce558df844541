using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace PPMessage.Http;

/// <summary>
/// Refuses query parameters that the endpoint's <see cref="Operation"/> does not name, as unknown properties of a body are refused: a filter with a mistyped name would list everything.
/// Only below <c>/api</c>, where programs call: providers add parameters to callbacks, and links to what everybody may read bear marks of others (<see cref="ForEverybody"/>).
/// </summary>
internal sealed class KnownQuery(RequestDelegate next)
{
    private readonly ConcurrentDictionary<Described, IReadOnlyList<string>> _known = [];

    public Task InvokeAsync(HttpContext context) => Mistakes(context) is { Count: > 0 } mistakes ? Problems.Invalid(mistakes).ExecuteAsync(context) : next(context);

    private Dictionary<string, string[]>? Mistakes(HttpContext context)
    {
        if (context.Request.Query.Count == 0 || !context.Request.Path.StartsWithSegments("/api")) return null;
        if (context.GetEndpoint()?.Metadata is not { } endpoint || endpoint.GetMetadata<ForEverybody>() is not null || endpoint.GetMetadata<Described>() is not { } described) return null;
        var known = _known.GetOrAdd(described, Known);
        var says = known.Count == 0 ? "is not known: there are none here" : $"is not known; it may be {string.Join(", ", known)}";
        return context.Request.Query.Keys.Except(known, StringComparer.OrdinalIgnoreCase).ToDictionary(name => name, _ => new[] { says });
    }

    private static List<string> Known(Described described) => [.. described.Operation().Parameters.Where(parameter => parameter.In == "query").Select(parameter => parameter.Name)];
}
