using PPMessage.Channels;
using PPMessage.Conversations.Unsubscribing;
using PPMessage.Mail;
using PPMessage.Storage;

namespace PPMessage.Conversations.Sending;

/// <summary>What a sender is given of a stored message. One operation for a message whose text was put aside; files are opened when they are sent. Thread-safe.</summary>
internal sealed class Outbound(Contents contents, UnsubscribeLinks links, IStore store)
{
    public async Task<OutboundMessage> OfAsync(Message message, ThreadHead head, CancellationToken cancellation)
    {
        var (route, content) = (message.RouteIn(head), await contents.ReadAsync(message, cancellation));
        var files = message.Attachments.Where(file => file.Blob is not null).Select(FileOf);
        var said = new OutboundContent(message.Subject, content.FullText ?? content.Text, content.Html is null ? null : HtmlCleaner.WithImages(content.Html), [.. files]);
        return new OutboundMessage(message.Id, message.ConversationId, message.Delivery!.Attempt, route.From, route.To, said)
        {
            Reference = References.Of(message.ConversationId, message.Id),
            References = route.References,
            Begun = route.ChannelId == head.ChannelId ? BegunBy(message) : null,
            SenderName = route.SenderName,
            AnswerTo = route.AnswerTo,
            Campaign = message.Campaign is { } campaign ? new CampaignMark(campaign.Tag, await links.ForAsync(message.ConversationId, message.Id, cancellation), campaign.Tracks) : null,
        };
    }

    // A conversation that we have begun shares its ULID with its first message.
    private static string? BegunBy(Message message)
    {
        var (thread, ulid) = ThreadKeys.Conversation(message.ConversationId)!.Value;
        var first = ThreadKeys.MessagePrefix + ulid + thread;
        return first == message.Id ? null : References.Of(message.ConversationId, first);
    }

    private OutboundFile FileOf(Attachment file) => new(file.Name, file.ContentType, file.Size ?? 0, async cancellation =>
        (await store.OpenBlobAsync(Containers.Attachments, file.Blob!, cancellation) ?? throw new StoreException($"The file {file.Blob} is gone.")).Content);
}
