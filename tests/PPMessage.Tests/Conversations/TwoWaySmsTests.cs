using System.Net.Http.Json;
using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class TwoWaySmsTests
{
    private const string Phone = "+8613800001111";

    [Fact]
    public async Task A_text_becomes_a_message_and_its_answer_arrives_on_the_phone_and_is_tracked()
    {
        await using var workspace = await Workspace.StartAsync();
        var told = await workspace.TextAsync(Phone, "你好，我的订单在哪里？");
        Assert.Equal(200, told!.Callback!.StatusCode);

        var conversation = Assert.Single(await workspace.ConversationsAsync());
        Assert.Equal("你好，我的订单在哪里？", conversation.GetProperty("lastWords").GetString());
        var id = conversation.GetProperty("id").GetString()!;

        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        using var answer = await workspace.ReplyAsync(id, "您好，明天到。");
        var message = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("sending", message.GetProperty("delivery").GetProperty("state").GetString());
        await workspace.TwilioTellsAsync();

        var received = Assert.Single(workspace.Twilio.Received(Phone));
        Assert.Equal("您好，明天到。", received.Text);
        Assert.Equal(Workspace.Number, received.From);
        var messages = await workspace.MessagesAsync(id);
        Assert.Equal(2, messages.Count);
        Assert.Equal("delivered", messages[0].GetProperty("delivery").GetProperty("state").GetString());
        Assert.Equal(["queued", "sending", "sending", "sent", "delivered"], messages[0].GetProperty("delivery").GetProperty("history").EnumerateArray().Select(step => step.GetProperty("state").GetString()));
    }
}
