using System.Text;

namespace PPMessage.Channels;

/// <summary>Divides messages into what can go out by one call each. Pure: the same messages are always divided the same way.</summary>
internal static class BatchCut
{
    /// <summary>What a message adds to a call besides its content: address, ids, links.</summary>
    private const int Overhead = 1024;

    /// <summary>In order. A group of one is to be sent by <see cref="IChannelSender"/>; every other may be sent as a batch.</summary>
    public static IReadOnlyList<IReadOnlyList<OutboundMessage>> Of(BatchSending sending, Channel channel, IEnumerable<OutboundMessage> messages)
    {
        var groups = new List<IReadOnlyList<OutboundMessage>>();
        var open = new Dictionary<BatchShape, Group>();
        foreach (var message in messages)
        {
            if (sending.WhyAlone(channel, message) is not null)
            {
                groups.Add([message]);
                continue;
            }

            var shape = BatchShape.Of(message);
            if (open.TryGetValue(shape, out var group) && group.TryAdd(message, sending)) continue;
            open[shape] = group = new Group(message);
            groups.Add(group.Messages);
        }

        return groups;
    }

    /// <summary>Bytes that a message takes in a call, about.</summary>
    public static long Weigh(OutboundMessage message) =>
        Overhead + Encoding.UTF8.GetByteCount(message.Content.Subject ?? string.Empty) + Encoding.UTF8.GetByteCount(message.Content.Text) + Encoding.UTF8.GetByteCount(message.Content.Html ?? string.Empty);

    private sealed class Group(OutboundMessage first)
    {
        private readonly HashSet<string> _addresses = new(StringComparer.OrdinalIgnoreCase) { first.To };
        private long _weight = Weigh(first);

        public List<OutboundMessage> Messages { get; } = [first];

        public bool TryAdd(OutboundMessage message, BatchSending sending)
        {
            var weight = _weight + Weigh(message);
            if (Messages.Count >= sending.MostRecipients || weight > sending.MostBytes || !_addresses.Add(message.To)) return false;
            _weight = weight;
            Messages.Add(message);
            return true;
        }
    }
}
