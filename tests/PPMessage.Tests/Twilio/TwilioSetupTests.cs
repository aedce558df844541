using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Twilio;

/// <summary>Whatever can be wrong with a number and its URLs is put into the sandbox, and <c>check</c> names it.</summary>
public sealed class TwilioSetupTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Foreign = "https://elsewhere.example/sms";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_connected_channel_passes()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();

        var check = await line.CheckAsync();

        Assert.True(check.GetProperty("ok").GetBoolean());
        // Neither is the sandbox in the Internet nor this the only channel of its kind.
        Assert.Equal(["active", "public-address"], check.GetProperty("checks").EnumerateArray().Where(one => one.Word("status") != "pass").Select(one => one.Word("name")));
        Assert.Equal(
            ["secrets", "inbound", "active", "public-address", "credentials", "auth-token", "account", "number", "sms-url", "sms-fallback-url", "messages"],
            check.GetProperty("checks").EnumerateArray().Select(one => one.Word("name")));
    }

    [Fact]
    public async Task A_number_of_another_account_is_named()
    {
        var (line, other) = (await TwilioLine.MakeAsync(Workspace), await TwilioLine.MakeAsync(Workspace));
        line.Put((SandboxNumber number) => number with { AccountSid = other.AccountSid });

        var number = await line.CheckedAsync("number");

        Assert.Equal("fail", number.Status);
        Assert.Contains(line.Phone, number.Message, StringComparison.Ordinal);
        Assert.Equal(409, (await line.ConnectAsync()).Status);
    }

    [Theory]
    [InlineData(false, false, "fail")]
    [InlineData(true, false, "warn")]
    [InlineData(true, true, "pass")]
    public async Task What_a_number_can_not_carry_is_named(bool sms, bool mms, string expected)
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxNumber number) => number with { Sms = sms, Mms = mms });

        Assert.Equal(expected, (await line.CheckedAsync("number")).Status);
    }

    [Fact]
    public async Task An_application_that_overrides_the_url_is_named()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        line.Put((SandboxNumber number) => number with { SmsApplicationSid = "AP00000000000000000000000000000001" });

        var application = await line.CheckedAsync("sms-application");

        Assert.Equal("fail", application.Status);
        Assert.Contains("AP00000000000000000000000000000001", application.Message, StringComparison.Ordinal);
        Assert.Equal("pass", (await line.CheckedAsync("sms-url")).Status);
    }

    [Theory]
    [InlineData("", "POST", "fail", "No SMS URL")]
    [InlineData("https://demo.twilio.com/welcome/sms/reply/", "POST", "fail", "Twilio's example")]
    [InlineData(Foreign, "POST", "fail", "somebody else's")]
    [InlineData("{base}hooks/nobodyskey00000000000000000000/sms", "POST", "fail", "not here any more")]
    [InlineData("https://earlier.example/hooks/{key}/sms#rc=3&rp=all&rt=4000", "POST", "fail", "another address than PPMessage__PublicBaseUrl")]
    [InlineData("{hook}", "POST", "warn", "not made again")]
    [InlineData("{hook}#rc=3&rp=all&rt=4000", "GET", "warn", "by GET")]
    public async Task A_url_that_is_not_as_it_should_be_is_named(string url, string method, string expected, string message)
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        var filled = url.Replace("{hook}", line.Hook.AbsoluteUri, StringComparison.Ordinal).Replace("{base}", Workspace.BaseUrl.AbsoluteUri, StringComparison.Ordinal)
            .Replace("{key}", line.Hook.AbsolutePath.Split('/')[2], StringComparison.Ordinal);
        line.Put((SandboxNumber number) => number with { SmsUrl = filled, SmsMethod = method });

        var check = await line.CheckedAsync("sms-url");

        Assert.Equal(expected, check.Status);
        Assert.Contains(message, check.Message, StringComparison.Ordinal);
        Assert.Contains($"/api/channels/{line.ChannelId}/connect", check.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_channels_url_is_named_with_that_channel()
    {
        var (line, other) = (await TwilioLine.MakeAsync(Workspace), await TwilioLine.MakeAsync(Workspace));
        line.Put((SandboxNumber number) => number with { SmsUrl = other.Wanted });

        Assert.Contains(other.ChannelId, (await line.CheckedAsync("sms-url")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no fall-back URL")]
    [InlineData(Foreign, Foreign)]
    public async Task A_missing_fallback_is_a_warning(string fallback, string message)
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        await line.ConnectAsync();
        line.Put((SandboxNumber number) => number with { SmsFallbackUrl = fallback });

        var check = await line.CheckedAsync("sms-fallback-url");

        Assert.Equal("warn", check.Status);
        Assert.Contains(message, check.Message, StringComparison.Ordinal);
    }
}
