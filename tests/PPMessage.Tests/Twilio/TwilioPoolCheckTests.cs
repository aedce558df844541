using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Twilio;

/// <summary>What <c>check</c> says of a number's Messaging Service, also where not all of it may be seen.</summary>
public sealed class TwilioPoolCheckTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

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
        line.Join(service => service with { InboundRequestUrl = "https://elsewhere.example/sms" });
        line.Put((SandboxAccount account) => account with { ApiKeyMay = [.. KeyPermissions.All.Except(["numbers/read"])] });

        Assert.Equal("warn", (await line.CheckedAsync("messaging-service")).Status);
    }

    [Fact]
    public async Task Two_things_wrong_with_services_are_told_as_one()
    {
        var line = await TwilioLine.MakeAsync(Workspace, _ => [("messagingServiceSid", "MG00000000000000000000000000000404")]);
        line.Join(service => service with { InboundRequestUrl = "https://elsewhere.example/sms" });

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
        line.Join(service => service with { InboundRequestUrl = "https://elsewhere.example/sms" });

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
