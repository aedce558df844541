using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

/// <summary>What <c>check</c> says of a number's Messaging Service, also where not all of it may be seen.</summary>
public sealed class TwilioPoolCheckTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Foreign = "https://elsewhere.example/sms";

    private Workspace Workspace => shared.Workspace;

    [Theory]
    [InlineData(Foreign, false, "fail", Foreign)]
    [InlineData(null, false, "fail", "dropped")]
    [InlineData(Foreign, true, "pass", "not get in the way")]
    public async Task A_service_that_overrides_the_url_is_named(string? url, bool onNumber, string expected, string message)
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        line.Join(service => service with { InboundRequestUrl = url, UseInboundWebhookOnNumber = onNumber });

        var check = await line.CheckedAsync("messaging-service");

        Assert.Equal(expected, check.Status);
        Assert.Contains(message, check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_tells_our_url_itself_is_fine()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Join(service => service with { InboundRequestUrl = line.Wanted, FallbackUrl = line.Wanted });

        Assert.True((await line.CheckAsync()).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task A_service_that_is_not_there_or_does_not_have_the_number_is_named()
    {
        var missing = await TwilioLine.MakeAsync(Workspace, _ => [("messagingServiceSid", "MG00000000000000000000000000000404")]);
        var line = await TwilioLine.MakeAsync(Workspace, account => [("messagingServiceSid", "MG" + account[2..])]);
        var service = line.Join();
        Workspace.Twilio.Put(line.Number with { MessagingServiceSid = null });

        Assert.Contains("There is no Messaging Service MG00000000000000000000000000000404", (await missing.CheckedAsync("messaging-service")).Message, StringComparison.Ordinal);
        Assert.Contains($"not in the Messaging Service {service.Sid}", (await line.CheckedAsync("messaging-service")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.twilio.com", "https://messaging.twilio.com/")]
    [InlineData("https://api.sydney.au1.twilio.com", "https://messaging.sydney.au1.twilio.com/")]
    [InlineData("http://127.0.0.1:8081", "http://127.0.0.1:8081/")]
    public void Services_are_asked_for_at_their_own_host_in_the_same_place(string api, string messaging) =>
        Assert.Equal(messaging, new TwilioAccount("AC", new Uri(api), "AC", "x").MessagingUrl.AbsoluteUri);

    [Fact]
    public async Task A_service_without_a_number_is_checked_and_connected_itself()
    {
        var line = await TwilioLine.MakeAsync(Workspace, account => [("messagingServiceSid", "MG" + account[2..]), ("phoneNumber", "")]);
        var service = line.Join();

        Assert.Equal("fail", (await line.CheckedAsync("sms-url")).Status);
        var connected = await line.ConnectAsync();

        Assert.True(connected.Json.GetProperty("ok").GetBoolean(), connected.Json.GetRawText());
        Assert.Equal((line.Wanted, line.Wanted, ""), (Workspace.Twilio.Service(service.Sid)!.InboundRequestUrl, Workspace.Twilio.Service(service.Sid)!.FallbackUrl, line.Number.SmsUrl));
        var told = await Workspace.Twilio.TextAsync(Calls.NewPhone(), line.Phone, "你好");
        Assert.Equal(200, told!.Callback!.StatusCode);
    }

    [Fact]
    public async Task A_service_that_defers_is_right_though_the_key_may_not_see_the_number()
    {
        var line = await KeyedAsync();
        line.Join(service => service with { UseInboundWebhookOnNumber = true });
        line.Put((SandboxAccount account) => account with { ApiKeyMay = [.. KeyPermissions.All.Except(["numbers/read"])] });

        var checks = (await line.CheckAsync()).GetProperty("checks").EnumerateArray().ToList();

        Assert.DoesNotContain(checks, check => check.Word("status") == "fail");
        Assert.Equal("pass", checks.Single(check => check.Word("name") == "messaging-service").Word("status"));
        Assert.DoesNotContain(checks, check => check.Word("name") == "sms-url");
    }

    [Fact]
    public async Task A_service_that_overrides_is_a_warning_where_the_number_can_not_be_seen()
    {
        var line = await KeyedAsync();
        line.Join(service => service with { InboundRequestUrl = Foreign });
        line.Put((SandboxAccount account) => account with { ApiKeyMay = [.. KeyPermissions.All.Except(["numbers/read"])] });

        Assert.Equal("warn", (await line.CheckedAsync("messaging-service")).Status);
    }

    [Fact]
    public async Task Two_things_wrong_with_services_are_told_as_one()
    {
        var line = await TwilioLine.MakeAsync(Workspace, _ => [("messagingServiceSid", "MG00000000000000000000000000000404")]);
        line.Join(service => service with { InboundRequestUrl = Foreign });

        var check = await line.CheckedAsync("messaging-service");

        Assert.Equal("fail", check.Status);
        Assert.Contains("There is no Messaging Service", check.Message, StringComparison.Ordinal);
        Assert.Contains("overrides", check.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IncomingPhoneNumbers.json", "number")]
    [InlineData("/v1/Services", "messaging-service")]
    public async Task A_provider_that_is_busy_is_no_lack_of_permission(string path, string name)
    {
        var line = await KeyedAsync();
        line.Join(service => service with { UseInboundWebhookOnNumber = true });
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.Unavailable) { Path = path });

        var check = await line.CheckedAsync(name);

        Assert.Equal("warn", check.Status);
        Assert.DoesNotContain("permission", check.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/status")]
    [InlineData("/status#rc=3&rp=all&rt=4000")]
    [InlineData("x#rc=3&rp=all&rt=4000")]
    public async Task The_url_for_outcomes_is_not_the_one_for_texts(string more)
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        line.Put((SandboxNumber number) => number with { SmsUrl = line.Hook.AbsoluteUri + more });

        var check = await line.CheckedAsync("sms-url");

        Assert.Equal("fail", check.Status);
        Assert.Contains($"/api/channels/{line.ChannelId}/connect", check.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_asked_to_overwrite_a_services_setting_is_told_that_it_is_the_whole_pools()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Join(service => service with { InboundRequestUrl = Foreign });

        Assert.Contains("all numbers", (await line.ConnectAsync()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_whose_provider_can_not_be_asked_does_not_look_disconnected()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        await Workspace.CallAsync("DELETE", $"/api/channels/{line.ChannelId}?archive=true");
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.Unavailable) { Path = $"{line.AccountSid}/IncomingPhoneNumbers" });

        var check = await line.CheckedAsync("connected");

        Assert.Equal("warn", check.Status);
        Assert.Contains("could not be asked", check.Message, StringComparison.Ordinal);
    }

    private Task<TwilioLine> KeyedAsync() => TwilioLine.MakeAsync(
        Workspace, account => [("apiKeySid", "SK" + account[2..]), ("messagingServiceSid", "MG" + account[2..])],
        new Dictionary<string, string> { ["authToken"] = TwilioLine.Token, ["apiKeySecret"] = TwilioLine.KeySecret });
}
