using System.Text.Json;
using PPMessage.Channels.Setup;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Http;
using PPMessage.Tests.Workspaces;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

/// <summary>Whatever can be wrong at Twilio is put into the sandbox, and <c>check</c> names it.</summary>
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
    public async Task A_wrong_auth_token_is_named_and_nothing_else_is_guessed()
    {
        var line = await TwilioLine.MakeAsync(Workspace, secrets: new Dictionary<string, string> { ["authToken"] = "99999999999999999999999999999999" });

        var check = await line.CheckAsync();
        var credentials = await line.CheckedAsync("credentials");

        Assert.False(check.GetProperty("ok").GetBoolean());
        Assert.Equal("fail", credentials.Status);
        Assert.Contains("20003 Authenticate", credentials.Message, StringComparison.Ordinal);
        Assert.Contains("secrets.authToken", credentials.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain(check.GetProperty("checks").EnumerateArray(), one => one.Word("name") is "number" or "sms-url");
    }

    [Fact]
    public async Task An_api_key_paired_with_the_auth_token_is_named()
    {
        var line = await TwilioLine.WithKeyAsync(Workspace, secret: TwilioLine.Token);

        var credentials = await line.CheckedAsync("credentials");
        var token = await line.CheckedAsync("auth-token");

        Assert.Equal("fail", credentials.Status);
        Assert.Contains("paired with the account's auth token", credentials.Message, StringComparison.Ordinal);
        Assert.Equal("pass", token.Status);
    }

    [Fact]
    public async Task An_api_key_that_works_beside_a_wrong_auth_token_is_named_since_no_callback_could_be_proved()
    {
        var line = await TwilioLine.WithKeyAsync(Workspace, token: "99999999999999999999999999999999");

        Assert.Equal("pass", (await line.CheckedAsync("credentials")).Status);
        var token = await line.CheckedAsync("auth-token");
        Assert.Equal("fail", token.Status);
        Assert.Contains("can't be proved", token.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_account_is_named()
    {
        var other = await TwilioLine.MakeAsync(Workspace);
        var line = await TwilioLine.MakeAsync(
            Workspace, _ => [("apiKeySid", other.KeySid)], new Dictionary<string, string> { ["authToken"] = TwilioLine.Token, ["apiKeySecret"] = TwilioLine.KeySecret });

        var credentials = await line.CheckedAsync("credentials");

        Assert.Equal("fail", credentials.Status);
        Assert.Contains("another account", credentials.Message, StringComparison.Ordinal);
        Assert.Contains("20404", credentials.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "fail")]
    [InlineData(true, "warn")]
    public async Task The_secondary_token_is_named_as_it_does_not_sign(bool primaryIsSetToo, string expected)
    {
        const string secondary = "11111111111111111111111111111111";
        var secrets = new Dictionary<string, string> { ["authToken"] = secondary };
        if (primaryIsSetToo) secrets["secondaryAuthToken"] = TwilioLine.Token;
        var line = await TwilioLine.MakeAsync(Workspace, secrets: secrets);
        line.Put((SandboxAccount account) => account with { SecondaryAuthToken = secondary });

        Assert.Equal("pass", (await line.CheckedAsync("credentials")).Status);
        Assert.Equal(expected, (await line.CheckedAsync("auth-token")).Status);
    }

    [Theory]
    [InlineData("suspended", "credentials", "20005 Account not active")]
    [InlineData("closed", "account", "The account is closed")]
    public async Task An_account_that_is_not_active_is_named(string status, string name, string message)
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxAccount account) => account with { Status = status });

        var check = await line.CheckedAsync(name);

        Assert.Equal("fail", check.Status);
        Assert.Contains(message, check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_account_is_a_warning()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxAccount account) => account with { Type = "Trial" });

        Assert.Equal("warn", (await line.CheckedAsync("account")).Status);
    }

    [Fact]
    public async Task Test_credentials_are_named()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        line.Put((SandboxAccount account) => account with { IsTest = true });

        var credentials = await line.CheckedAsync("credentials");

        Assert.Equal("fail", credentials.Status);
        Assert.Contains("test credentials", credentials.Message, StringComparison.Ordinal);
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

    [Theory]
    [InlineData("messages/read", "messages", "fail")]
    [InlineData("numbers/read", "number", "warn")]
    [InlineData("services/read", "messaging-service", "warn")]
    public async Task What_a_restricted_key_may_not_is_named(string missing, string name, string expected)
    {
        var line = await TwilioLine.WithKeyAsync(Workspace);
        line.Put((SandboxAccount account) => account with { ApiKeyMay = [.. KeyPermissions.All.Except([missing])] });

        var check = await line.CheckedAsync(name);

        Assert.Equal("pass", (await line.CheckedAsync("credentials")).Status);
        Assert.Equal(expected, check.Status);
        Assert.Contains("70051", check.Message, StringComparison.Ordinal);
        Assert.Contains("permission", check.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_twilio_is_no_verdict()
    {
        var line = await TwilioLine.MakeAsync(Workspace);
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.Unavailable) { Path = $"/Accounts/{line.AccountSid}.json" });

        Assert.Equal("warn", (await line.CheckedAsync("credentials")).Status);
    }

    [Theory]
    [InlineData(null, "api.twilio.com")]
    [InlineData("au1", "settings.region")]
    public async Task A_host_that_nobody_answers_at_is_named_with_what_may_be_wrong(string? region, string fix)
    {
        await using var app = await TwilioApp.StartAsync(twilioBaseUrl: new Uri($"http://127.0.0.1:{FreePorts.Next()}"));
        var channel = await app.ChannelAsync(new Dictionary<string, string> { ["region"] = region ?? "" });

        var checks = await app.Setup.CheckAsync(channel, default);

        var check = Assert.Single(checks);
        Assert.Equal(("credentials", CheckStatus.Fail), (check.Name, check.Status));
        Assert.Contains("can't be reached", check.Message, StringComparison.Ordinal);
        Assert.Contains(fix, check.Fix, StringComparison.Ordinal);
        Assert.NotNull((await app.Setup.SurveyAsync(channel, default)).Problem);
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
    public async Task No_answer_tells_a_secret()
    {
        var line = await TwilioLine.WithKeyAsync(Workspace);

        var all = string.Join(' ', (JsonElement[])[(await line.ConnectAsync()).Json, await line.CheckAsync(), (await line.DisconnectAsync()).Json]);

        Assert.DoesNotContain(TwilioLine.Token, all, StringComparison.Ordinal);
        Assert.DoesNotContain(TwilioLine.KeySecret, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_log_line_tells_a_secret_though_the_account_shows_its_token()
    {
        var log = new CapturedLog();
        await using var app = await TwilioApp.StartAsync(log: log);
        var channel = await app.ChannelAsync();
        app.Sandbox.Misbehave(new Misbehaviour(Misbehaviour.ServerError) { Path = "IncomingPhoneNumbers/PN" });

        await app.Setup.CheckAsync(channel, default);
        var refusal = await app.Setup.WriteAsync(channel, [new Wish("smsUrl", "https://h.example/sms", Resource: app.Sandbox.Number(Demo.Number)!.Sid)], default);

        Assert.NotNull(refusal);
        Assert.NotEmpty(log.Text);
        Assert.DoesNotContain(Demo.AuthToken, log.Text + refusal, StringComparison.Ordinal);
    }
}
