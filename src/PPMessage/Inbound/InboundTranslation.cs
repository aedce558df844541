using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Suppressions;

namespace PPMessage.Inbound;

/// <summary>From a provider's message to the thread's. Pure.</summary>
internal static class InboundTranslation
{
    public static Received Of(InboundWork work, Channel channel, string thread, Address address) => new()
    {
        Thread = thread,
        ChannelId = channel.Id,
        ChannelKind = channel.Kind,
        Address = address,
        OurAddress = work.Message.To,
        ProviderId = work.Message.ProviderId,
        Ulid = work.Ulid,
        Content = new MessageContent(work.Message.Text, null, null),
        Attachments = [.. work.Message.Media.Select(AttachmentOf)],
        Word = WordOf(work.Message),
        Raw = work.Message.Raw,
        At = work.Message.ReceivedAt,
    };

    // The provider knows its own words (Advanced Opt-Out has custom ones); without its verdict the text is read.
    private static OptOutWord? WordOf(InboundMessage message) => message.OptOutType?.ToUpperInvariant() switch
    {
        "STOP" => OptOutWord.Stop,
        "START" => OptOutWord.Start,
        "HELP" => OptOutWord.Help,
        _ => OptOutWords.Read(message.Text),
    };

    private static Attachment AttachmentOf(InboundMedia media, int index)
    {
        var name = $"{index + 1}{Extension(media.ContentType)}";
        return new Attachment($"a{index}", name, media.ContentType, null, media.Url, null, null);
    }

    // A name that a person can open; the type itself is kept beside it.
    private static string Extension(string contentType) => contentType.ToLowerInvariant() switch
    {
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "image/heic" => ".heic",
        "audio/amr" => ".amr",
        "audio/mpeg" => ".mp3",
        "audio/ogg" => ".ogg",
        "video/mp4" => ".mp4",
        "video/3gpp" => ".3gp",
        "application/pdf" => ".pdf",
        "text/vcard" or "text/x-vcard" => ".vcf",
        "text/plain" => ".txt",
        _ => ".bin",
    };
}
