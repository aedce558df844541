using PPMessage.Channels.Setup;
using PPMessage.Local.Sandbox.Dns;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Mailgun.Setup;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

public sealed class MailgunDnsCheckTests(MailWorkspace shared) : MailgunSetupTest(shared)
{
    [Fact]
    public async Task MX_of_another_host_beside_mailguns_are_named_with_their_numbers()
    {
        PutMx((10, "mxa.mailgun.org"), (10, "mxb.mailgun.org"), (5, "mxbiz1.qq.com"), (10, "mxbiz2.qq.com"));

        var check = Assert.Single(await CheckAsync(), check => check.Name == "mx");
        Assert.Equal(CheckStatus.Fail, check.Status);
        Assert.All((string[])["mxbiz1.qq.com (5)", "mxbiz2.qq.com (10)", "mxa.mailgun.org (10)", "mxb.mailgun.org (10)", "Mail goes to the lowest number, mxbiz1.qq.com (5)"], words => Assert.Contains(words, check.Message, StringComparison.Ordinal));
        Assert.Contains("sub-domain for this mail alone, such as mail.example.com", check.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MX_of_the_same_number_take_a_part_each()
    {
        PutMx((10, "mxa.mailgun.org"), (10, "mx.163.com"));
        await FindsAsync("mx", CheckStatus.Fail, "so a part of it never comes to Mailgun");
    }

    [Fact]
    public async Task MX_all_elsewhere_or_none_are_told()
    {
        PutMx((5, "mxbiz1.qq.com"), (10, "mxbiz2.qq.com"));
        await FindsAsync("mx", CheckStatus.Fail, "mxbiz1.qq.com (5), mxbiz2.qq.com (10): mail to it never comes to Mailgun");

        PutMx();
        await FindsAsync("mx", CheckStatus.Fail, "mg.example.com has no MX record");

        Mailgun.Dns.Remove(MailDemo.Domain);
        await FindsAsync("mx", CheckStatus.Fail, "mg.example.com has no MX record", "spf");
    }

    [Fact]
    public async Task A_CNAME_at_the_name_is_told()
    {
        Mailgun.Dns.Put("elsewhere.example.net", new DnsRecords { Mx = [new(10, "mxa.mailgun.org")] });
        Mailgun.Dns.Put(MailDemo.Domain, new DnsRecords { Cname = "elsewhere.example.net" });

        await FindsAsync("mx", CheckStatus.Fail, "mg.example.com is a CNAME of elsewhere.example.net: a name with a CNAME can hold no MX", "spf");
    }

    [Theory]
    [InlineData("has no SPF record", "google-site-verification=x")]
    [InlineData("does not allow Mailgun", "v=spf1 include:spf.mail.qq.com ~all")]
    [InlineData("(permerror)", "v=spf1 include:spf.mail.qq.com ~all", "v=spf1 include:mailgun.org ~all")]
    public async Task A_wrong_SPF_record_is_told(string words, params string[] texts)
    {
        PutDns(records => records with { Txt = texts });
        await FindsAsync("spf", CheckStatus.Fail, words);
    }

    [Fact]
    public async Task A_merged_SPF_record_is_right_however_long()
    {
        PutDns(records => records with { Txt = [$"v=spf1 {string.Concat(Enumerable.Range(0, 20).Select(i => $"ip4:192.0.2.{i} "))}include:spf.mail.qq.com include:mailgun.org -all"] });
        Assert.DoesNotContain(await CheckAsync(), check => check.Status != CheckStatus.Pass);
    }

    [Theory]
    [InlineData("v=spf1 include:_spf.example.net ~all", "Pass")]
    [InlineData("v=spf1 redirect=_spf.example.net", "Pass")]
    [InlineData("v=spf1 include:loop.example.net ~all", "Fail")]
    [InlineData("v=spf1 include:silent.example.net ~all", "Warn")]
    [InlineData("v=spf1 include:%{d}.example.net ~all", "Warn")]
    public async Task An_SPF_record_may_allow_Mailgun_by_way_of_another(string text, string status)
    {
        Mailgun.Dns.Put("_spf.example.net", new DnsRecords { Txt = ["v=spf1 include:loop.example.net include:_more.example.net ~all"] });
        Mailgun.Dns.Put("_more.example.net", new DnsRecords { Txt = ["v=spf1 include:mailgun.org -all"] });
        Mailgun.Dns.Put("loop.example.net", new DnsRecords { Txt = ["v=spf1 include:loop.example.net -all"] });
        Mailgun.Dns.Put("silent.example.net", new DnsRecords { Fails = true });
        PutDns(records => records with { Txt = [text] });

        Assert.Equal(Enum.Parse<CheckStatus>(status), Assert.Single(await CheckAsync(), check => check.Name == "spf").Status);
    }

    [Fact]
    public void A_DMARC_record_of_the_organisation_is_found_from_far_below() =>
        Assert.Equal(
            ["_dmarc.a.b.c.example.com", "_dmarc.b.c.example.com", "_dmarc.c.example.com", "_dmarc.example.com"], DnsChecks.DmarcNames("a.b.c.example.com"));

    [Fact]
    public async Task A_missing_DMARC_record_is_a_warning()
    {
        Mailgun.Dns.Remove("_dmarc.example.com");
        await FindsAsync("dmarc", CheckStatus.Warn, "has no DMARC record");
    }

    [Fact]
    public async Task What_can_not_be_looked_up_is_a_warning()
    {
        PutDns(records => records with { Fails = true });
        await FindsAsync("mx", CheckStatus.Warn, "MX of mg.example.com could not be looked up", "spf");
    }

    [Fact]
    public async Task A_DNS_server_that_is_not_there_ends_in_a_warning_within_its_time()
    {
        await using var silent = new SilentServer();
        var dns = new MailDns(new PPMessageOptions { DnsServer = silent.Address, Timing = new Timing { DnsTry = TimeSpan.FromMilliseconds(100) } });
        var began = TimeProvider.System.GetTimestamp();

        var finding = await dns.MxAsync("mg.example.com", default);

        Assert.NotNull(finding.Trouble);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(10));
        Assert.Equal(2, silent.Asked);
        Assert.Equal(CheckStatus.Warn, DnsChecks.Mx("mg.example.com", finding, "us", isAnswered: true).Status);
    }

    [Fact]
    public async Task The_name_that_contacts_answer_to_counts_and_the_sending_domain_is_for_what_comes_back()
    {
        Mailgun.Dns.Put("example.com", new DnsRecords { Mx = [new(5, "mxbiz1.qq.com")] });
        PutMx((5, "mxbiz1.qq.com"));

        var checks = await CheckAsync(With(new Dictionary<string, string> { ["address"] = "kefu@example.com" }));

        Assert.Contains("MX of example.com is mxbiz1.qq.com (5)", Assert.Single(checks, check => check.Name == "mx").Message, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Warn, Assert.Single(checks, check => check.Name == "mx-bounces").Status);
    }
}
