using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>An outbound message as the form that Twilio wants. Source: twilio.com/docs/messaging/api/message-resource, "Create a Message".</summary>
internal static class TwilioSmsForm
{
    public static IEnumerable<KeyValuePair<string, string>> For(Channel channel, OutboundMessage message, Uri publicBaseUrl)
    {
        yield return new("To", message.To);
        if (Sender(channel, message) is { } from) yield return new("From", from);

        // With a service both go: From picks the member of its pool by which the contact wrote, else the service chooses one.
        if (channel.Setting(TwilioChannels.MessagingServiceSid) is { } service) yield return new("MessagingServiceSid", service);
        yield return new("Body", message.Content.Text);
        yield return new("StatusCallback", StatusCallback(channel, message, publicBaseUrl));
    }

    /// <summary>The number it leaves by; null: the service chooses.</summary>
    public static string? Sender(Channel channel, OutboundMessage message) => message.From ?? channel.Setting(TwilioChannels.PhoneNumber);

    /// <summary>Names the message, so that a callback finds it even when the answer to our call was lost.</summary>
    private static string StatusCallback(Channel channel, OutboundMessage message, Uri publicBaseUrl) =>
        $"{TwilioUrls.Status(publicBaseUrl, channel.HookKey)}?m={message.Id}&c={message.ConversationId}&a={message.Attempt}{Mark(message)}{TwilioUrls.Retries}";

    private static string Mark(OutboundMessage message) => message.Campaign is { } mark ? $"&k={mark.Tag}" : string.Empty;
}
