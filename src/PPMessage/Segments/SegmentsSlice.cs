using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;

namespace PPMessage.Segments;

internal static class SegmentsSlice
{
    public static IServiceCollection AddSegments(this IServiceCollection services) => services
        .AddSingleton<SegmentStore>().AddSingleton<Candidates>().AddSingleton<SegmentMembership>().AddSingleton<Preview>()
        .AddSingleton<SegmentsApi>().AddSingleton<PreviewApi>();

    public static void MapSegments(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<SegmentsApi>();
        var preview = routes.ServiceProvider.GetRequiredService<PreviewApi>();
        var segments = routes.MapGroup("/api/segments");
        segments.MapGet("", api.ListAsync).Describe(SegmentsOperations.List);
        segments.MapPost("", api.CreateAsync).RequireAdmin().Describe(SegmentsOperations.Create);
        segments.MapGet("/fields", preview.FieldsAsync).Describe(SegmentsOperations.Fields);
        segments.MapPost("/preview", preview.PreviewAsync).Describe(SegmentsOperations.Preview);
        segments.MapGet("/{id}", api.GetAsync).Describe(SegmentsOperations.Get);
        segments.MapPatch("/{id}", api.ChangeAsync).RequireAdmin().Describe(SegmentsOperations.Change);
        segments.MapDelete("/{id}", api.DeleteAsync).RequireAdmin().Describe(SegmentsOperations.Delete);
    }
}
