using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;
using PPMessage.Work;

namespace PPMessage.Contacts.Bulk;

/// <summary>Contacts by the file: a part of the slice of contacts.</summary>
internal static class BulkSlice
{
    /// <summary>How long an import, and what it refused, can be looked up.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    public static IServiceCollection AddBulk(this IServiceCollection services) => services
        .AddSingleton<BulkContacts>().AddSingleton<ImportStore>().AddSingleton<ImportChunk>().AddSingleton<ImportsApi>().AddSingleton<ExportApi>()
        .AddSingleton<ImportWorkHandler>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<ImportWorkHandler>())
        .AddSingleton<CleanUp>(provider => (now, cancellation) => provider.GetRequiredService<ImportStore>().CleanUpAsync(now - Kept, now, cancellation));

    public static void MapBulk(this RouteGroupBuilder contacts)
    {
        var imports = ((IEndpointRouteBuilder)contacts).ServiceProvider.GetRequiredService<ImportsApi>();
        contacts.MapGet("/export", ((IEndpointRouteBuilder)contacts).ServiceProvider.GetRequiredService<ExportApi>().ExportAsync).RequireAdmin().Describe(BulkOperations.Export);
        contacts.MapPost("/import", imports.ImportAsync).RequireAdmin().Describe(BulkOperations.Import);
        contacts.MapGet("/imports", imports.ListAsync).RequireAdmin().Describe(BulkOperations.List);
        contacts.MapGet("/imports/{id}", imports.GetAsync).RequireAdmin().Describe(BulkOperations.Get);
        contacts.MapGet("/imports/{id}/refused", imports.RefusedAsync).RequireAdmin().Describe(BulkOperations.Refused);
        contacts.MapPost("/imports/{id}/cancel", imports.CancelAsync).RequireAdmin().Describe(BulkOperations.Cancel);
    }
}
