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
        c.Id, c.ChannelId, c.ChannelKind, c.Address, c.ContactId, c.ContactName, c.Subject, c.Status, c.Assignee, c.Team, c.Tags,
        c.CreatedAt, c.LastActivityAt, c.LastWords, c.MessageCount, consent is null ? null : ConsentView.Of(consent));
}

/// <summary>Whether the contact may be messaged by this channel, and the last changes of that, oldest first.</summary>
/// <param name="OnlyCampaigns">What is stopped are campaigns: the contact is still answered.</param>
internal sealed record ConsentView(bool Stopped, bool OnlyCampaigns, IReadOnlyList<ConsentChange> History)
{
    public static ConsentView Of(Consent consent) => new(consent.Stopped, consent.StopsOnlyCampaigns, consent.History);
}

/// <summary>A message as the API shows it.</summary>
/// <param name="Partial">Text is the beginning; full text and HTML are to be had with the message itself. Only in lists.</param>
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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Partial,
    IReadOnlyList<AttachmentView> Attachments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MailView? Mail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RouteView? Route,
    string? ProviderId,
    DateTimeOffset CreatedAt,
    DeliveryView.Shown? Delivery)
{
    /// <param name="whole">What the message says, where its row has the beginning only.</param>
    /// <param name="contact">Whose conversation it is now: not quite the message's author where that one was named or merged since.</param>
    public static MessageView Of(StoredMessage stored, MessageContent? whole = null, Author? contact = null)
    {
        var m = stored.Message;
        var author = m.Author.Type == AuthorType.Contact ? contact ?? m.Author : m.Author;
        var content = whole ?? new MessageContent(m.Text, m.FullText, m.Html);
        var attachments = m.Attachments.Select(attachment => AttachmentView.Of(m, attachment));
        return new(
            m.Id, m.ConversationId, m.Direction, m.Kind, m.ChannelId, m.ChannelKind, author, m.Subject, content.Text, content.Html,
            content.FullText ?? (m.Mail is null ? null : content.Text), m.Content is not null && whole is null, [.. attachments],
            m.Mail is null ? null : MailView.Of(m), RouteView.Of(m.Route), DeliveryView.ProviderIdOf(stored), m.CreatedAt, DeliveryView.Of(stored) is { } delivery ? DeliveryView.Shown.Of(delivery) : null);
    }
}

/// <summary>What an inbound mail's head says. SPF and DKIM are the provider's verdicts: to be looked at, never to be relied on.</summary>
/// <param name="RawUrl">The mail as it came (message/rfc822).</param>
internal sealed record MailView(
    IReadOnlyList<string> Recipients, IReadOnlyList<string> To, IReadOnlyList<string> Cc, string? ReplyTo, string? Spf, string? Dkim, string? Spam,
    bool Automatic, string? AutomaticBecause, IReadOnlyList<string> Oddities, string? RawUrl)
{
    public static MailView Of(Message message)
    {
        var m = message.Mail!;
        var raw = message.RawBlob is null ? null : $"/api/conversations/{message.ConversationId}/messages/{message.Id}/raw";
        return new(m.Recipients, m.To, m.Cc, m.ReplyTo, m.Spf, m.Dkim, m.Spam, m.AutomaticBecause is not null, m.AutomaticBecause, m.Oddities, raw);
    }
}

/// <summary>How an outbound message travels, and why so.</summary>
internal sealed record RouteView(string To, string? From, string? SenderName, string? AnswerTo, RouteReason Because, SenderRule Sender)
{
    public static RouteView? Of(Route? r) => r is null ? null : new(r.To, r.From, r.SenderName, r.AnswerTo, r.Because, r.Sender);
}

/// <param name="Size">Null until the file is here.</param>
/// <param name="Url">Null until the file is here.</param>
/// <param name="Error">Why it will never be.</param>
/// <param name="ContentId">By which the HTML shows it: <c>cid:…</c></param>
internal sealed record AttachmentView(
    string Id, string Name, string ContentType, long? Size, string? Url, string? Error, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ContentId)
{
    public static AttachmentView Of(Message message, Attachment a) =>
        new(a.Id, a.Name, a.ContentType, a.Size, a.Blob is null ? null : $"/api/attachments/{message.ConversationId}/{message.Id}/{a.Id}", a.Error, a.ContentId);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewMessage
{
    public MessageKind Kind { get; init; } = MessageKind.Reply;

    public string? Text { get; init; }

    public string? Html { get; init; }

    public IReadOnlyList<NewAttachment>? Attachments { get; init; }

    public string? ChannelId { get; init; }

    /// <summary>Whether the contact's last message is to be quoted below it.</summary>
    public bool Quote { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewAttachment(string? Name, string? ContentType, string? Base64);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewConversation(
    string? ContactId, string? Kind, string? ChannelId, string? Subject, string? Text, string? Html = null, IReadOnlyList<NewAttachment>? Attachments = null);

/// <param name="Items">Oldest first.</param>
/// <param name="Next">Give it as <c>after</c>; also when nothing has changed.</param>
internal sealed record ChangesView(IReadOnlyList<FeedRow> Items, string Next);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    Converters = [typeof(UtcTime), typeof(Words<Direction>), typeof(Words<MessageKind>), typeof(Words<AuthorType>), typeof(Words<ConversationStatus>), typeof(Words<ChangeType>), typeof(Words<RouteReason>), typeof(Words<SenderRule>)])]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(Page<ConversationView>))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(Page<MessageView>))]
[JsonSerializable(typeof(SuppressionView))]
[JsonSerializable(typeof(Page<SuppressionView>))]
[JsonSerializable(typeof(SuppressionAudit))]
[JsonSerializable(typeof(Assigning.AssignmentAudit))]
[JsonSerializable(typeof(NewMessage))]
[JsonSerializable(typeof(NewConversation))]
[JsonSerializable(typeof(ChangesView))]
internal sealed partial class ConversationsApiJson : JsonSerializerContext
{
    static ConversationsApiJson() => Default = new ConversationsApiJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
