using PPMessage.Channels.Setup;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

public sealed class MailgunAccountCheckTests(MailWorkspace shared) : MailgunSetupTest(shared)
{
    [Fact]
    public async Task What_is_set_up_rightly_passes_every_check()
    {
        var checks = await CheckAsync();

        Assert.All(checks, check => Assert.Equal(CheckStatus.Pass, check.Status));
        Assert.Equal(["credentials", "domain", "receiving", "dkim", "mx", "spf", "dmarc", "signing-key", "route", "events"], checks.Select(check => check.Name));
    }

    [Fact]
    public async Task A_check_changes_and_sends_nothing()
    {
        var (sent, requests) = (Mailgun.Sent.Count, Mailgun.Requests.Count);
        await CheckAsync();
        await CheckAsync(With(MailgunChannels.ApiKey, MailDemo.SendingKey));

        Assert.Equal(sent, Mailgun.Sent.Count);
        Assert.All(Mailgun.Requests.Skip(requests), request => Assert.True(request.Method == "GET" || request is { Path: "/v3/mg.example.com/messages", Status: 400 }, $"{request.Method} {request.Path}"));
    }

    [Fact]
    public async Task A_refused_key_is_named_and_nothing_more_is_asked_of_mailgun()
    {
        var checks = await CheckAsync(With(MailgunChannels.ApiKey, "key-wrong-wrong-wrong-wrong-wrong-00"));

        var check = Assert.Single(checks, check => check.Status != CheckStatus.Pass);
        Assert.Equal(("credentials", CheckStatus.Fail), (check.Name, check.Status));
        Assert.Contains("“Forbidden”", check.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(checks, other => other.Name is "route" or "events" or "signing-key");
    }

    [Fact]
    public async Task A_key_that_may_only_send_is_told_with_what_it_can_not_do()
    {
        var checks = await CheckAsync(With(MailgunChannels.ApiKey, MailDemo.SendingKey));
        var survey = await Setup.SurveyAsync(With(MailgunChannels.ApiKey, MailDemo.SendingKey), default);

        var check = Assert.Single(checks, check => check.Name == "credentials");
        Assert.Equal(CheckStatus.Warn, check.Status);
        Assert.Contains("may send and nothing else", check.Message, StringComparison.Ordinal);
        Assert.Empty(survey.Places);
        Assert.Contains("HTTP 401", survey.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_of_the_other_region_is_not_known_here()
    {
        Put(domain => domain with { IsEu = true });
        await FindsAsync("domain", CheckStatus.Fail, "does not know the domain mg.example.com in this key's account, in region us");
    }

    [Fact]
    public async Task A_front_door_is_not_taken_for_an_answer()
    {
        Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.Magnificent) { Path = "/v4/domains" });
        await FindsAsync("credentials", CheckStatus.Fail, "Mailgun Magnificent API");
    }

    [Fact]
    public async Task A_mailgun_that_is_out_of_order_is_said_to_be()
    {
        Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.Unavailable) { Path = "/v4/domains" });
        await FindsAsync("credentials", CheckStatus.Fail, "Mailgun could not be asked (HTTP 503");
    }

    [Fact]
    public async Task A_disabled_domain_is_told_with_mailguns_reason()
    {
        Put(domain => domain with { State = "disabled", DisabledReason = "投诉过多 Too many complaints" });
        await FindsAsync("domain", CheckStatus.Fail, "“投诉过多 Too many complaints”");
    }

    [Fact]
    public async Task An_unverified_domain_and_one_for_trials_are_told()
    {
        Put(domain => domain with { State = "unverified", SendingValid = false });
        await FindsAsync("domain", CheckStatus.Fail, "is unverified", "dkim");

        Put(domain => domain with { State = "active", SendingValid = true, Type = "sandbox" });
        await FindsAsync("domain", CheckStatus.Warn, "authorised recipients only");
    }

    [Fact]
    public async Task An_active_domain_may_receive_nothing()
    {
        Put(domain => domain with { ReceivingValid = false });
        await FindsAsync("receiving", CheckStatus.Fail, "it may send and yet receive nothing");
    }

    [Fact]
    public async Task A_missing_DKIM_record_is_told_by_its_name()
    {
        Put(domain => domain with { SendingValid = false });
        await FindsAsync("dkim", CheckStatus.Fail, "TXT sandbox._domainkey.mg.example.com");
    }

    [Fact]
    public async Task Another_signing_key_than_the_accounts_is_told()
    {
        Mailgun.SignWith("another-signing-key-of-the-account");
        await FindsAsync("signing-key", CheckStatus.Fail, "is not the one that the account signs with");

        var check = Assert.Single(await CheckAsync(With(MailgunChannels.WebhookSigningKey, MailDemo.ApiKey)), check => check.Name == "signing-key");
        Assert.Contains("is set to the API key", check.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signing_key_that_can_not_be_read_is_believed_once_a_callback_has_proved_it()
    {
        var sendingOnly = With(MailgunChannels.ApiKey, MailDemo.SendingKey);
        var before = Assert.Single(await CheckAsync(sendingOnly with { Secrets = With(MailgunChannels.WebhookSigningKey, "never-proved-by-anybody").Secrets.ToDictionary(one => one.Key, one => one.Key == MailgunChannels.ApiKey ? sendingOnly.Secrets[one.Key] : one.Value) }), check => check.Name == "signing-key");
        await Workspace.MailAsync(MailWorkspace.NewMailbox(), "你好");

        Assert.Equal(CheckStatus.Warn, before.Status);
        Assert.Equal(CheckStatus.Pass, Assert.Single(await CheckAsync(sendingOnly), check => check.Name == "signing-key").Status);
    }

    [Fact]
    public async Task A_channel_without_its_key_is_told_and_nothing_is_asked()
    {
        var requests = Mailgun.Requests.Count;
        var bare = Channel with { Secrets = Channel.Secrets.Where(one => one.Key != MailgunChannels.ApiKey).ToDictionary() };

        Assert.Equal("credentials", Assert.Single(await CheckAsync(bare)).Name);
        Assert.NotNull((await Setup.SurveyAsync(bare, default)).Problem);
        Assert.NotNull(await Setup.WriteAsync(bare, [new Wish("route", null)], default));
        Assert.Equal(requests, Mailgun.Requests.Count);
    }
}
