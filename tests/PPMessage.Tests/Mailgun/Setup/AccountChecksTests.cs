using PPMessage.Channels.Setup;
using PPMessage.Http;
using PPMessage.Mailgun;
using PPMessage.Mailgun.Setup;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

public sealed class AccountChecksTests
{
    private const string Domain = """{"domain":{"name":"mg.example.com","state":"active"}}""";

    [Theory]
    [InlineData(401, "us", "eu")]
    [InlineData(404, "us", "eu")]
    [InlineData(404, "eu", "us")]
    public void A_domain_that_the_other_region_has_is_said_to_be_there(int here, string region, string there)
    {
        var check = Assert.Single(AccountChecks.Of(new AccountFacts("mg.example.com", region, Told(here, "Forbidden"), Told(200, Domain))));

        Assert.Equal(("region", CheckStatus.Fail), (check.Name, check.Status));
        Assert.Contains($"is in Mailgun's region {there}, and the channel is set to {region}", check.Message, StringComparison.Ordinal);
        Assert.Equal($"Set the channel's settings.region to {there}.", check.Fix);
    }

    [Fact]
    public void A_domain_that_neither_region_has_is_not_the_accounts()
    {
        var checks = AccountChecks.Of(new AccountFacts("mg.example.com", "us", Told(404, """{"message":"Domain not found"}"""), Told(404, """{"message":"Domain not found"}"""))).ToList();

        Assert.Equal([CheckStatus.Pass, CheckStatus.Fail], checks.Select(check => check.Status));
        Assert.Contains("in either region (us, eu) (HTTP 404: “Domain not found”)", checks[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_of_which_little_is_told_is_no_right_one_and_no_wrong_one() => Assert.Equal(
        [("credentials", CheckStatus.Pass), ("domain", CheckStatus.Pass), ("receiving", CheckStatus.Warn), ("dkim", CheckStatus.Warn)],
        AccountChecks.Of(new AccountFacts("mg.example.com", "us", Told(200, """{"domain":{}}"""))).Select(check => (check.Name, check.Status)));

    [Fact]
    public void DKIM_by_two_CNAMEs_is_known_as_such()
    {
        const string json = """{"domain":{"state":"active"},"sending_dns_records":[{"record_type":"CNAME","name":"pdk1._domainkey.mg.example.com","valid":"unknown"},{"record_type":"CNAME","name":"pdk2._domainkey.mg.example.com","valid":"valid"},{"record_type":"CNAME","name":"email.mg.example.com","valid":"unknown"}]}""";
        var check = Assert.Single(AccountChecks.Of(new AccountFacts("mg.example.com", "us", Told(200, json))), check => check.Status == CheckStatus.Fail);

        Assert.Contains("(CNAME pdk1._domainkey.mg.example.com)", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_region_is_asked_where_Mailgun_has_it_and_never_in_place_of_a_host_that_was_set()
    {
        var us = new MailgunAccount(new Uri("https://api.mailgun.net"), "mg.example.com", "key").InOtherRegion(new PPMessageOptions());

        Assert.Equal("https://api.eu.mailgun.net/", us!.BaseUrl.AbsoluteUri);
        Assert.Equal("https://api.mailgun.net/", us.InOtherRegion(new PPMessageOptions())!.BaseUrl.AbsoluteUri);
        Assert.Null(us.InOtherRegion(new PPMessageOptions { MailgunBaseUrl = new Uri("http://127.0.0.1:7073") }));
    }

    private static Told<MailgunDomain> Told(int status, string body) => PPMessage.Mailgun.Setup.Told.Of(new ProviderAnswer(ProviderReach.Answered, status, body, [], string.Empty), MailgunDomain.Of);
}
