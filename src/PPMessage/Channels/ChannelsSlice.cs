using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels.Setup;
using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
using PPMessage.Http;

namespace PPMessage.Channels;

internal static class ChannelsSlice
{
    /// <summary>Providers add their kinds with <c>AddSingleton&lt;IChannelKind, …&gt;</c>.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services) =>
        services.AddSingleton<SecretBox>().AddSingleton<ChannelKinds>().AddSingleton<ContentChecks>().AddSingleton<ChannelDirectory>().AddSingleton<ChannelStore>().AddSingleton<ChannelsApi>()
            .AddSingleton<ConnectionStore>().AddSingleton<SetupChecks>().AddSingleton<Connector>().AddSingleton<SetupApi>()
            .AddSingleton<DefaultRegion>(provider => provider.GetRequiredService<ChannelDirectory>().RegionAsync)
            .AddSingleton<KnownChannelKinds>(provider => () => provider.GetRequiredService<ChannelKinds>().Words);

    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<ChannelsApi>();
        var channels = routes.MapGroup("/api/channels").RequireAdmin();
        channels.MapGet("", api.ListAsync).Describe(ChannelsOperations.List);
        channels.MapPost("", api.CreateAsync).Describe(ChannelsOperations.Create);
        channels.MapGet("/{id}", api.GetAsync).Describe(ChannelsOperations.Get);
        channels.MapPatch("/{id}", api.ChangeAsync).Describe(ChannelsOperations.Change);
        channels.MapDelete("/{id}", api.DeleteAsync).Describe(ChannelsOperations.Delete);
        channels.MapPost("/{id}/activate", api.ActivateAsync).Describe(ChannelsOperations.Activate);
        channels.MapPost("/{id}/deactivate", api.DeactivateAsync).Describe(ChannelsOperations.Deactivate);
        var setup = routes.ServiceProvider.GetRequiredService<SetupApi>();
        channels.MapPost("/{id}/check", setup.CheckAsync).Describe(SetupOperations.Check);
        channels.MapPost("/{id}/connect", setup.ConnectAsync).Describe(SetupOperations.Connect);
        channels.MapPost("/{id}/disconnect", setup.DisconnectAsync).Describe(SetupOperations.Disconnect);
    }
}
