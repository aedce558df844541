using PPMessage.Channels;
using PPMessage.Inbound;

namespace PPMessage.Twilio;

/// <summary>Picks out of Twilio's message list what a channel received in a span of time. Makes no calls itself.</summary>
internal sealed class TwilioSweep(Channel channel, DateTimeOffset from, DateTimeOffset until)
{
    private const int PageSize = 200;

    private readonly List<(DateTimeOffset At, TwilioResource Message)> _found = [];

    /// <summary>Oldest first; within a second, which is as fine as the dates are, the list's own order tells.</summary>
    public IEnumerable<(DateTimeOffset At, TwilioResource Message)> Found => Enumerable.Reverse(_found).OrderBy(f => f.At);

    /// <summary>A channel with a service has numbers that we don't know: then the whole account's list is looked through.</summary>
    public IEnumerable<KeyValuePair<string, string>> Filters
    {
        get
        {
            if (Service is null && Number is not null) yield return new("To", Number);
            yield return new("PageSize", PageSize.ToString());
        }
    }

    private string? Number => channel.Setting(TwilioChannels.PhoneNumber);

    private string? Service => channel.Setting(TwilioChannels.MessagingServiceSid);

    /// <summary>Takes one page in. False: the span is covered. A whole page must be too old, for the list's order (newest first) is known from use only.</summary>
    public bool NeedsMore((IReadOnlyList<TwilioResource> Items, string? Next) page)
    {
        foreach (var item in page.Items)
            if (item.Date("date_created") is { } at && at >= from && at <= until && IsOurs(item)) _found.Add((at, item));
        return page.Next is not null && !(page.Items.Count > 0 && page.Items.All(i => i.Date("date_created") < from));
    }

    /// <summary>A listed message as its callback would have told it, without its files; null when the list tells too little.</summary>
    public InboundMessage? Read(DateTimeOffset at, TwilioResource item)
    {
        if (item["sid"] is not { Length: > 0 } sid || item["from"] is not { Length: > 0 } sender || item["to"] is not { Length: > 0 } to) return null;
        return new InboundMessage
        {
            ChannelId = channel.Id, ProviderId = sid, From = sender, To = to, Text = item["body"] ?? string.Empty, ReceivedAt = at, Raw = item.Fields,
        };
    }

    private bool IsOurs(TwilioResource item) =>
        item["direction"] == "inbound" && item["status"] != "receiving"
        && ((Number is not null && item["to"] == Number) || (Service is not null && item["messaging_service_sid"] == Service));
}
