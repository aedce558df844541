using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;
using PPMessage.Work;

namespace PPMessage.Webhooks;

internal static class WebhooksSlice
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<WebhookSecrets>().AddSingleton<WebhookStore>().AddSingleton<WebhookClient>().AddSingleton<WebhookDelivery>().AddSingleton<WebhooksApi>()
        .AddSingleton<CallReceiver>(provider => provider.GetRequiredService<WebhookClient>().CallAsync)
        .AddSingleton<WebhookClock>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<WebhookClock>()).AddSingleton<ITimerJob>(provider => provider.GetRequiredService<WebhookClock>());

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<WebhooksApi>();
        var webhooks = routes.MapGroup("/api/webhooks").RequireAdmin();
        webhooks.MapGet("", api.ListAsync).Describe(WebhooksOperations.List);
        webhooks.MapPost("", api.CreateAsync).Describe(WebhooksOperations.Create);
        webhooks.MapGet("/{id}", api.GetAsync).Describe(WebhooksOperations.Get);
        webhooks.MapPatch("/{id}", api.ChangeAsync).Describe(WebhooksOperations.Change);
        webhooks.MapDelete("/{id}", api.DeleteAsync).Describe(WebhooksOperations.Delete);
        webhooks.MapPost("/{id}/secret", api.RotateAsync).Describe(WebhooksOperations.Rotate);
        webhooks.MapPost("/{id}/test", api.TestAsync).Describe(WebhooksOperations.Test);
        webhooks.MapGet("/{id}/deliveries", api.DeliveriesAsync).Describe(WebhooksOperations.Deliveries);
    }
}
