using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Inbound;

internal static class InboundSlice
{
    public static IServiceCollection AddInbound(this IServiceCollection services) =>
        services
        .AddSingleton<InboundRoot>().AddSingleton<Receive>().AddSingleton<SentMessages>().AddSingleton<IWorkHandler, InboundWorkHandler>()
        .AddSingleton<ConsumedTokens>().AddSingleton<MailAttachments>().AddSingleton<MailReports>().AddSingleton<InboundMails>().AddSingleton<IWorkHandler, MailWorkHandler>()
        .AddSingleton<CleanUp>(provider => (now, cancellation) => TokenRetention.RunAsync(provider.GetRequiredService<IStore>(), now, cancellation));
}

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Warning, "Inbound message {Ulid} is durable; the queue finishes what follows")]
    public static partial void LeftToTheQueue(this ILogger log, Exception exception, string ulid);

    [LoggerMessage(4002, LogLevel.Information, "Mail {Ulid} was erased before it was taken in")]
    public static partial void MailErased(this ILogger log, string ulid);
}
