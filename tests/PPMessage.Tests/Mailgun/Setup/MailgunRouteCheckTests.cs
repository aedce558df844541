using PPMessage.Channels.Setup;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

public sealed class MailgunRouteCheckTests(MailWorkspace shared) : MailgunSetupTest(shared)
{
    private const string Address = @"match_recipient(""^support@mg\.example\.com$"")";
    private const string Domain = @"match_recipient("".*@mg.example.com"")";
    private const string Elsewhere = "forward(\"https://user:password@crm.example/in\")";

    private string Forward => $"forward(\"{Mime}\")";

    [Fact]
    public async Task A_plan_without_routes_is_told_in_mailguns_words()
    {
        Mailgun.RefuseRoutes("Your plan has no inbound routes");
        await FindsAsync("route", CheckStatus.Fail, "HTTP 402: “Your plan has no inbound routes”");

        Mailgun.RefuseRoutes($"{MailDemo.ApiKey} may not");
        await FindsAsync("route", CheckStatus.Fail, "“… may not”");
    }

    [Fact]
    public async Task An_address_without_a_route_is_told()
    {
        Mailgun.SetRoutes();
        await FindsAsync("route", CheckStatus.Fail, "No route forwards mail to support@mg.example.com to us");

        Mailgun.SetRoutes(new SandboxRoute(@"match_recipient(""^sales@mg\.example\.com$"")", [Forward], Description: "销售"));
        await FindsAsync("route", CheckStatus.Fail, "“销售”");
    }

    [Theory]
    [InlineData("/email", "Warn", "mail taken apart")]
    [InlineData("/email/events", "Fail", "to the URL for events")]
    public async Task A_route_to_another_form_of_our_URL_is_told(string path, string status, string words)
    {
        Mailgun.SetRoutes(new SandboxRoute(Address, [$"forward(\"{Mime[..^"/email/mime".Length]}{path}\")", "store()"]));
        await FindsAsync("route", Enum.Parse<CheckStatus>(status), words);
    }

