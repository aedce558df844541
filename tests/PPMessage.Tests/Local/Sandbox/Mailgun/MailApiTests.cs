using System.Net;
using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Mailgun;

public sealed class MailApiTests : MailSandboxTest
{
    [Fact]
    public async Task A_wrong_key_is_answered_with_a_word()
    {
        Use("wrong");
        using var answer = await GetAsync("/v3/routes");

        Assert.Equal((HttpStatusCode.Unauthorized, "Forbidden"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task A_sending_key_sends_from_its_domain_and_does_nothing_else()
    {
        Use(MailDemo.SendingKey);
        using var sent = await SendAsync();
        using var routes = await GetAsync("/v3/routes");
        using var events = await GetAsync($"/v3/{MailDemo.Domain}/events");

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [sent.StatusCode, routes.StatusCode, events.StatusCode]);
    }

    [Fact]
    public async Task A_domain_is_known_in_its_region_only()
    {
        await using var europe = await MailgunSandbox.StartAsync(new MailgunSandboxOptions { Eu = true });
        var here = await JsonAsync($"/v4/domains/{MailDemo.EuDomain}");
        var there = await JsonAsync(Http.GetAsync(new Uri(europe.BaseUrl, $"/v4/domains/{MailDemo.EuDomain}")));

        Assert.Equal("Domain not found", here.GetProperty("message").GetString());
        Assert.Equal(["mxa.eu.mailgun.org", "mxb.eu.mailgun.org"], there.GetProperty("receiving_dns_records").EnumerateArray().Select(record => record.GetProperty("value").GetString()));
    }

    [Fact]
    public async Task A_domain_may_send_without_receiving()
    {
        Sandbox.Put(Sandbox.Domain(MailDemo.Domain)! with { ReceivingValid = false });
        var domain = await JsonAsync($"/v4/domains/{MailDemo.Domain}");

        Assert.Equal("active", domain.GetProperty("domain").GetProperty("state").GetString());
        Assert.All(domain.GetProperty("receiving_dns_records").EnumerateArray(), record =>
        {
            Assert.Equal(("MX", "unknown", "10"), (record.GetProperty("record_type").GetString(), record.GetProperty("valid").GetString(), record.GetProperty("priority").GetString()));
            Assert.False(record.TryGetProperty("name", out _));
        });
        Assert.All(domain.GetProperty("sending_dns_records").EnumerateArray(), record => Assert.Equal("valid", record.GetProperty("valid").GetString()));
    }

    [Theory]
    [InlineData("unverified", "custom")]
    [InlineData("disabled", "custom")]
    [InlineData("active", "sandbox")]
    public async Task A_domain_that_may_not_send_refuses(string state, string type)
    {
        Sandbox.Put(Sandbox.Domain(MailDemo.Domain)! with { State = state, Type = type });
        using var answer = await SendAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(Sandbox.Sent);
    }

    [Fact]
    public async Task A_path_with_too_many_slashes_is_magnificent()
    {
        using var answer = await PostAsync($"/v3/{MailDemo.Domain}/x/messages");

        Assert.Equal((HttpStatusCode.OK, "Mailgun Magnificent API"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Routes_are_made_changed_matched_and_removed()
    {
        var made = await JsonAsync(PostAsync("/v3/routes", ("expression", "match_recipient(\"^a@\")"), ("action", "forward(\"https://h.example/mime\")"), ("action", "stop()"), ("description", "one"), ("priority", "5")));
        var id = made.GetProperty("route").GetProperty("id").GetString()!;
        var changed = await JsonAsync(SendFormAsync(HttpMethod.Put, $"/v3/routes/{id}", ("description", "two")));
        var matched = await JsonAsync("/v3/routes/match?address=a@mg.example.com");
        using var refused = await PostAsync("/v3/routes", ("expression", "match_everything()"), ("action", "stop()"));
        using var removed = await Http.DeleteAsync(new Uri($"/v3/routes/{id}", UriKind.Relative));
        var listed = await JsonAsync("/v3/routes");

        Assert.Equal(("two", 5, 2), (changed.GetProperty("description").GetString(), changed.GetProperty("priority").GetInt32(), changed.GetProperty("actions").GetArrayLength()));
        Assert.Equal(id, matched.GetProperty("route").GetProperty("id").GetString());
        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.OK], [refused.StatusCode, removed.StatusCode]);
        Assert.Equal(0, listed.GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task A_webhook_url_is_made_once_and_changed_only_where_it_is()
    {
        var path = $"/v4/domains/{MailDemo.Domain}/webhooks";
        using var absent = await SendFormAsync(HttpMethod.Put, path, ("url", "https://d.example/"), ("event_types", "opened"));
        using var made = await PostAsync(path, ("url", "https://d.example/"), ("event_types", "opened"));
        using var again = await PostAsync(path, ("url", "https://d.example/"), ("event_types", "clicked"), ("event_types", "opened"));

        Assert.Equal((404, 200, 400), ((int)absent.StatusCode, (int)made.StatusCode, (int)again.StatusCode));
        Assert.Contains("event type 'opened' with URL 'https://d.example/' already exists", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(Sandbox.Webhook(MailDemo.Domain, "clicked"));
    }

    [Fact]
    public async Task Webhooks_are_kept_by_type_or_by_url()
    {
        var path = $"/v3/domains/{MailDemo.Domain}/webhooks";
        await PostAsync(path, ("id", "delivered"), ("url", "https://a.example/"), ("url", "https://b.example/"));
        using var again = await PostAsync(path, ("id", "delivered"), ("url", "https://a.example/"));
        using var tooMany = await SendFormAsync(HttpMethod.Put, $"{path}/delivered", ("url", "https://1.example"), ("url", "https://2.example"), ("url", "https://3.example"), ("url", "https://4.example"));
        using var unknown = await PostAsync(path, ("id", "stored"), ("url", "https://a.example/"));
        await PostAsync($"/v4/domains/{MailDemo.Domain}/webhooks", ("url", "https://c.example/"), ("event_types", "delivered"), ("event_types", "complained"));
        var all = (await JsonAsync(path)).GetProperty("webhooks");
        await Http.DeleteAsync(new Uri($"/v4/domains/{MailDemo.Domain}/webhooks?url=https://c.example/", UriKind.Relative));

        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.BadRequest], [again.StatusCode, tooMany.StatusCode, unknown.StatusCode]);
        Assert.Equal(3, all.GetProperty("delivered").GetProperty("urls").GetArrayLength());
        Assert.Equal("https://c.example/", Assert.Single(all.GetProperty("complained").GetProperty("urls").EnumerateArray()).GetString());
        Assert.Equal(["https://a.example/", "https://b.example/"], Sandbox.Webhook(MailDemo.Domain, "delivered"));
        Assert.Empty(Sandbox.Webhook(MailDemo.Domain, "complained"));
    }

    [Fact]
    public async Task A_mail_is_found_by_its_own_id_among_events_and_logs()
    {
        await SendAsync(("h:Message-Id", "<mine@mg.example.com>"), ("v:delivery", "d 7"));
        await SendAsync();
        await Sandbox.SettleAsync();
        var events = await JsonAsync($"/v3/{MailDemo.Domain}/events?message-id=mine@mg.example.com&event=accepted");
        using var asked = new StringContent(
            """{"start":"Mon, 01 Jan 2024 00:00:00 -0000","events":["accepted"],"filter":{"AND":[{"attribute":"user_variables","comparator":"contains","values":[{"label":"x","value":"\"d 7\""}]}]}}""",
            System.Text.Encoding.UTF8,
            "application/json");
        var logs = await JsonAsync(Http.PostAsync(new Uri("/v1/analytics/logs", UriKind.Relative), asked));

        Assert.Equal("accepted", Assert.Single(events.GetProperty("items").EnumerateArray()).GetProperty("event").GetString());
        var log = Assert.Single(logs.GetProperty("items").EnumerateArray());
        Assert.Equal("mine@mg.example.com", log.GetProperty("message").GetProperty("headers").GetProperty("message-id").GetString());
        Assert.Equal("""{"delivery":"d 7"}""", log.GetProperty("user-variables").GetString());
    }

    [Fact]
    public async Task Pages_of_events_end_with_an_empty_one()
    {
        await SendAsync();
        await Sandbox.SettleAsync();
        var page = await JsonAsync($"/v3/{MailDemo.Domain}/events?limit=1&ascending=yes");
        List<string?> seen = [];
        while (page.GetProperty("items").GetArrayLength() > 0)
        {
            seen.Add(page.GetProperty("items")[0].GetProperty("event").GetString());
            page = await JsonAsync(new Uri(page.GetProperty("paging").GetProperty("next").GetString()!).PathAndQuery);
        }

        Assert.Equal(["accepted", "delivered"], seen);
    }

    [Fact]
    public async Task A_suppressed_address_is_queued_and_then_failed_until_it_is_taken_off()
    {
        Hook("permanent_fail", "delivered");
        await PostAsync($"/v3/{MailDemo.Domain}/unsubscribes", ("address", Mailbox));
        using var queued = await SendAsync();
        await Sandbox.SettleAsync();
        using var removed = await Http.DeleteAsync(new Uri($"/v3/{MailDemo.Domain}/unsubscribes/{Mailbox}", UriKind.Relative));
        await SendAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(HttpStatusCode.OK, queued.StatusCode);
        Assert.Equal(["failed", "delivered"], EventNames);
        Assert.Equal(("permanent", "suppress-unsubscribe", 606), (Events[0].GetProperty("severity").GetString(), Events[0].GetProperty("reason").GetString(), Events[0].GetProperty("delivery-status").GetProperty("code").GetInt32()));
        Assert.Single(Sandbox.Received(Mailbox));
    }

    [Fact]
    public async Task The_signing_key_can_be_read()
    {
        Sandbox.SignWith("another");

        Assert.Equal("another", (await JsonAsync("/v5/accounts/http_signing_key")).GetProperty("http_signing_key").GetString());
    }

    [Fact]
    public async Task More_than_a_thousand_recipients_are_refused()
    {
        using var answer = await SendAsync(("to", string.Join(',', Enumerable.Range(0, 1001).Select(i => $"a{i}@x.example"))));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(JsonValueKind.String, (await JsonAsync(Task.FromResult(answer))).GetProperty("message").ValueKind);
    }
}

public sealed class LateEventsTests : MailSandboxTest
{
    private protected override MailgunSandboxOptions Options => base.Options with { EventsVisibleAfter = TimeSpan.FromMinutes(30) };

    [Fact]
    public async Task What_has_just_happened_is_not_to_be_seen_yet()
    {
        await SendAsync();
        await Sandbox.SettleAsync();

        Assert.Single(Sandbox.Received(Mailbox));
        Assert.Equal(0, (await JsonAsync($"/v3/{MailDemo.Domain}/events")).GetProperty("items").GetArrayLength());
    }
}
