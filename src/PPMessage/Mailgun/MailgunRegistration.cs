using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Channels.Setup;
using PPMessage.Mailgun.Setup;

namespace PPMessage.Mailgun;

internal static class MailgunRegistration
{
    public static IServiceCollection AddMailgun(this IServiceCollection services) => services
        .AddSingleton<IChannelKind, MailgunChannels>()
        .AddSingleton<MailgunClient>()
        .AddSingleton<ConfirmedKeys>()
        .AddSingleton<MailgunMails>()
        .AddSingleton<MailgunEvents>()
        .AddSingleton<MailgunEventList>()
        .AddSingleton<MailgunBatches>()
        .AddSingleton<MailgunCallbacks>()
        .AddSingleton<MailgunSuppressions>()
        .AddSingleton<MailDns>()
        .AddSingleton<MailgunConsole>()
        .AddSingleton<MailgunInspection>()
        .AddKeyedSingleton<IChannelSetup, MailgunSetup>(MailgunChannels.EmailOfMailgun)
        .AddKeyedSingleton<IChannelSender, MailgunSender>(MailgunChannels.EmailOfMailgun)
        .AddKeyedSingleton<BatchSending>(MailgunChannels.EmailOfMailgun, (provider, _) => provider.GetRequiredService<MailgunBatches>().Sending)
        .AddKeyedSingleton<LiftSuppression>(MailgunChannels.EmailOfMailgun, (provider, _) => provider.GetRequiredService<MailgunSuppressions>().LiftAsync);

    public static IEndpointRouteBuilder MapMailgun(this IEndpointRouteBuilder routes)
    {
        MailgunCallbacks.Map(routes);
        return routes;
    }
}
