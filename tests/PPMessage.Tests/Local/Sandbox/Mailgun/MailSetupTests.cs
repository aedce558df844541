using System.Net;
using System.Text;
using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Mailgun;

public sealed class MailSetupTests : MailSandboxTest
{
    [Fact]
    public async Task A_domain_is_put_into_another_state_and_the_rest_of_it_stays()
    {
        await PutAsync("/sandbox/domains/mg.example.com", """{"state":"disabled","disabledReason":"投诉","receivingValid":false}""");
        await PutAsync("/sandbox/domains/mg.example.com", """{"type":"sandbox"}""");

        var told = await JsonAsync("/v4/domains/mg.example.com");
        Assert.Equal(("disabled", "sandbox", "投诉"), (told.GetProperty("domain").GetProperty("state").GetString(), told.GetProperty("domain").GetProperty("type").GetString(), told.GetProperty("domain").GetProperty("disabled").GetProperty("reason").GetString()));
        Assert.All(told.GetProperty("receiving_dns_records").EnumerateArray(), record => Assert.Equal("unknown", record.GetProperty("valid").GetString()));
        Assert.Equal(MailDemo.SendingKey, Sandbox.Domain(MailDemo.Domain)!.SendingKey);
    }

    [Fact]
    public async Task A_domain_moves_to_the_other_region()
    {
        await PutAsync("/sandbox/domains/mg.example.com", """{"region":"eu"}""");
        using var answer = await GetAsync("/v4/domains/mg.example.com");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_plan_has_no_routes_until_it_has()
    {
        await PutAsync("/sandbox/account", """{"routesRefused":"No routes in your plan"}""");
        using var refused = await GetAsync("/v3/routes");
        Assert.Equal((HttpStatusCode.PaymentRequired, """{"message":"No routes in your plan"}"""), (refused.StatusCode, await refused.Content.ReadAsStringAsync()));

        await PutAsync("/sandbox/account", """{"routesRefused":""}""");
        using var allowed = await GetAsync("/v3/routes");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task The_account_signs_with_another_key()
    {
        await PutAsync("/sandbox/account", """{"signingKey":"another"}""");
        Assert.Equal("another", (await JsonAsync("/v5/accounts/http_signing_key")).GetProperty("http_signing_key").GetString());
    }

    [Fact]
    public async Task Webhooks_routes_and_names_are_put_and_taken_away()
    {
        await PutAsync("/sandbox/domains/mg.example.com/webhooks/opened", """{"urls":["https://one.example/a","https://two.example/b"]}""");
        Route("/mail");
        await PutAsync("/sandbox/dns/mg.example.com", """{"mx":[{"priority":5,"host":"mxbiz1.qq.com"}],"txt":["v=spf1 -all"]}""");
        await PutAsync("/sandbox/dns/www.example.com", """{"cname":"mg.example.com"}""");
        using var routes = await Http.DeleteAsync(new Uri("/sandbox/routes", UriKind.Relative));
        using var name = await Http.DeleteAsync(new Uri("/sandbox/dns/_dmarc.example.com", UriKind.Relative));

        Assert.Equal(2, Sandbox.Webhook(MailDemo.Domain, "opened").Count);
        Assert.Empty(Sandbox.Routes);
        var zone = await JsonAsync("/sandbox/dns");
        Assert.Equal("mxbiz1.qq.com", zone.GetProperty("mg.example.com").GetProperty("mx")[0].GetProperty("host").GetString());
        Assert.False(zone.TryGetProperty("_dmarc.example.com", out _));
    }

    [Theory]
    [InlineData("/sandbox/domains/mg.example.com", """{"state":"broken"}""")]
    [InlineData("/sandbox/domains/mg.example.com", """{"type":"x"}""")]
    [InlineData("/sandbox/domains/mg.example.com", """{"region":"cn"}""")]
    [InlineData("/sandbox/domains/mg.example.com/webhooks/rejected", """{"urls":[]}""")]
    [InlineData("/sandbox/domains/mg.example.com/webhooks/opened", """{"urls":["https://a.example","https://b.example","https://c.example","https://d.example"]}""")]
    [InlineData("/sandbox/dns/mg.example.com", """{"mx":[{"priority":-1,"host":"a.example"}]}""")]
    [InlineData("/sandbox/dns/mg.example.com", """{"mx":[{"priority":1,"host":"邮件.example"}]}""")]
    [InlineData("/sandbox/dns/mg.example.com", """{"tx":["a"]}""")]
    public async Task A_mistake_is_explained(string path, string body)
    {
        using var answer = await SendAsync(path, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotEqual("", (await JsonAsync(Task.FromResult(answer))).GetProperty("detail").GetString());
    }

    private async Task PutAsync(string path, string body)
    {
        using var answer = await SendAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Http.PutAsync(new Uri(path, UriKind.Relative), content);
    }
}
