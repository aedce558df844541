using System.Net;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class AccountsTests : SandboxTest
{
    [Fact]
    public async Task The_account_shows_its_token_type_and_status()
    {
        var account = await JsonAsync($"{Account}.json");

        Assert.Equal(Demo.AccountSid, account.GetProperty("sid").GetString());
        Assert.Equal(Demo.AuthToken, account.GetProperty("auth_token").GetString());
        Assert.Equal("Full", account.GetProperty("type").GetString());
        Assert.Equal("active", account.GetProperty("status").GetString());
        Assert.Equal($"{Account}/Messages.json", account.GetProperty("subresource_uris").GetProperty("messages").GetString());
    }

    [Theory]
    [InlineData(Demo.AccountSid, "wrong")]
    [InlineData("AC99999999999999999999999999999999", Demo.AuthToken)]
    [InlineData(Demo.ApiKeySid, Demo.AuthToken)]
    public async Task Wrong_credentials_are_refused_with_20003(string user, string password)
    {
        Http.DefaultRequestHeaders.Authorization = Basic(user, password);

        using var answer = await GetAsync($"{Account}/Messages.json");
        var error = await JsonAsync(answer);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal(20003, error.GetProperty("code").GetInt32());
        Assert.Equal(401, error.GetProperty("status").GetInt32());
        Assert.Equal("https://www.twilio.com/docs/errors/20003", error.GetProperty("more_info").GetString());
    }

    [Theory]
    [InlineData("/2010-04-01/Accounts/AC99999999999999999999999999999999/Messages.json")]
    [InlineData("/2010-04-01/Accounts/" + Demo.AccountSid + "/Messages/SM99999999999999999999999999999999.json")]
    [InlineData("/2010-04-01/Accounts/" + Demo.AccountSid + "/Nothing.json")]
    public async Task What_is_not_there_is_answered_20404(string path)
    {
        using var answer = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(20404, (await JsonAsync(answer)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_standard_key_reaches_everything_but_the_account()
    {
        Http.DefaultRequestHeaders.Authorization = Basic(Demo.ApiKeySid, Demo.ApiKeySecret);

        using var messages = await GetAsync($"{Account}/Messages.json");
        using var account = await GetAsync($"{Account}.json");

        Assert.Equal(HttpStatusCode.OK, messages.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, account.StatusCode);
    }

    [Fact]
    public async Task A_parent_opens_its_subaccount_and_nobody_elses()
    {
        Sandbox.Put(new SandboxAccount { Sid = "AC00000000000000000000000000000011", AuthToken = "sub", OwnerSid = Demo.AccountSid });
        Sandbox.Put(new SandboxAccount { Sid = "AC00000000000000000000000000000012", AuthToken = "other" });

        using var sub = await GetAsync("/2010-04-01/Accounts/AC00000000000000000000000000000011/Messages.json");
        using var other = await GetAsync("/2010-04-01/Accounts/AC00000000000000000000000000000012/Messages.json");

        Assert.Equal(HttpStatusCode.OK, sub.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("suspended", 20005)]
    [InlineData("active", null)]
    public async Task An_account_that_is_not_active_shows_itself_and_does_nothing(string status, int? code)
    {
        Sandbox.Put(Sandbox.Account(Demo.AccountSid)! with { Status = status });

        using var account = await GetAsync($"{Account}.json");
        using var sent = await SendAsync();

        Assert.True(account.IsSuccessStatusCode);
        Assert.Equal(code, (await JsonAsync(sent)).TryGetProperty("code", out var told) ? told.GetInt32() : null);
    }

    [Fact]
    public async Task A_secondary_token_opens_the_api_and_signs_nothing()
    {
        Sandbox.Put(Sandbox.Account(Demo.AccountSid)! with { SecondaryAuthToken = "second" });
        Http.DefaultRequestHeaders.Authorization = Basic(Demo.AccountSid, "second");
        Connect();

        var account = await JsonAsync($"{Account}.json");
        var told = await Sandbox.TextAsync(Phone, Demo.Number, "Hi");

        Assert.Equal(Demo.AuthToken, account.GetProperty("auth_token").GetString());
        Assert.Equal(Signing.Sign(told!.Callback!.Url, told.Callback.Fields, Demo.AuthToken), told.Callback.Signature);
    }

    [Fact]
    public async Task Test_credentials_send_and_reach_nothing_else()
    {
        Sandbox.Put(Sandbox.Account(Demo.AccountSid)! with { IsTest = true });

        using var sent = await SendAsync();
        using var listed = await GetAsync($"{Account}/Messages.json");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Forbidden), (sent.StatusCode, listed.StatusCode));
        Assert.Equal(20008, (await JsonAsync(listed)).GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("messages/read", "/Messages.json")]
    [InlineData("numbers/read", "/IncomingPhoneNumbers.json")]
    [InlineData("services/read", null)]
    public async Task A_restricted_key_reaches_what_it_may(string permission, string? path)
    {
        Http.DefaultRequestHeaders.Authorization = Basic(Demo.ApiKeySid, Demo.ApiKeySecret);
        var target = path is null ? "/v1/Services" : Account + path;
        Sandbox.Put(Sandbox.Account(Demo.AccountSid)! with { ApiKeyMay = [.. KeyPermissions.All.Except([permission])] });
        using var refused = await GetAsync(target);
        Sandbox.Put(Sandbox.Account(Demo.AccountSid)! with { ApiKeyMay = [permission] });
        using var allowed = await GetAsync(target);

        Assert.Equal(70051, (await JsonAsync(refused)).GetProperty("code").GetInt32());
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }
}
