using System.Globalization;
using PPMessage.Channels;
using PPMessage.Inbound;

namespace PPMessage.Twilio;

/// <summary>What an inbound message's fields say.</summary>
/// <param name="Message">Null when the fields can't be a message.</param>
/// <param name="Odd">What is not as documented; null when all is.</param>
internal sealed record TwilioInbound(InboundMessage? Message, string? Odd)
{
    /// <summary>Twilio's own limit is ten.</summary>
    public const int MostMedia = 20;

    public const string UnknownContentType = "application/octet-stream";

    /// <summary>Longer names of a message or an address are nonsense: keys and rows are made of them.</summary>
    private const int LongestName = 320;

    private static readonly string[] Needed = ["MessageSid", "From", "To"];

    /// <summary>
    /// Reads the fields of an inbound SMS or MMS. <c>From</c> may be a short code or a name as well as a number. Empty text is a message (a picture alone has none).
    /// Source: twilio.com/docs/messaging/guides/webhook-request.
    /// </summary>
    public static TwilioInbound Parse(Channel channel, TwilioFields fields, DateTimeOffset now)
    {
        foreach (var name in Needed)
            if (fields.Filled(name) is not { Length: <= LongestName }) return new TwilioInbound(null, $"{name} is missing or too long");
        var message = new InboundMessage
        {
            ChannelId = channel.Id,
            ProviderId = fields["MessageSid"]!,
            From = fields["From"]!,
            To = fields["To"]!,
            Text = fields["Body"] ?? string.Empty,
            Media = [.. Media(fields)],
            OptOutType = fields.Filled("OptOutType"),
            ReceivedAt = now,
            Raw = fields.All,
        };
        return new TwilioInbound(message, MediaOdd(fields, message.Media.Count));
    }

    // By presence, so that a nonsense NumMedia costs nobody a picture.
    private static IEnumerable<InboundMedia> Media(TwilioFields fields)
    {
        for (var i = 0; i < MostMedia; i++)
            if (fields.Filled($"MediaUrl{i}") is { } url)
                yield return new InboundMedia(url, fields.Filled($"MediaContentType{i}") ?? UnknownContentType);
    }

    private static string? MediaOdd(TwilioFields fields, int found)
    {
        var stated = fields.Filled("NumMedia") ?? "0";
        return int.TryParse(stated, NumberStyles.None, null, out var count) && count == found ? null : $"NumMedia does not fit the {found} media addresses";
    }
}
