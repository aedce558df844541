using PPMessage.Agents;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;

namespace PPMessage.Tests.Conversations;

/// <summary>Plain values for tests of pure functions.</summary>
internal static class Some
{
    public const string Thread = "ABCDEFGHJKMNPQRSTVWXYZ0123";
    public const string Channel = "ch_01KANDTGG00000000000000000";
    public const string Phone = "+8613800001111";
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    public static string Ulid(int number) => Ids.SeededUlid(Now.AddSeconds(number), "some");

    public static string ConversationId(int number = 1) => ThreadKeys.ConversationPrefix + Ulid(number) + Thread;

    public static string MessageId(int number = 1) => ThreadKeys.MessagePrefix + Ulid(number) + Thread;

    public static Conversation Conversation(int number = 1) => new()
    {
        Id = ConversationId(number), ChannelId = Channel, ChannelKind = "sms", Address = Phone, ContactId = "ct_1", CreatedAt = Now, LastActivityAt = Now,
    };

    public static ThreadHead Head(params Conversation[] open) => new() { ChannelId = Channel, Address = Phone, ContactId = "ct_1", ContactName = "王芳", Open = open };

    public static Received Received(string text, int number = 1, PPMessage.Suppressions.OptOutWord? word = null) => new()
    {
        Thread = Thread,
        ChannelId = Channel,
        ChannelKind = "sms",
        Address = new Address(AddressKind.Phone, Phone),
        OurAddress = "+15005550006",
        ProviderId = $"SM{number}",
        Ulid = Ulid(number),
        Content = new MessageContent(text, null, null),
        Attachments = [],
        Word = word,
        Raw = new Dictionary<string, string>(),
        At = Now.AddSeconds(number),
    };

    public static Draft Draft(string text, MessageKind kind = MessageKind.Reply, string? agent = null, string? dedupe = null) =>
        new(MessageId(2), kind, text, new Caller(Role.Agent, agent, agent ?? "Admin"), dedupe, null, null, Now.AddMinutes(1));

    public static Outgoing Outgoing(ThreadHead head, Conversation conversation)
    {
        var path = conversation.PathIn(head);
        return new(new Route(path.ChannelId, path.ChannelKind, path.Address, path.Address, path.OurAddress, null, null, RouteReason.Origin, SenderRule.Channel), head.Consent, 1, false);
    }

    public static Message Outbound(Delivery delivery) => new()
    {
        Id = MessageId(),
        ConversationId = ConversationId(),
        Direction = Direction.Outbound,
        Kind = MessageKind.Reply,
        ChannelId = Channel,
        ChannelKind = "sms",
        Author = new Author(AuthorType.Agent, null, "Admin"),
        Text = "Hi",
        CreatedAt = Now,
        Delivery = delivery,
    };

    public static Delivery Delivery(string state = DeliveryStates.Sending, int attempt = 1) => new() { State = state, Attempt = attempt, AttemptedAt = Now, ClaimedUntil = Now.AddSeconds(90) };

    public static StoredMessage Stored(Message message, params DeliveryEvent[] words) => new(message, "row", "etag", words);

    public static DeliveryEvent Word(string state, int second = 1, int attempt = 1, DeliveryError? error = null) =>
        new(attempt, state, state, "SM1", error, Now.AddSeconds(second));
}
