using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels.Setup;
using PPMessage.Contacts;
using PPMessage.Http;

namespace PPMessage.Channels;

internal static class ChannelsSlice
{
    /// <summary>Providers add their kinds with <c>AddSingleton&lt;IChannelKind, …&gt;</c>.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services) =>
        services.AddSingleton<SecretBox>().AddSingleton<ChannelKinds>().AddSingleton<ChannelDirectory>().AddSingleton<ChannelStore>().AddSingleton<ChannelsApi>()
            .AddSingleton<ConnectionStore>().AddSingleton<SetupChecks>().AddSingleton<Connector>().AddSingleton<SetupApi>()
            .AddSingleton<DefaultRegion>(provider => provider.GetRequiredService<ChannelDirectory>().RegionAsync);

    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<ChannelsApi>();
        var channels = routes.MapGroup("/api/channels").RequireAdmin();
        channels.MapGet("", api.ListAsync);
        channels.MapPost("", api.CreateAsync);
        channels.MapGet("/{id}", api.GetAsync);
        channels.MapPatch("/{id}", api.ChangeAsync);
        channels.MapDelete("/{id}", api.DeleteAsync);
        channels.MapPost("/{id}/activate", api.ActivateAsync);
        channels.MapPost("/{id}/deactivate", api.DeactivateAsync);
        var setup = routes.ServiceProvider.GetRequiredService<SetupApi>();
        channels.MapPost("/{id}/check", setup.CheckAsync);
        channels.MapPost("/{id}/connect", setup.ConnectAsync);
        channels.MapPost("/{id}/disconnect", setup.DisconnectAsync);
    }
}
