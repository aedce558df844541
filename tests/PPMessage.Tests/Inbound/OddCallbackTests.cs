using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

public sealed class OddCallbackTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_callback_that_can_not_be_understood_is_kept_and_shown()
    {
        using var answer = await PostAsync(new() { ["MessageSid"] = "SM1", ["AccountSid"] = Demo.AccountSid, ["To"] = Workspace.Number, ["Body"] = "谁？" });
        Assert.Equal(200, (int)answer.StatusCode);
        var letter = (await Workspace.ListAsync("/api/dead-letters"))[0];
        Assert.Equal(("callback", "From is missing or too long"), (letter.Word("kind"), letter.Word("reason")));
        Assert.Equal("谁？", letter.GetProperty("payload").GetProperty("fields").Word("Body"));
        Assert.Equal(Workspace.ChannelId, letter.GetProperty("payload").Word("channelId"));
        Assert.Equal(422, (await Workspace.CallAsync("POST", $"/api/dead-letters/{letter.Word("id")}/replay")).Status);
    }

    [Fact]
    public async Task A_callback_with_a_wrong_signature_is_refused_and_leaves_nothing()
    {
        var phone = Calls.NewPhone();
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.BadSignature));
        var told = await Workspace.TextAsync(phone, "let me in");
        Assert.Equal(403, told!.Callback!.StatusCode);
        Assert.Empty(await Workspace.OfPhoneAsync(phone));
    }

    [Theory]
    [InlineData("50555")]
    [InlineData("SUPPORT")]
    [InlineData("中国移动")]
    [InlineData("+123")]
    public async Task A_message_from_a_short_code_or_a_name_is_a_message(string from)
    {
        var id = await Workspace.OpenAsync(from, "您的验证码是 1234");
        Assert.Equal((from, "您的验证码是 1234"), ((await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Text("address"), (await Workspace.MessagesAsync(id))[0].Word("text")));
        Assert.Equal(id, await Workspace.OpenAsync(from, "again"));
    }

    [Fact]
    public async Task The_same_message_told_many_times_is_one()
    {
        var phone = Calls.NewPhone();
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.InboundTimes) { Count = 6 });
        var told = await Workspace.TextAsync(phone, "once");
        Assert.Equal(Enumerable.Repeat<int?>(200, 6), told!.Callbacks.Select(callback => callback.StatusCode));
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        var conversation = Assert.Single(await Workspace.OfPhoneAsync(phone));
        Assert.Equal(1, conversation.GetProperty("messageCount").GetInt32());
        Assert.Single(await Workspace.MessagesAsync(conversation.Word("id")));
    }

    private async Task<HttpResponseMessage> PostAsync(Dictionary<string, string> fields)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Workspace.HookUrl) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Add("X-Twilio-Signature", Signing.Sign(Workspace.HookUrl.AbsoluteUri, [.. fields], Demo.AuthToken));
        return await client.SendAsync(request);
    }
}
