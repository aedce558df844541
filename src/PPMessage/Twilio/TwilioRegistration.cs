using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Channels.Setup;
using PPMessage.Work;

namespace PPMessage.Twilio;

internal static class TwilioRegistration
{
    public static IServiceCollection AddTwilio(this IServiceCollection services) => services
        .AddSingleton<IChannelKind, TwilioChannels>()
        .AddSingleton<TwilioClient>()
        .AddSingleton<TwilioCallbacks>()
        .AddSingleton<TwilioMedia>()
        .AddSingleton<TwilioLookup>()
        .AddSingleton<TwilioRounds>()
        .AddSingleton<TwilioMissedTexts>()
        .AddSingleton<TwilioMissedOutcomes>()
        .AddSingleton<TwilioLateOutcomes>()
        .AddSingleton<TwilioUnsentOutcomes>()
        .AddKeyedSingleton<IChannelSender, TwilioSmsSender>(TwilioChannels.SmsOfTwilio)
        .AddKeyedSingleton<IChannelSetup, TwilioSetup>(TwilioChannels.SmsOfTwilio)
        .AddKeyedSingleton<FetchMedia>(TwilioChannels.SmsOfTwilio, (provider, _) => provider.GetRequiredService<TwilioMedia>().FetchAsync)
        .AddSingleton<ITimerJob, TwilioCatchUp>();

    public static IEndpointRouteBuilder MapTwilio(this IEndpointRouteBuilder routes)
    {
        TwilioCallbacks.Map(routes);
        return routes;
    }
}
