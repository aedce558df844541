using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Http;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>A conversation as the API shows it. In lists <paramref name="Consent"/> is left out.</summary>
internal sealed record ConversationView(
    string Id,
    string ChannelId,
    string ChannelKind,
    string Address,
    string ContactId,
    string? ContactName,
    string? Subject,
    ConversationStatus Status,
    string? Assignee,
    string? Team,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastActivityAt,
    string LastWords,
    int MessageCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ConsentView? Consent)
{
    public static ConversationView Of(Conversation c, Consent? consent = null) => new(
        c.Id, c.ChannelId, c.ChannelKind, c.Address, c.ContactId, c.ContactName, c.Subject, c.Status, c.Assignee, null, c.Tags,
        c.CreatedAt, c.LastActivityAt, c.LastWords, c.MessageCount, consent is null ? null : ConsentView.Of(consent));
}

/// <summary>Whether the contact may be messaged by this channel, and the last changes of that, oldest first.</summary>
internal sealed record ConsentView(bool Stopped, IReadOnlyList<ConsentChange> History)
{
    public static ConsentView Of(Consent consent) => new(consent.Stopped, consent.History);
}

/// <summary>A message as the API shows it.</summary>
internal sealed record MessageView(
    string Id,
    string ConversationId,
    Direction Direction,
    MessageKind Kind,
    string ChannelId,
    string ChannelKind,
    Author Author,
    string? Subject,
    string Text,
    string? Html,
    string? FullText,
    IReadOnlyList<AttachmentView> Attachments,
    string? ProviderId,
    DateTimeOffset CreatedAt,
    DeliveryView.Shown? Delivery)
{
    public static MessageView Of(StoredMessage stored)
    {
        var m = stored.Message;
        var attachments = m.Attachments.Select(attachment => AttachmentView.Of(m, attachment));
        return new(
            m.Id, m.ConversationId, m.Direction, m.Kind, m.ChannelId, m.ChannelKind, m.Author, null, m.Text, null, null, [.. attachments],
            DeliveryView.ProviderIdOf(stored), m.CreatedAt, DeliveryView.Of(stored) is { } delivery ? DeliveryView.Shown.Of(delivery) : null);
    }
}

/// <param name="Size">Null until the file is here.</param>
/// <param name="Url">Null until the file is here.</param>
/// <param name="Error">Why it will never be.</param>
internal sealed record AttachmentView(string Id, string Name, string ContentType, long? Size, string? Url, string? Error)
{
    public static AttachmentView Of(Message message, Attachment a) =>
        new(a.Id, a.Name, a.ContentType, a.Size, a.Blob is null ? null : $"/api/attachments/{message.ConversationId}/{message.Id}/{a.Id}", a.Error);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewMessage
{
    public MessageKind Kind { get; init; } = MessageKind.Reply;

    public string? Text { get; init; }

    public string? Html { get; init; }

    public IReadOnlyList<NewAttachment>? Attachments { get; init; }

    public string? ChannelId { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewAttachment(string? Name, string? ContentType, string? Base64);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewConversation(string? ContactId, string? Kind, string? ChannelId, string? Subject, string? Text);

/// <param name="Items">Oldest first.</param>
/// <param name="Next">Give it as <c>after</c>; also when nothing has changed.</param>
internal sealed record ChangesView(IReadOnlyList<FeedRow> Items, string Next);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    Converters = [typeof(UtcTime), typeof(Words<Direction>), typeof(Words<MessageKind>), typeof(Words<AuthorType>), typeof(Words<ConversationStatus>), typeof(Words<ChangeType>)])]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(Page<ConversationView>))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(Page<MessageView>))]
[JsonSerializable(typeof(NewMessage))]
[JsonSerializable(typeof(NewConversation))]
[JsonSerializable(typeof(ChangesView))]
internal sealed partial class ConversationsApiJson : JsonSerializerContext
{
    static ConversationsApiJson() => Default = new ConversationsApiJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
