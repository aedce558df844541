using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;

namespace PPMessage.Audit;

internal static class AuditApi
{
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditLog>();

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var log = routes.ServiceProvider.GetRequiredService<AuditLog>();
        routes.MapGet("/api/audit", (HttpContext context, CancellationToken cancellation) => ListAsync(context, log, cancellation)).RequireAdmin().Describe(AuditOperations.List);
    }

    private static async Task<IResult> ListAsync(HttpContext context, AuditLog log, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        if (AuditFilter.Read(context, out problem) is not { } filter) return problem!;
        var after = page.Cursor is null ? null : AuditCursor.Parse(page.Cursor);
        if (page.Cursor is not null && after is null) return Problems.Invalid("cursor", "is none that this list gave");
        return TypedResults.Json(await log.ListAsync(filter, after, page.Limit, cancellation), AuditJson.Default.PageAuditLine);
    }
}
