using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Conversations;
using PPMessage.Conversations.Unsubscribing;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations.Unsubscribing;

/// <summary>The link of a campaign's mail, from outside.</summary>
public sealed class UnsubscribeTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task One_click_stops_campaigns_and_stays_as_evidence()
    {
        var mail = await Workspace.SendLinkedAsync();
        var at = Workspace.Time.GetUtcNow();
        var (status, html) = await Workspace.PressAsync(mail.Path);
        Assert.Equal(200, status);
        Assert.Contains("You are unsubscribed", html, StringComparison.Ordinal);

        var known = (await Workspace.SuppressionAsync(mail.Mailbox))!.Value;
        Assert.Equal((true, true, "unsubscribe", "link"), (known.GetProperty("stopped").GetBoolean(), known.GetProperty("onlyCampaigns").GetBoolean(), known.Word("reason"), known.Word("source")));
        var contact = (await Workspace.GetAsync($"/api/conversations/{mail.Conversation}")).Word("contactId");
        var consent = Assert.Single((await Workspace.GetAsync($"/api/contacts/{contact}")).GetProperty("consent").EnumerateArray());
        Assert.True(consent.GetProperty("onlyCampaigns").GetBoolean());
        var step = Assert.Single(consent.GetProperty("history").EnumerateArray());
        Assert.Equal(("unsubscribe", "link", "one-click", mail.Message, at), (step.Word("reason"), step.Word("source"), step.Word("detail"), step.Word("messageId"), step.GetProperty("at").GetDateTimeOffset()));
    }

    [Fact]
    public async Task Looking_changes_nothing_however_often_and_shows_no_address()
    {
        var mail = await Workspace.SendLinkedAsync();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Get })
        {
            using var answer = await Workspace.VisitAsync(mail.Path + "?action=unsubscribe&List-Unsubscribe=One-Click&utm_source=x", method: method);
            Assert.Equal(200, (int)answer.StatusCode);
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Equal(method == HttpMethod.Head, html.Length == 0);
            Assert.DoesNotContain(mail.Mailbox, html, StringComparison.Ordinal);
            if (method == HttpMethod.Get) Assert.Contains("k***@unsubscribing.example", html, StringComparison.Ordinal);
        }

        Assert.Null(await Workspace.SuppressionAsync(mail.Mailbox));
    }

    [Fact]
    public async Task The_page_asks_no_other_host_runs_no_script_and_leaves_no_trace()
    {
        var mail = await Workspace.SendLinkedAsync();
        using var answer = await Workspace.VisitAsync(mail.Path);
        var html = await answer.Content.ReadAsStringAsync();
        string Header(string name) => Assert.Single(answer.Headers.GetValues(name));
        Assert.Equal(("no-store", "no-referrer", "noindex, nofollow", "nosniff"), (Header("Cache-Control"), Header("Referrer-Policy"), Header("X-Robots-Tag"), Header("X-Content-Type-Options")));
        var policy = Header("Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch("https?:|unsafe|\\*", policy);
        Assert.DoesNotMatch("(?i)<(script|iframe|img|object|embed|link|a)\\b|\\son\\w+=|\\sstyle=|src=|href=|url\\(|@import|https?:", html);
        var style = Regex.Match(html, "<style>(?<css>[^<]*)</style>", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["css"].Value;
        Assert.Contains($"'sha256-{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", policy, StringComparison.Ordinal);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task The_pages_button_stops_and_its_other_button_takes_that_back()
    {
        var mail = await Workspace.SendLinkedAsync();
        Assert.Contains("value=\"unsubscribe\"", (await Workspace.LookAsync(mail.Path)).Html, StringComparison.Ordinal);
        Assert.Contains("value=\"resubscribe\"", (await Workspace.PressAsync(mail.Path, "action=unsubscribe")).Html, StringComparison.Ordinal);
        Assert.Contains("value=\"resubscribe\"", (await Workspace.LookAsync(mail.Path)).Html, StringComparison.Ordinal);

        var (status, html) = await Workspace.ResumeAsync(mail.Path);
        Assert.Equal(200, status);
        Assert.Contains("You are subscribed again", html, StringComparison.Ordinal);
        Assert.Contains("value=\"unsubscribe\"", (await Workspace.LookAsync(mail.Path)).Html, StringComparison.Ordinal);
        Assert.Equal([(true, "page"), (false, "page")], (await Workspace.ChangesAsync(mail.Mailbox)).Select(change => (change.GetProperty("stopped").GetBoolean(), change.Word("detail"))));
        Assert.False((await Workspace.SuppressionAsync(mail.Mailbox))!.Value.GetProperty("stopped").GetBoolean());

        await Workspace.PressAsync(mail.Path);
        Assert.True((await Workspace.SuppressionAsync(mail.Mailbox))!.Value.GetProperty("stopped").GetBoolean());
    }

    [Fact]
    public async Task Who_never_stopped_and_takes_it_back_changes_nothing()
    {
        var mail = await Workspace.SendLinkedAsync();
        Assert.Equal(200, (await Workspace.ResumeAsync(mail.Path)).Status);
        Assert.Empty(await Workspace.ChangesAsync(mail.Mailbox));
    }

    [Fact]
    public async Task Where_everything_was_stopped_the_page_says_so_and_no_link_lifts_it()
    {
        var mail = await Workspace.SendLinkedAsync();
        await Workspace.PostAsync("/api/suppressions", new { channelId = Workspace.MailChannelId, address = mail.Mailbox }, HttpStatusCode.OK);
        const string stopped = "We send nothing more to this address";
        Assert.Contains(stopped, (await Workspace.LookAsync(mail.Path)).Html, StringComparison.Ordinal);
        foreach (var answer in new[] { await Workspace.PressAsync(mail.Path), await Workspace.ResumeAsync(mail.Path), await Workspace.LookAsync(mail.Path) })
        {
            Assert.Equal(200, answer.Status);
            Assert.Contains(stopped, answer.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<form", answer.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Pressed_again_and_again_and_at_once_it_is_one_change()
    {
        var mail = await Workspace.SendLinkedAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Workspace.PressAsync(mail.Path)));
        Assert.All(all, one => Assert.Equal(200, one.Status));
        Workspace.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(200, (await Workspace.PressAsync(mail.Path, "action=unsubscribe")).Status);
        Assert.Single(await Workspace.ChangesAsync(mail.Mailbox));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded; charset=\"utf-8")]
    [InlineData("List-Unsubscribe=One-Click&action=resubscribe", "application/x-www-form-urlencoded")]
    [InlineData("action=resubscribe", "text/plain")]
    [InlineData("--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--", "multipart/form-data; boundary=x")]
    [InlineData("not a form: \0 %zz &&==", "multipart/form-data")]
    [InlineData("{\"action\":\"resubscribe\"}", "application/json")]
    [InlineData("%E9&=&action", "application/x-www-form-urlencoded")]
    [InlineData("退订", "what/ever; =\"")]
    public async Task Whatever_is_posted_unsubscribes(string? body, string? contentType)
    {
        var mail = await Workspace.SendLinkedAsync();
        Assert.Equal(200, (await Workspace.PressAsync(mail.Path, body, contentType)).Status);
        Assert.Equal("one-click", Assert.Single(await Workspace.ChangesAsync(mail.Mailbox)).Word("detail"));
    }

    [Fact]
    public async Task Of_a_huge_body_only_the_beginning_is_looked_at()
    {
        var mail = await Workspace.SendLinkedAsync();
        var huge = Encoding.ASCII.GetBytes(new string('x', 300_000) + "&action=resubscribe");
        Assert.Equal(200, (await Workspace.PressAsync(mail.Path, huge, Linking.Form)).Status);
        Assert.Single(await Workspace.ChangesAsync(mail.Mailbox));
    }

    [Fact]
    public async Task A_token_with_anything_changed_in_it_is_none()
    {
        var mail = await Workspace.SendLinkedAsync();
        var token = mail.Token;
        // Each part of it, and the last digit, of which only some bits say something.
        foreach (var place in new[] { 0, 10, 25, 26, 51, 52, 77, 78, 90, token.Length - 1 })
        {
            var other = token[place] == '0' ? '1' : '0';
            Assert.Equal(404, (await Workspace.PressAsync($"/u/{token[..place]}{other}{token[(place + 1)..]}")).Status);
        }

        Workspace.Time.Advance(TimeSpan.FromMinutes(1));
        foreach (var odd in new[] { token[..^1], token + "0", token.ToLowerInvariant(), "x", "退订", new string('0', token.Length), new string('Z', 5000) })
            Assert.Equal(404, (await Workspace.PressAsync($"/u/{odd}")).Status);
        Workspace.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await Workspace.SuppressionAsync(mail.Mailbox));
    }

    [Fact]
    public async Task A_link_of_another_workspace_is_none_here()
    {
        var mail = await Workspace.SendLinkedAsync();
        await using var other = TestStores.Embedded(Workspace.Time, inMemory: true);
        var theirs = new UnsubscribeLinks(new WorkspaceKey(new GuardedStore(other.Store)), new PPMessageOptions { PublicBaseUrl = Workspace.BaseUrl });
        var path = (await theirs.ForAsync(mail.Conversation, mail.Message, default)).AbsolutePath;
        Assert.NotEqual(mail.Path, path);
        Assert.Equal(404, (await Workspace.PressAsync(path)).Status);
        Assert.Null(await Workspace.SuppressionAsync(mail.Mailbox));
    }

    [Fact]
    public async Task A_lost_link_is_told_to_a_person_by_a_page_and_to_a_program_by_a_problem()
    {
        var (status, html) = await Workspace.LookAsync("/u/nobody", "zh-TW");
        Assert.Equal(404, status);
        Assert.Contains("<html lang=\"zh-Hant\">", html, StringComparison.Ordinal);
        Assert.Contains("此連結無效", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", html, StringComparison.Ordinal);
        Assert.Equal(404, (await Workspace.CallAsync("GET", "/u/nobody")).Json.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task A_contact_that_was_erased_can_press_its_old_link_and_what_it_says_holds_for_the_address()
    {
        var mail = await Workspace.SendLinkedAsync();
        var contact = (await Workspace.GetAsync($"/api/conversations/{mail.Conversation}")).Word("contactId");
        Assert.InRange((await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}")).Status, 202, 204);
        await Workspace.PassAsync(TimeSpan.FromMinutes(11));

        var (looked, page) = await Workspace.LookAsync(mail.Path);
        Assert.Equal((200, false), (looked, page.Contains("***", StringComparison.Ordinal)));
        var (status, html) = await Workspace.PressAsync(mail.Path);
        Assert.Equal(200, status);
        Assert.DoesNotContain("<form", html, StringComparison.Ordinal);
        Assert.Equal(200, (await Workspace.ResumeAsync(mail.Path)).Status);
        var known = (await Workspace.SuppressionAsync(mail.Mailbox))!.Value;
        Assert.Equal((true, true), (known.GetProperty("stopped").GetBoolean(), known.GetProperty("onlyCampaigns").GetBoolean()));
    }

    [Fact]
    public async Task Whoever_runs_campaigns_is_told_of_the_message()
    {
        var mail = await Workspace.SendLinkedAsync();
        var services = Workspace.Services;
        var told = new List<(string Message, DateTimeOffset At)>();
        var unsubscribe = new Unsubscribe(services.GetRequiredService<ThreadStore>(), services.GetRequiredService<Consents>(), Workspace.Time, (message, at, _) =>
        {
            told.Add((message.Id, at));
            return Task.CompletedTask;
        });
        var link = await services.GetRequiredService<UnsubscribeLinks>().ReadAsync(mail.Token, default);
        var recipient = await unsubscribe.FindAsync(link!, default);
        Assert.Equal((mail.Mailbox, Workspace.MailChannelId), (recipient.Address, recipient.ChannelId));
        await unsubscribe.StopAsync(recipient, Press.OneClick, default);
        Assert.Equal([(mail.Message, Workspace.Time.GetUtcNow())], told);
    }
}
