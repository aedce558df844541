using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;

namespace PPMessage.Docs;

internal static class DocsSlice
{
    public static IServiceCollection AddDocs(this IServiceCollection services) => services.AddSingleton<Publications>();

    /// <summary>The document and the page hold no secret and nothing of this workspace: no token is asked for.</summary>
    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/openapi.json", (HttpContext context, Publications publications) => publications.Document.AnswerAsync(context)).AllowEverybody().Describe(DocsOperations.Document);
        routes.MapGet("/api/docs", (HttpContext context, Publications publications) => publications.Page.AnswerAsync(context)).AllowEverybody().Describe(DocsOperations.Page);
        routes.MapGet("/api/docs/style.css", (HttpContext context, Publications publications) => publications.Style.AnswerAsync(context)).AllowEverybody().Describe(DocsOperations.Style);
    }
}
