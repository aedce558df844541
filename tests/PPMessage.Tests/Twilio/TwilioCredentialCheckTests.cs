using System.Text.Json;
using PPMessage.Channels.Setup;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Http;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Twilio;

/// <summary>What <c>check</c> says of keys, tokens and accounts, and that it never says a secret.</summary>
public sealed class TwilioCredentialCheckTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

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
