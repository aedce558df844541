using Microsoft.Extensions.DependencyInjection;

namespace PPMessage.Channels;

/// <summary>What channels of a kind can express, whoever provides them. Thread-safe.</summary>
internal sealed class ContentChecks(ChannelKinds kinds, IServiceProvider services)
{
    /// <summary>Why no channel of the kind can express it; null: one can, or there is no such kind.</summary>
    public ContentCheck? MistakeOf(string kind, OutboundContent content)
    {
        var checks = kinds.All.Where(serves => serves.EndsWith($"/{kind}", StringComparison.Ordinal))
            .Select(serves => services.GetKeyedService<IChannelSender>(serves)).OfType<IChannelSender>().Select(sender => sender.Check(content)).ToList();
        return checks.Count > 0 && checks.All(check => check.Problem is not null) ? checks[0] : null;
    }
}
