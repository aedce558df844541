using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Twilio.EndToEnd;

public sealed class CallbacksEndToEndTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task A_text_arrives_unchanged_by_either_method(string method)
    {
        const string Text = " hé & +1 = 100% 👍 it's “so” ";
        var number = Workspace.Twilio.Number(Workspace.Number)!;
        Workspace.Twilio.Put(number with { SmsMethod = method });
        try
        {
            var id = await Workspace.OpenAsync(Calls.NewPhone(), Text);
            Assert.Equal(Text, (await Workspace.MessagesAsync(id))[0].Word("text"));
        }
        finally
        {
            Workspace.Twilio.Put(number);
        }
    }

    [Fact]
    public async Task Every_status_callback_names_its_message_and_is_taken()
    {
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        var said = await Workspace.SayAsync(id, "Hi");
        await Workspace.TwilioTellsAsync();
        var callbacks = Workspace.Twilio.Callbacks.Where(callback => callback.Kind == "status" && callback.Url.Contains(said.Id, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(callbacks);
        Assert.All(callbacks, callback => Assert.Equal(204, callback.StatusCode));
        Assert.All(callbacks, callback => Assert.Contains($"c={id}&a=1", callback.Url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Twilio_gets_an_empty_answer_that_sends_nothing()
    {
        var phone = Calls.NewPhone();
        var told = await Workspace.TextAsync(phone, "Hi");
        Assert.Equal("text/xml", told!.Callback!.ContentType);
        Assert.EndsWith("<Response/>", told.Callback.Answer, StringComparison.Ordinal);
        Assert.Empty(Workspace.Twilio.Received(phone));
    }

    [Fact]
    public async Task A_text_while_the_app_is_down_is_caught_up_later_and_once()
    {
        await using var workspace = await Workspace.StartAsync();
        var phone = Calls.NewPhone();
        await workspace.KillAppAsync();
        var told = await workspace.TextAsync(phone, "anybody there?", [new PhoneMedia("image/png", [1, 2]), new PhoneMedia("image/jpeg", [1])]);
        Assert.NotNull(told!.Callback!.Error);
        await workspace.StartAppAsync();
        for (var i = 0; i < 3; i++)
        {
            workspace.Time.Advance(TimeSpan.FromMinutes(5));
            await CatchUp.RunAsync(workspace);
            await workspace.DrainAsync();
        }

        var conversation = Assert.Single(await workspace.ConversationsAsync());
        var message = Assert.Single(await workspace.MessagesAsync(conversation.Word("id")));
        Assert.Equal(["image/png", "image/jpeg"], message.GetProperty("attachments").EnumerateArray().Select(file => file.Word("contentType")));
        Assert.All(message.GetProperty("attachments").EnumerateArray(), file => Assert.NotNull(file.Word("url")));
        // When it was written, not when it was found.
        Assert.Equal("2026-11-23T08:00:00Z", message.Word("createdAt"));
    }
}
