using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Conversations.Assigning;
using PPMessage.Conversations.Erasing;
using PPMessage.Conversations.Merging;
using PPMessage.Conversations.Sending;
using PPMessage.Http;

namespace PPMessage.Conversations;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(UtcTime), typeof(Words<Direction>), typeof(Words<MessageKind>), typeof(Words<AuthorType>), typeof(Words<ConversationStatus>), typeof(Words<ChangeType>),
        typeof(Words<RouteReason>), typeof(Words<SenderRule>)])]
[JsonSerializable(typeof(ThreadHead))]
[JsonSerializable(typeof(Conversation))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(MessageContent))]
[JsonSerializable(typeof(DeliveryEvent))]
[JsonSerializable(typeof(Dedupe))]
[JsonSerializable(typeof(InboxPointer))]
[JsonSerializable(typeof(FeedRow))]
[JsonSerializable(typeof(SendWork))]
[JsonSerializable(typeof(InboxWork))]
[JsonSerializable(typeof(MediaWork))]
[JsonSerializable(typeof(NamingWork))]
[JsonSerializable(typeof(MergeWork))]
[JsonSerializable(typeof(EraseWork))]
[JsonSerializable(typeof(ChannelUsed))]
[JsonSerializable(typeof(InboxMark))]
[JsonSerializable(typeof(Turns))]
[JsonSerializable(typeof(HandOutWork))]
[JsonSerializable(typeof(LeaveWork))]
internal sealed partial class ConversationsJson : JsonSerializerContext
{
    static ConversationsJson() => Default = new ConversationsJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
