using PPMessage.Campaigns.Content;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Conversations.Sending;
using PPMessage.Conversations.Unsubscribing;

namespace PPMessage.Campaigns.Running;

/// <summary>Writes a campaign's messages. The same recipient of the same chunk gets the same letter, whoever writes it. Thread-safe.</summary>
internal sealed class Letters(UnsubscribeLinks links, TimeProvider time)
{
    public CampaignLetter Of(StoredChunk chunk, ChunkItem item, Plan plan, PlannedChannel channel, string address, Contact contact)
    {
        var kind = channel.Channel.Kind;
        var mark = new MessageCampaign(new RecipientTag(chunk.OccurrenceId, item.ContactId, item.Variant, kind, item.RetriedIn).ToString(), Tracks: channel.Kind.HasSubject);
        var at = chunk.Chunk.At;
        return new CampaignLetter(
            Ids.SeededUlid(at, $"{chunk.OccurrenceId}|{item.ContactId}|{kind}"), channel.Channel, address, contact, new Author(AuthorType.Campaign, plan.Campaign.Id, plan.Campaign.Name), mark, at,
            at + plan.Settings.AnswerTime, (conversationId, messageId, cancellation) => WriteAsync(chunk, item, plan, channel, address, contact, mark, conversationId, messageId, cancellation));
    }

    /// <summary>Whether an id is the one by which a provider knows the chunk's messages that go out together.</summary>
    public static bool IsTogether(StoredChunk chunk, PlannedChannel channel, string providerId) => channel.Batches is not null && IdOf(chunk, channel) == providerId;

    /// <summary>The id that the provider has for all of a chunk's messages that go out together.</summary>
    public static string IdOf(StoredChunk chunk, PlannedChannel channel) => channel.Batches!.ProviderId(channel.Channel, new OutboundBatch(ReferenceOf(chunk), []));

    public static string ReferenceOf(StoredChunk chunk) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{OccurrenceIds.UlidOf(chunk.OccurrenceId)}.{chunk.Bucket}{chunk.Number:D7}");

    public static LedgerEntry EntryOf(Plan plan, ChunkItem item, PlannedChannel channel, Message message, RecipientState state, DateTimeOffset now) => new()
    {
        ContactId = item.ContactId,
        State = state,
        Reason = state == RecipientState.Sent ? null : message.Delivery?.Error?.Code,
        Detail = state == RecipientState.Sent ? null : message.Delivery?.Error?.Text,
        At = now,
        Variant = plan.Variants[item.Variant].Name,
        ChannelKind = channel.Channel.Kind,
        ConversationId = message.ConversationId,
        MessageId = message.Id,
    };

    private async ValueTask<WrittenLetter> WriteAsync(
        StoredChunk chunk, ChunkItem item, Plan plan, PlannedChannel channel, string address, Contact contact, MessageCampaign mark, string conversationId, string messageId, CancellationToken cancellation)
    {
        var (content, mistake, link) = await RenderAsync(item.Variant, plan, channel, contact, conversationId, messageId, cancellation);
        if (content is null) return new WrittenLetter(null, mistake, null);
        if (channel.Batches is not { } batches) return new WrittenLetter(content, null, null);
        var message = new OutboundMessage(messageId, conversationId, 1, null, address, content) { Campaign = new CampaignMark(mark.Tag, link, mark.Tracks) };
        return new WrittenLetter(content, null, batches.WhyAlone(channel.Channel, message) is null ? IdOf(chunk, channel) : null);
    }

    private async ValueTask<(OutboundContent? Content, string? Mistake, Uri? Link)> RenderAsync(
        int variant, Plan plan, PlannedChannel channel, Contact contact, string conversationId, string messageId, CancellationToken cancellation)
    {
        var content = plan.Variants[variant].Content[channel.Channel.Kind];
        var link = channel.Kind.HasSubject ? await links.ForAsync(conversationId, messageId, cancellation) : null;
        var (made, mistake) = Render(plan, channel, content, new ContentScene(contact, plan.Campaign, time.GetUtcNow(), link));
        return (made, mistake, link);
    }

    /// <summary>With what stands below it.</summary>
    /// <returns>Null with the mistake: it can't be made for this contact, or the channel can't send it.</returns>
    public static (OutboundContent? Content, string? Mistake) Render(Plan plan, PlannedChannel channel, CompiledContent content, ContentScene scene)
    {
        var footer = new Footer(plan.Settings.FooterOf(channel.Channel.Kind, scene.Contact.Locale) ?? string.Empty, scene.UnsubscribeUrl);
        var (made, mistake) = content.Render(scene, footer);
        return made is not null && channel.Sender?.Check(made) is { Problem: { } problem } check ? (null, $"With what stands below it, the {check.Field} {problem}.") : (made, mistake);
    }
}
