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
}
