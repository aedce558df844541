using PPMessage.Channels;

namespace PPMessage.Inbound;

/// <summary>The one root for everything that arrives.</summary>
internal sealed class InboundRoot
{
    /// <summary>Makes the message durable, then acts on it in line as long as <see cref="Timing.InLine"/> allows. When it returns, the message can't be lost; when it throws, the provider must get a 5xx.</summary>
    public Task ReceiveAsync(Channel channel, InboundMessage message, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Records a delivery report; the commit itself is the durable act.</summary>
    public Task ReportAsync(Channel channel, DeliveryReport report, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Whether the thread has this inbound message already (one read).</summary>
    public Task<bool> KnowsAsync(Channel channel, string from, string providerId, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Keeps a callback that can't be understood where people see it.</summary>
    public Task KeepOddAsync(Channel channel, IReadOnlyDictionary<string, string> raw, string reason, CancellationToken cancellation) => throw new NotSupportedException();
}
