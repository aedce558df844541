using System.Text;
using Microsoft.IdentityModel.Tokens;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Agents;

public sealed class OidcSignInTests : IAsyncLifetime
{
    private FakeAuthority _authority = null!;
    private TestApp _app = null!;
    private string _agentId = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await FakeAuthority.StartAsync();
        _app = await TestApp.StartAsync(new Dictionary<string, string?>(TestApp.Settings())
        {
            ["PPMessage:Oidc:Authority"] = _authority.Url + "/",
            ["PPMessage:Oidc:Audience"] = "ppmessage",
            ["PPMessage:Oidc:AdminRole"] = "客服主管",
        });
        _agentId = (await _app.Admin.PostAsync("/api/agents", """{"name":"王芳","email":"fang@example.com"}"""))["id"]!;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task An_agent_signs_in_with_a_verified_address_and_the_provider_is_asked_once()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(_agentId, (await AskAsync(Token()))["id"]);
        Assert.Equal(403, (await AskAsync(Token(), "/api/audit")).Status);
        Assert.Equal(1, _authority.Asked);
    }

    [Fact]
    public async Task Tokens_of_ours_still_count()
    {
        var token = (await _app.Admin.PostAsync("/api/agents", """{"name":"B"}"""))["token"];
        Assert.Equal(200, (await _app.As(token).AskAsync("/api/agents/me")).Status);
        Assert.Equal(0, _authority.Asked);
    }

    [Fact]
    public async Task The_admin_role_makes_an_admin_as_long_as_the_token_lasts()
    {
        var admin = Token(token => token.Claims["roles"] = new[] { "support", "客服主管" });
        Assert.Equal(200, (await AskAsync(admin, "/api/audit")).Status);
        Assert.Equal(403, (await AskAsync(Token(token => token.Claims["roles"] = "客服"), "/api/audit")).Status);
        Assert.Equal(403, (await AskAsync(Token(token => token.Claims["groups"] = "客服主管"), "/api/audit")).Status);
    }

    [Theory]
    [InlineData("issuer")]
    [InlineData("audience")]
    [InlineData("no audience")]
    [InlineData("expired")]
    [InlineData("no end")]
    [InlineData("too early")]
    [InlineData("unverified address")]
    [InlineData("address not said to be verified")]
    [InlineData("nobody's address")]
    [InlineData("no address")]
    [InlineData("another's key")]
    [InlineData("symmetric")]
    [InlineData("unsigned")]
    public async Task A_token_that_is_wrong_in_one_way_is_refused_as_any_other(string how)
    {
        Assert.Equal(200, (await AskAsync(Token())).Status);
        var refused = await AskAsync(Token(token => Spoil(token, how)));
        BodyTests.AssertProblem(refused, 401);
        Assert.Equal((await AskAsync("wrong")).Text, refused.Text);
    }

    [Fact]
    public async Task A_token_with_a_changed_payload_is_refused()
    {
        var parts = Token().Split('.');
        var other = Token(token => token.Claims["roles"] = "客服主管").Split('.');
        BodyTests.AssertProblem(await AskAsync($"{parts[0]}.{other[1]}.{parts[2]}"), 401);
        BodyTests.AssertProblem(await AskAsync(".."), 401);
        BodyTests.AssertProblem(await AskAsync("a.b.c"), 401);
    }

    [Fact]
    public async Task A_token_ends_by_the_programs_clock()
    {
        var token = Token();
        Assert.Equal(200, (await AskAsync(token)).Status);
        _app.Time.Advance(TimeSpan.FromMinutes(6));
        BodyTests.AssertProblem(await AskAsync(token), 401);
    }

    [Fact]
    public async Task A_new_key_is_found_and_nobodys_key_asks_the_provider_once_a_minute_at_most()
    {
        Assert.Equal(200, (await AskAsync(Token())).Status);
        _app.Time.Advance(TimeSpan.FromMinutes(2));
        _authority.Key = FakeAuthority.NewKey("second");
        Assert.Equal(200, (await AskAsync(Token())).Status);
        Assert.Equal(2, _authority.Asked);
        var nobodys = FakeAuthority.NewKey("nobody's");
        for (var i = 0; i < 5; i++) Assert.Equal(401, (await AskAsync(Token(token => token.SigningCredentials = new SigningCredentials(nobodys, SecurityAlgorithms.RsaSha256)))).Status);
        Assert.Equal(2, _authority.Asked);
    }

    [Fact]
    public async Task While_the_provider_is_down_its_tokens_are_refused_and_it_is_asked_again_after_a_minute()
    {
        _authority.IsDown = true;
        for (var i = 0; i < 3; i++) BodyTests.AssertProblem(await AskAsync(Token()), 401);
        var asked = _authority.Asked;
        Assert.Contains("300 The sign-in provider", _app.Log.Text, StringComparison.Ordinal);
        _authority.IsDown = false;
        Assert.Equal(401, (await AskAsync(Token())).Status);
        Assert.Equal(asked, _authority.Asked);
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await AskAsync(Token())).Status);
    }

    [Fact]
    public async Task What_is_known_of_the_provider_outlasts_its_being_down()
    {
        Assert.Equal(200, (await AskAsync(Token())).Status);
        _authority.IsDown = true;
        _app.Time.Advance(TimeSpan.FromHours(13));
        Assert.Equal(200, (await AskAsync(Token())).Status);
    }

    [Fact]
    public async Task While_the_provider_does_not_answer_nobody_with_a_known_key_waits()
    {
        Assert.Equal(200, (await AskAsync(Token())).Status);
        _authority.IsMute = true;
        _app.Time.Advance(TimeSpan.FromHours(13));
        Assert.Equal(200, (await AskAsync(Token())).Status);
        // Had it waited, the request to the provider would be given up by now.
        await Functions.Eventually.TrueAsync(() => _authority.Waiting == 1);
    }

    [Theory]
    [InlineData("audience", "PPMessage__Oidc__Audience")]
    [InlineData("issuer", "(iss)")]
    [InlineData("expired", "it has ended")]
    [InlineData("no end", "never ends")]
    [InlineData("another's key", "not signed by a key of the provider")]
    [InlineData("unsigned", "not signed by a key of the provider")]
    [InlineData("no address", "no claim email")]
    [InlineData("address not said to be verified", "email_verified is missing or not true")]
    [InlineData("nobody's address", "no active agent has its e-mail address")]
    public async Task The_log_tells_once_a_minute_why_a_token_was_refused_and_nothing_that_it_holds(string how, string reason)
    {
        for (var i = 0; i < 3; i++) await AskAsync(Token(token => Spoil(token, how)));
        var line = Assert.Single(Refusals());
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)@example|evil|somebody", line);
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(Token(token => Spoil(token, how)));
        Assert.Equal(2, Refusals().Count);
    }

    [Fact]
    public async Task Metadata_of_another_issuer_are_not_believed()
    {
        _authority.Issuer = "https://evil.example.com";
        BodyTests.AssertProblem(await AskAsync(Token(token => token.Issuer = _authority.Issuer)), 401);
        BodyTests.AssertProblem(await AskAsync(Token()), 401);
    }

    [Theory]
    [InlineData("http://login.example.com", "ppmessage", "Authority")]
    [InlineData("login.example.com", "ppmessage", "Authority")]
    [InlineData("https://login.example.com", " ", "Audience")]
    public async Task A_setting_that_cant_be_used_stops_the_start_and_is_named(string authority, string audience, string name)
    {
        var settings = new Dictionary<string, string?>(TestApp.Settings()) { ["PPMessage:Oidc:Authority"] = authority, ["PPMessage:Oidc:Audience"] = audience };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(settings));
        Assert.Contains($"PPMessage__Oidc__{name}", error.Message, StringComparison.Ordinal);
    }

    private void Spoil(SecurityTokenDescriptor token, string how)
    {
        var now = _app.Time.GetUtcNow().UtcDateTime;
        switch (how)
        {
            case "issuer": token.Issuer = "https://evil.example.com"; break;
            case "audience": token.Audience = "somebody else"; break;
            case "no audience": token.Audience = null; break;
            case "expired": token.Expires = now.AddMinutes(-2); break;
            case "no end": token.Expires = null; break;
            case "too early": token.NotBefore = now.AddMinutes(2); break;
            case "unverified address": token.Claims["email_verified"] = false; break;
            case "address not said to be verified": token.Claims.Remove("email_verified"); break;
            case "nobody's address": token.Claims["email"] = "nobody@example.com"; break;
            case "no address": token.Claims.Remove("email"); break;
            case "another's key": token.SigningCredentials = new SigningCredentials(FakeAuthority.NewKey(_authority.Key.KeyId), SecurityAlgorithms.RsaSha256); break;
            case "symmetric": token.SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.ASCII.GetBytes(_authority.Key.Rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = _authority.Key.KeyId }, SecurityAlgorithms.HmacSha256); break;
            case "unsigned": token.SigningCredentials = null; break;
            default: throw new ArgumentOutOfRangeException(nameof(how), how, "not known");
        }
    }

    private IReadOnlyList<string> Refusals() => [.. _app.Log.Text.Split('\n').Where(line => line.StartsWith("301 ", StringComparison.Ordinal))];

    private string Token(Action<SecurityTokenDescriptor>? change = null) => _authority.Token(_app.Time.GetUtcNow(), change);

    private Task<Reply> AskAsync(string token, string path = "/api/agents/me") => _app.As(token).AskAsync(path);
}
