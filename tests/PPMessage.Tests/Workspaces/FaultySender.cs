using PPMessage.Channels;

namespace PPMessage.Tests.Workspaces;

/// <summary>Stands before a sender, so that the process can die around the provider call, and the call's answer can be lost.</summary>
internal sealed class FaultySender(IChannelSender inner, Life life) : IChannelSender
{
    /// <summary>What a call is named in a plan.</summary>
    public const string Send = "provider send";

    /// <inheritdoc cref="Send"/>
    public const string Find = "provider find";

    public ContentCheck Check(OutboundContent content) => inner.Check(content);

    public async Task<SendOutcome> SendAsync(Channel channel, OutboundMessage message, CancellationToken cancellation)
    {
        switch (life.Next(Send))
        {
            case Fault.DiesBefore:
                throw life.Die();
            case Fault.DiesAfter:
                await inner.SendAsync(channel, message, cancellation);
                throw life.Die();
            case Fault.TakesEffectAndThrows:
                await inner.SendAsync(channel, message, cancellation);
                return new SendOutcome.Unknown("no-answer", "The answer was lost.");
            case Fault.Unavailable:
                return new SendOutcome.Unknown("503", "Service unavailable.");
            // A provider's POST that the network repeats is two messages, and nobody could tell: this mode is the store's.
            default:
                return await inner.SendAsync(channel, message, cancellation);
        }
    }

    public async Task<Finding> FindAsync(Channel channel, OutboundMessage message, DateTimeOffset sentAfter, CancellationToken cancellation)
    {
        switch (life.Next(Find))
        {
            case Fault.DiesBefore:
                throw life.Die();
            case Fault.DiesAfter:
                await inner.FindAsync(channel, message, sentAfter, cancellation);
                throw life.Die();
            case Fault.TakesEffectAndThrows or Fault.Unavailable:
                return new Finding.NoAnswer("503", "Service unavailable.");
            default:
                return await inner.FindAsync(channel, message, sentAfter, cancellation);
        }
    }
}
