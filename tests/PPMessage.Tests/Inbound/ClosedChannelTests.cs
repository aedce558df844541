using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

public sealed class ClosedChannelTests
{
    [Fact]
    public async Task While_the_inbound_side_is_off_a_text_is_answered_and_nothing_is_kept_but_an_audit_line()
    {
        await using var workspace = await Workspace.StartAsync();
        var path = $"/api/channels/{workspace.ChannelId}";
        Assert.Equal(200, (await workspace.CallAsync("PATCH", path, new { inbound = new { enabled = false } })).Status);
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var phone = Calls.NewPhone();
        var told = await workspace.TextAsync(phone, "anybody?");

        Assert.Equal((200, "text/xml"), (told!.Callback!.StatusCode, told.Callback.ContentType));
        Assert.Empty(await workspace.ConversationsAsync());
        Assert.Empty(await workspace.ListAsync("/api/contacts"));
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
        var line = (await workspace.ListAsync("/api/audit"))[0];
        Assert.Equal(("message.turned_away", workspace.ChannelId), (line.Word("action"), line.Word("subject")));
        Assert.Contains(told.Sid, line.Word("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("anybody", line.GetRawText(), StringComparison.Ordinal);

        // What came meanwhile is not wanted later either.
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await CatchUp.RunAsync(workspace);
        await workspace.CallAsync("PATCH", path, new { inbound = new { enabled = true } });
        workspace.Time.Advance(TimeSpan.FromMinutes(3));
        await CatchUp.RunAsync(workspace);
        await workspace.OpenAsync(phone, "now?");
        Assert.Equal(["now?"], (await workspace.MessagesAsync((await workspace.ConversationsAsync())[0].Word("id"))).Select(m => m.Word("text")));
    }

    [Fact]
    public async Task An_archived_channel_takes_delivery_reports_and_neither_texts_nor_replies()
    {
        await using var workspace = await Workspace.StartAsync();
        var phone = Calls.NewPhone();
        var id = await workspace.OpenAsync(phone);
        workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003));
        var said = await workspace.SayAsync(id, "last words");
        Assert.Equal(409, (await workspace.CallAsync("DELETE", $"/api/channels/{workspace.ChannelId}")).Status);
        Assert.Equal(200, (await workspace.CallAsync("DELETE", $"/api/channels/{workspace.ChannelId}?archive=true")).Status);
        await workspace.TwilioTellsAsync();
        Assert.Equal("failed", (await workspace.MessagesAsync(id))[0].State());

        Assert.Equal(409, (await workspace.SayAsync(id, "more")).Status);
        Assert.Equal(409, (await workspace.CallAsync("POST", $"{said.Location}/retry")).Status);
        Assert.Equal(201, (await workspace.SayAsync(id, "for us", kind: "note")).Status);
        var contact = (await workspace.CallAsync("GET", $"/api/conversations/{id}")).Text("contactId");
        await workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { status = "resolved" });
        Assert.Equal(400, (await workspace.CallAsync("POST", "/api/conversations", new { contactId = contact, channelId = workspace.ChannelId, text = "Hi" })).Status);

        Assert.Equal(200, (await workspace.TextAsync(phone, "too late"))!.Callback!.StatusCode);
        Assert.Equal(2 + 1, (await workspace.MessagesAsync(id)).Count);
        Assert.Single(await workspace.ConversationsAsync());
        Assert.Equal(1, workspace.Twilio.Messages().Count(m => m.Direction != "inbound"));
    }

    [Fact]
    public async Task A_broken_channel_does_not_keep_the_others_from_catching_up()
    {
        await using var workspace = await Workspace.StartAsync();
        var broken = await workspace.PostAsync("/api/channels", new
        {
            kind = "sms", provider = "twilio", name = "Broken", settings = new { accountSid = "AC00000000000000000000000000000009", phoneNumber = "+15005550009" },
            secrets = new { authToken = "00000000000000000000000000000009" }, inbound = new { enabled = true },
        });
        Assert.NotNull(broken.Word("id"));
        workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.MissInbound));
        var phone = Calls.NewPhone();
        await workspace.TextAsync(phone, "missed", [new PhoneMedia("image/png", [1, 2, 3])]);
        Assert.Empty(await workspace.ConversationsAsync());
        workspace.Time.Advance(TimeSpan.FromMinutes(3));
        await CatchUp.RunAsync(workspace);
        await CatchUp.RunAsync(workspace);
        await workspace.DrainAsync();

        var conversation = Assert.Single(await workspace.ConversationsAsync());
        var message = Assert.Single(await workspace.MessagesAsync(conversation.Word("id")));
        Assert.Equal(("missed", 3), (message.Word("text"), message.GetProperty("attachments")[0].GetProperty("size").GetInt32()));
    }

    [Fact]
    public async Task An_answer_leaves_by_the_number_of_the_pool_that_was_written_to()
    {
        const string Service = "MG00000000000000000000000000000001";
        await using var workspace = await Workspace.StartAsync();
        var channel = await workspace.PostAsync("/api/channels", new
        {
            kind = "sms", provider = "twilio", name = "Pool", settings = new { accountSid = Demo.AccountSid, messagingServiceSid = Service },
            secrets = new { authToken = Demo.AuthToken }, inbound = new { enabled = true },
        });
        var url = channel.GetProperty("inbound").Word("url");
        foreach (var number in new[] { Demo.SecondNumber, Demo.TollFreeNumber }) workspace.Twilio.Put(workspace.Twilio.Number(number)! with { MessagingServiceSid = Service, SmsUrl = url });

        foreach (var number in new[] { Demo.TollFreeNumber, Demo.SecondNumber })
        {
            var phone = Calls.NewPhone();
            Assert.Equal(200, (await workspace.Twilio.TextAsync(phone, number, "Hi"))!.Callback!.StatusCode);
            workspace.Time.Advance(TimeSpan.FromSeconds(1));
            var id = (await workspace.OfPhoneAsync(phone))[0].Word("id");
            Assert.Equal(201, (await workspace.SayAsync(id, "Hello")).Status);
            await workspace.TwilioTellsAsync();
            Assert.Equal([number], workspace.Twilio.Received(phone).Select(text => text.From));
        }
    }
}