    [Fact]
    public async Task A_route_that_only_notifies_of_stored_mail_is_told()
    {
        Mailgun.SetRoutes(new SandboxRoute(Address, [$"store(notify=\"{Mime}\")"]));
        await FindsAsync("route", CheckStatus.Fail, "store(notify=…)");
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/hooks/{key}/email/mime")]
    [InlineData("{base}/hooks/0123456789012345678901234567890123456789/email/mime")]
    public async Task A_route_to_an_old_URL_of_ours_is_told(string url)
    {
        var old = url.Replace("{key}", Channel.HookKey, StringComparison.Ordinal).Replace("{base}", Workspace.BaseUrl.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal);
        Mailgun.SetRoutes(new SandboxRoute(Address, [$"forward(\"{old}\")", "store()"]));
        await FindsAsync("route", CheckStatus.Fail, "forwards to an old URL of ours");
    }

    [Fact]
    public async Task An_old_route_beside_ours_is_told()
    {
        Mailgun.AddRoute(new SandboxRoute(@"match_recipient(""^old@mg\.example\.com$"")", [$"forward(\"{Workspace.BaseUrl}hooks/0123456789/email/mime\")"]));
        await FindsAsync("route-gone", CheckStatus.Warn, "lead nowhere any more");
    }

    [Fact]
    public async Task A_route_without_a_safety_net_is_a_warning()
    {
        Mailgun.SetRoutes(new SandboxRoute(Address, [Forward, "stop()"]));
        await FindsAsync("route-safety", CheckStatus.Warn, "eight hours");
    }

    [Fact]
    public async Task Two_routes_to_us_are_two_deliveries()
    {
        Mailgun.AddRoute(new SandboxRoute(Domain, [Forward], 5, "all"));
        await FindsAsync("route-twice", CheckStatus.Warn, "posted to us more than once");
        Assert.Equal(2, (await Workspace.MailAsync(MailWorkspace.NewMailbox(), "两次")).Count);
    }

    [Fact]
    public async Task Another_delivery_is_told_without_others_secrets()
    {
        Mailgun.AddRoute(new SandboxRoute(Domain, [Elsewhere], 5, "CRM"));
        await FindsAsync("route-elsewhere", CheckStatus.Warn, "delivered elsewhere as well: the route “CRM”");
        Assert.DoesNotContain(await CheckAsync(), check => check.Message.Contains("password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_route_that_stops_before_ours_is_told_and_really_stops()
    {
        Mailgun.AddRoute(new SandboxRoute(Domain, [Elsewhere, "stop()"], -1, "CRM"));
        await FindsAsync("route", CheckStatus.Fail, "“CRM”", "route-elsewhere");
        Assert.DoesNotContain(await Workspace.MailAsync(MailWorkspace.NewMailbox(), "x"), post => post.Url == Mime);
    }

    [Fact]
    public async Task A_catch_all_matters_only_where_nothing_else_fits()
    {
        Mailgun.AddRoute(new SandboxRoute("catch_all()", [Elsewhere], 100));
        Assert.DoesNotContain(await CheckAsync(), check => check.Status != CheckStatus.Pass);

        Mailgun.SetRoutes(new SandboxRoute("catch_all()", [Forward, "store()"], 100));
        Assert.DoesNotContain(await CheckAsync(), check => check.Status != CheckStatus.Pass);
    }

    [Fact]
    public async Task What_depends_on_a_header_or_can_not_be_read_is_said_so()
    {
        Mailgun.AddRoute(new SandboxRoute(@"match_header(""subject"", "".*广告.*"")", ["stop()"], -1, "spam"));
        await FindsAsync("route-header", CheckStatus.Warn, "depends on a header");

        // Tried to its end, this pattern takes hours.
        Mailgun.SetRoutes(new SandboxRoute(Address, [Forward, "store()"]), new SandboxRoute("match_recipient(\"^(([a-z@.])+)+!$\")", ["stop()"], 9, "循环"));
        await FindsAsync("route-unreadable", CheckStatus.Warn, "The expression of the route “循环”");
    }

    [Fact]
    public async Task An_address_that_contacts_answer_to_needs_a_route()
    {
        await SetAnswerAddressAsync("team@mg.example.com");
        await FindsAsync("answer-address", CheckStatus.Fail, "Contacts are told to answer to team@mg.example.com");

        Mailgun.AddRoute(new SandboxRoute(@"match_recipient(""^team@mg\.example\.com$"")", [Forward]));
        Assert.Equal(CheckStatus.Pass, Assert.Single(await CheckAsync(), check => check.Name == "answer-address").Status);
        await SetAnswerAddressAsync(null);
    }

    [Fact]
    public async Task An_address_of_another_channel_is_that_channels_business()
    {
        var address = $"kefu{Guid.NewGuid():N}@mg.example.com";
        await Workspace.MakeMailChannelAsync(address);
        await SetAnswerAddressAsync(address);

        Assert.DoesNotContain(await CheckAsync(), check => check.Name == "answer-address");
        await SetAnswerAddressAsync(null);
    }

    [Fact]
    public async Task Where_a_header_decides_whether_answers_come_here_nobody_says_that_they_are_lost()
    {
        await SetAnswerAddressAsync("team@mg.example.com");
        Mailgun.AddRoute(new SandboxRoute(@"match_recipient(""^team@mg\.example\.com$"") and match_header(""subject"", "".*"")", [Forward]));

        await FindsAsync("answer-address", CheckStatus.Warn, "can't be told here");
        await SetAnswerAddressAsync(null);
    }

    [Fact]
    public async Task What_is_to_be_done_can_be_copied_as_it_is()
    {
        Mailgun.SetRoutes();
        foreach (var type in WebhooksApi.Types) Mailgun.SetWebhook(MailDemo.Domain, type);

        var fixes = (await CheckAsync()).Where(check => check.Name is "route" or "events").ToList();

        Assert.Equal(2, fixes.Count);
        Assert.All(fixes, check => Assert.Contains($"POST /api/channels/{Channel.Id}/connect", check.Fix, StringComparison.Ordinal));
    }

    private async Task SetAnswerAddressAsync(string? address)
    {
        var now = await Workspace.CallAsync("GET", "/api/settings/offline-messages");
        var put = await Workspace.CallAsync("PUT", "/api/settings/offline-messages", new { email = new { from = "team", address }, prefer = Array.Empty<string>() }, ifMatch: now.ETag);
        Assert.Equal(200, put.Status);
    }
}
