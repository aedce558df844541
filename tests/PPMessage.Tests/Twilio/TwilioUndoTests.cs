using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Twilio;

/// <summary>What a connection has written at Twilio is undone there and nowhere else.</summary>
public sealed class TwilioUndoTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Foreign = "https://elsewhere.example/sms";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_service_that_the_number_has_moved_to_is_not_touched()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        var first = line.Join(service => service with { InboundRequestUrl = Foreign });
        Assert.Equal(200, (await line.ConnectAsync(overwrite: true)).Status);
        var second = first with { Sid = "MGb" + line.AccountSid[3..], UseInboundWebhookOnNumber = true };
        Workspace.Twilio.Put(second);
        line.Put((SandboxNumber number) => number with { MessagingServiceSid = second.Sid });

        var disconnected = await line.DisconnectAsync();

        Assert.True(Workspace.Twilio.Service(second.Sid)!.UseInboundWebhookOnNumber);
        Assert.Contains(first.Sid, Assert.Single(disconnected.Json.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal("", line.Number.SmsUrl);
    }

    [Fact]
    public async Task A_connected_channel_keeps_its_number_until_it_is_disconnected()
    {
        var (line, other) = (await TwilioLine.MakeAsync(Workspace), await TwilioLine.MakeAsync(Workspace));
        await line.ConnectAsync();
        var settings = new { accountSid = line.AccountSid, phoneNumber = "+14159998877" };

        var refused = await Workspace.CallAsync("PATCH", $"/api/channels/{line.ChannelId}", new { settings });
        var renamed = await Workspace.CallAsync("PATCH", $"/api/channels/{line.ChannelId}", new { name = "客服热线" });
        await line.DisconnectAsync();
        var changed = await Workspace.CallAsync("PATCH", $"/api/channels/{line.ChannelId}", new { settings });

        Assert.Equal((409, 200, 200), (refused.Status, renamed.Status, changed.Status));
        Assert.Contains($"POST /api/channels/{line.ChannelId}/disconnect", refused.Problem, StringComparison.Ordinal);
        Assert.NotEqual(line.ChannelId, other.ChannelId);
    }

    [Fact]
    public async Task A_connected_service_gains_no_number_until_it_is_disconnected()
    {
        var line = await TwilioLine.MakeAsync(Workspace, account => [("messagingServiceSid", "MG" + account[2..]), ("phoneNumber", "")]);
        var service = line.Join();
        await line.ConnectAsync();

        var refused = await Workspace.CallAsync("PATCH", $"/api/channels/{line.ChannelId}", new { settings = new { accountSid = line.AccountSid, phoneNumber = line.Phone, messagingServiceSid = service.Sid } });

        Assert.Equal(409, refused.Status);
        Assert.Contains("disconnect", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connected_channel_is_not_deleted()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();

        var refused = await Workspace.CallAsync("DELETE", $"/api/channels/{line.ChannelId}");
        Assert.Equal(409, refused.Status);
        Assert.Contains($"POST /api/channels/{line.ChannelId}/disconnect", refused.Problem, StringComparison.Ordinal);
        Assert.Equal(line.Wanted, line.Number.SmsUrl);

        await line.DisconnectAsync();
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/channels/{line.ChannelId}")).Status);
    }

    [Fact]
    public async Task Who_disconnects_while_another_connects_is_told_what_was_changed_and_so_is_the_audit_log()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        Workspace.Suffer(new FaultPlan { Meanwhile = call => { if (call == FaultySetup.Write) Touch(line); } });

        var disconnected = await line.DisconnectAsync();

        Workspace.Suffer(null);
        Assert.Equal(200, disconnected.Status);
        Assert.False(disconnected.Json.GetProperty("ok").GetBoolean());
        Assert.Equal(2, disconnected.Json.GetProperty("changes").GetArrayLength());
        Assert.Contains("try again", Assert.Single(disconnected.Json.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Contains(await Workspace.ListAsync("/api/audit"), one => one.Word("subject") == line.ChannelId && one.Word("action") == "channel.disconnected");
        Assert.True((await line.DisconnectAsync()).Json.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Our_url_in_an_old_form_at_the_service_is_mended_by_connecting()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Join(service => service with { InboundRequestUrl = line.Hook.AbsoluteUri, InboundMethod = "GET" });

        var connected = await line.ConnectAsync();

        Assert.True(connected.Json.GetProperty("ok").GetBoolean(), connected.Json.GetRawText());
        Assert.Equal("pass", (await line.CheckedAsync("sms-url")).Status);
        Assert.True((await line.CheckAsync()).GetProperty("ok").GetBoolean());
        await line.DisconnectAsync();
        Assert.DoesNotContain((await line.CheckAsync()).GetProperty("checks").EnumerateArray(), check => check.Word("message").Contains("Texts are told to this channel", StringComparison.Ordinal));
    }

    // As another connect would at the same time.
    private void Touch(TwilioLine line)
    {
        var row = Workspace.Store.ReadAsync(Tables.Config, "connection", line.ChannelId, default).GetAwaiter().GetResult()!;
        var touched = new RowWrite(WriteKind.Put, row.Key, row.Document, null) { Nonce = Guid.NewGuid().ToString("N") };
        Workspace.Store.CommitAsync(Tables.Config, "connection", [touched], default).GetAwaiter().GetResult();
    }
}
