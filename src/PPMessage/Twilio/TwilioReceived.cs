using PPMessage.Channels;
using PPMessage.Inbound;

namespace PPMessage.Twilio;

/// <summary>Picks out what a channel received.</summary>
internal sealed class TwilioReceived(Channel channel, DateTimeOffset from, DateTimeOffset until) : TwilioSweep(channel, "To", from, until)
{
    /// <summary>A listed message as its callback would have told it, without its files; null when the list tells too little.</summary>
    public static InboundMessage? Read(Channel channel, DateTimeOffset at, TwilioResource item)
    {
        if (item["sid"] is not { Length: > 0 } sid || item["from"] is not { Length: > 0 } sender || item["to"] is not { Length: > 0 } to) return null;
        return new InboundMessage
        {
            ChannelId = channel.Id, ProviderId = sid, From = sender, To = to, Text = item["body"] ?? string.Empty, ReceivedAt = at, Raw = item.Fields,
        };
    }

    protected override bool IsWanted(TwilioResource item) => item["direction"] == "inbound" && item["status"] != "receiving";
}
