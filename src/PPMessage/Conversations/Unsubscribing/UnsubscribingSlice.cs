using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;

namespace PPMessage.Conversations.Unsubscribing;

internal static class UnsubscribingSlice
{
    private static readonly string[] Looking = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddUnsubscribing(this IServiceCollection services) =>
        services.AddSingleton<UnsubscribeLinks>().AddSingleton<UnsubscribeLimits>().AddSingleton<Unsubscribe>().AddSingleton<UnsubscribeApi>();

    public static void MapUnsubscribing(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<UnsubscribeApi>();
        routes.MapMethods(UnsubscribeLinks.Door + "/{token}", Looking, api.ShowAsync).Describe(UnsubscribeOperations.Show);
        routes.MapPost(UnsubscribeLinks.Door + "/{token}", api.PressAsync).Describe(UnsubscribeOperations.Press);
    }
}
