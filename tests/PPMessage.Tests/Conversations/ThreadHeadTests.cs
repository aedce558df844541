using System.Text.Json;
using PPMessage.Conversations;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class ThreadHeadTests
{
    /// <summary>It is read and written with each message.</summary>
    [Fact]
    public void What_can_be_worked_out_is_not_stored()
    {
        var conversation = Some.Conversation();
        var json = JsonSerializer.Serialize(Some.Head(conversation), ConversationsJson.Default.ThreadHead);

        Assert.Equal(2, json.Split(conversation.Id).Length);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, ConversationsJson.Default.ThreadHead)!, ConversationsJson.Default.ThreadHead));
    }
}
