using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Twilio;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Channels.Setup;

public sealed class ConnectTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Foreign = "https://elsewhere.example/sms?token=theirs";
    private const string App = "AP00000000000000000000000000000001";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Connecting_installs_our_urls_and_texts_arrive()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxNumber number) => number with { SmsUrl = "https://demo.twilio.com/welcome/sms/reply/", SmsMethod = "GET" });

        var connected = await line.ConnectAsync();

        Assert.Equal(200, connected.Status);
        Assert.True(connected.Json.GetProperty("ok").GetBoolean());
        Assert.Equal(
            [("smsUrl", "GET https://demo.twilio.com/welcome/sms/reply/", line.Wanted), ("smsFallbackUrl", null, line.Wanted)],
            connected.Json.GetProperty("changes").EnumerateArray().Select(change => (change.Word("place"), (string?)change.Word("before"), change.Word("after"))));
        Assert.Equal(["smsApplicationSid"], Texts(connected, "unchanged"));
        Assert.Empty(Texts(connected, "problems"));
        Assert.Contains(connected.Json.GetProperty("checks").EnumerateArray(), check => check.Word("name") == "sms-url" && check.Word("status") == "pass");
        Assert.Equal((line.Wanted, "POST", line.Wanted, "POST"), (line.Number.SmsUrl, line.Number.SmsMethod, line.Number.SmsFallbackUrl, line.Number.SmsFallbackMethod));
        var phone = Calls.NewPhone();
        var told = await Workspace.Twilio.TextAsync(phone, line.Phone, "您好，订单到哪了？");
        Assert.Equal(200, told!.Callback!.StatusCode);
        Assert.Equal(line.ChannelId, Assert.Single(await Workspace.OfPhoneAsync(phone)).Word("channelId"));
    }

    [Fact]
    public async Task Connecting_again_writes_nothing()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        var audited = (await AuditAsync(line)).Count;

        var again = await line.ConnectAsync(overwrite: true);

        Assert.True(again.Json.GetProperty("ok").GetBoolean());
        Assert.Empty(again.Json.GetProperty("changes").EnumerateArray());
        Assert.Equal(["smsApplicationSid", "smsUrl", "smsFallbackUrl"], Texts(again, "unchanged"));
        Assert.Single(Workspace.Twilio.Requests, request => request.Method == "POST" && request.Path.Contains(line.Number.Sid, StringComparison.Ordinal));
        Assert.Equal(audited, (await AuditAsync(line)).Count);
    }

    [Fact]
    public async Task Somebody_elses_url_is_named_and_left()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxNumber number) => number with { SmsUrl = Foreign, SmsApplicationSid = App });
        var before = line.Number;

        foreach (var refused in (Called[])[await line.ConnectAsync(), await line.ConnectAsync(overwrite: false)])
        {
            Assert.Equal(409, refused.Status);
            Assert.Contains(Foreign, refused.Problem, StringComparison.Ordinal);
            Assert.Contains("overwrite", refused.Problem, StringComparison.Ordinal);
            Assert.Equal(
                [("smsApplicationSid", App, null, "foreign"), ("smsUrl", Foreign, line.Wanted, "foreign")],
                refused.Json.GetProperty("places").EnumerateArray()
                    .Select(place => (place.Word("name"), place.Word("stands"), (string?)place.Word("wanted"), place.Word("holder"))));
        }

        Assert.Equal(before, line.Number);
        Assert.Empty(await AuditAsync(line));
    }

    [Fact]
    public async Task Another_channels_url_is_somebody_elses()
    {
        var (line, other) = (await TwilioLine.MakeAsync(Workspace), await TwilioLine.MakeAsync(Workspace));
        line.Put((SandboxNumber number) => number with { SmsUrl = other.Wanted });

        Assert.Equal(409, (await line.ConnectAsync()).Status);
    }

    [Fact]
    public async Task What_was_overwritten_is_put_back_by_disconnecting()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        var service = line.Join(service => service with { InboundRequestUrl = Foreign });
        line.Put((SandboxNumber number) => number with { SmsUrl = Foreign, SmsMethod = "GET", SmsApplicationSid = App });
        var before = line.Number;

        var connected = await line.ConnectAsync(overwrite: true);
        var told = await Workspace.Twilio.TextAsync(Calls.NewPhone(), line.Phone, "你好");
        var disconnected = await line.DisconnectAsync();

        Assert.True(connected.Json.GetProperty("ok").GetBoolean(), connected.Json.GetRawText());
        Assert.Equal(4, connected.Json.GetProperty("changes").GetArrayLength());
        Assert.Equal(200, told!.Callback!.StatusCode);
        Assert.True(disconnected.Json.GetProperty("ok").GetBoolean(), disconnected.Json.GetRawText());
        Assert.Equal(before, line.Number with { UpdatedAt = before.UpdatedAt });
        Assert.Equal(service.InboundRequestUrl, Workspace.Twilio.Service(service.Sid)!.InboundRequestUrl);
        Assert.False(Workspace.Twilio.Service(service.Sid)!.UseInboundWebhookOnNumber);
        Assert.Empty((await line.DisconnectAsync()).Json.GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task A_repeat_keeps_what_stood_there_first()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxNumber number) => number with { SmsUrl = Foreign });
        await line.ConnectAsync(overwrite: true);
        // Somebody shortens it: it is ours still.
        line.Put((SandboxNumber number) => number with { SmsUrl = line.Hook.AbsoluteUri });

        Assert.Equal(200, (await line.ConnectAsync()).Status);
        Assert.Equal(line.Wanted, line.Number.SmsUrl);
        await line.DisconnectAsync();

        Assert.Equal(Foreign, line.Number.SmsUrl);
    }

    [Fact]
    public async Task What_somebody_has_changed_since_is_left_and_told()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        line.Put((SandboxNumber number) => number with { SmsUrl = Foreign });

        var disconnected = await line.DisconnectAsync();

        Assert.Equal((Foreign, ""), (line.Number.SmsUrl, line.Number.SmsFallbackUrl));
        Assert.Contains("smsUrl was changed since", Assert.Single(Texts(disconnected, "problems")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ours_that_was_put_in_by_hand_is_taken_out()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxNumber number) => number with { SmsUrl = line.Hook.AbsoluteUri, SmsFallbackUrl = Foreign });

        Assert.True((await line.DisconnectAsync()).Json.GetProperty("ok").GetBoolean());

        Assert.Equal(("", Foreign), (line.Number.SmsUrl, line.Number.SmsFallbackUrl));
    }

    [Fact]
    public async Task A_refusal_is_told_in_twilios_words_and_says_what_was_changed()
    {
        var line = await TwilioLine.WithKeyAsync(Workspace);
        line.Put((SandboxAccount account) => account with { ApiKeyMay = [.. KeyPermissions.All.Except(["numbers/write"])] });
        var unable = await line.ConnectAsync();
        line.Put((SandboxAccount account) => account with { ApiKeyMay = [.. KeyPermissions.All.Except(["services/write"])] });
        line.Join();
        var half = await line.ConnectAsync(overwrite: true);

        Assert.Equal((409, 409), (unable.Status, half.Status));
        Assert.Contains("70051 Authorization Error", unable.Problem, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.", unable.Problem, StringComparison.Ordinal);
        Assert.EndsWith("Changed before that: smsUrl, smsFallbackUrl.", half.Problem, StringComparison.Ordinal);
        Assert.Single(await AuditAsync(line));
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_made_good_by_reading_back()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ResetAfterAccept) { Path = $"IncomingPhoneNumbers/{line.Number.Sid}" });

        var connected = await line.ConnectAsync();

        Assert.True(connected.Json.GetProperty("ok").GetBoolean());
        Assert.Equal(line.Wanted, line.Number.SmsUrl);
    }

    [Fact]
    public async Task An_unreachable_provider_changes_nothing_and_says_so()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ResetBeforeAccept) { Path = $"{line.AccountSid}/IncomingPhoneNumbers" });

        var refused = await line.ConnectAsync();

        Assert.Equal(409, refused.Status);
        Assert.EndsWith("Nothing was changed.", refused.Problem, StringComparison.Ordinal);
        Assert.Equal("", line.Number.SmsUrl);
    }

    [Fact]
    public async Task The_audit_log_tells_who_changed_what_without_the_keys_in_urls()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxNumber number) => number with { SmsUrl = Foreign, SmsFallbackUrl = "https://user:word@elsewhere.example/x" });
        await line.ConnectAsync(overwrite: true);
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await line.DisconnectAsync();

        var lines = await AuditAsync(line);

        var key = line.Hook.AbsolutePath.Split('/')[2];
        Assert.Equal(["channel.disconnected", "channel.connected"], lines.Select(one => one.Word("action")));
        Assert.All(lines, one =>
        {
            Assert.Contains($"/hooks/…{key[^4..]}/sms", one.Word("detail"), StringComparison.Ordinal);
            Assert.Contains("https://elsewhere.example/…", one.Word("detail"), StringComparison.Ordinal);
            Assert.DoesNotContain(key, one.Word("detail"), StringComparison.Ordinal);
            Assert.DoesNotContain("theirs", one.Word("detail"), StringComparison.Ordinal);
            Assert.DoesNotContain("word@", one.Word("detail"), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_channel_that_takes_nothing_in_is_not_connected_and_named_when_it_still_is()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        await Workspace.CallAsync("PATCH", $"/api/channels/{line.ChannelId}", new { inbound = new { enabled = false } });

        var off = await line.ConnectAsync();
        var stillConnected = await line.CheckedAsync("connected");
        await Workspace.CallAsync("DELETE", $"/api/channels/{line.ChannelId}?archive=true");
        var archived = await line.ConnectAsync();

        Assert.Equal((409, 409), (off.Status, archived.Status));
        Assert.Contains("enable it first", off.Problem, StringComparison.Ordinal);
        Assert.Equal("warn", stillConnected.Status);
        Assert.Contains("/disconnect", stillConnected.Fix, StringComparison.Ordinal);
        Assert.Equal("warn", (await line.CheckedAsync("connected")).Status);
        Assert.True((await line.DisconnectAsync()).Json.GetProperty("ok").GetBoolean());
        Assert.DoesNotContain((await line.CheckAsync()).GetProperty("checks").EnumerateArray(), check => check.Word("name") == "connected");
        Assert.Equal("", line.Number.SmsUrl);
    }

    [Theory]
    [InlineData("connect", """{"overwrite":"yes"}""", 400)]
    [InlineData("connect", """{"overwrite":true,"force":true}""", 400)]
    [InlineData("connect", "[]", 400)]
    [InlineData("connect", "{}", 200)]
    public async Task The_body_is_optional_and_strict(string verb, string body, int status)
    {
        var line = await TwilioLine.MakeAsync(Workspace);

        Assert.Equal(status, (await Workspace.CallAsync("POST", $"/api/channels/{line.ChannelId}/{verb}", JsonSerializer.Deserialize<JsonElement>(body))).Status);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("connect")]
    [InlineData("disconnect")]
    public async Task Only_admins_may_and_only_for_channels_that_are_there(string verb)
    {
        var agent = (await Workspace.HireAsync($"Mei-{verb}")).Client;

        Assert.Equal(403, (await agent.CallAsync("POST", $"/api/channels/{Workspace.ChannelId}/{verb}")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("POST", $"/api/channels/ch_00000000000000000000000000/{verb}")).Status);
    }

    private static IEnumerable<string> Texts(Called called, string name) => called.Json.GetProperty(name).EnumerateArray().Select(one => one.GetString()!);

    private async Task<IReadOnlyList<JsonElement>> AuditAsync(TwilioLine line) =>
        [.. (await Workspace.ListAsync("/api/audit")).Where(one => one.Word("subject") == line.ChannelId && one.Word("action").EndsWith("connected", StringComparison.Ordinal))];
}
