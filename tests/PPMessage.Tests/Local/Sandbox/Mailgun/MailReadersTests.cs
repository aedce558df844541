using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Mailgun;

public sealed class MailReadersTests : MailSandboxTest
{
    private static readonly (string, string) Html = ("html", "<a href=\"https://shop.example.com/a?x=1&amp;y=2\">A</a> <a href='https://shop.example.com/b'>B</a>");

    private static readonly string[] Noticed = ["opened", "clicked", "unsubscribed", "complained"];

    [Fact]
    public async Task Opens_and_clicks_are_noticed_where_the_mail_asked_for_it()
    {
        Hook(Noticed);
        await SendAsync(Html, ("o:tracking", "yes"), ("v:own", "1"));
        await Sandbox.SettleAsync();

        Assert.Equal("opened", (await ActAsync("1/open")).GetProperty("event").GetString());
        await ActAsync("last/click");
        await ActAsync("last/click", """{"url":"https://shop.example.com/b"}""");
        Assert.Equal(["opened", "clicked", "clicked"], EventNames);
        Assert.Equal(["https://shop.example.com/a?x=1&y=2", "https://shop.example.com/b"], Events.Skip(1).Select(data => data.GetProperty("url").GetString()));
        Assert.All(Events, data => Assert.Equal("1", data.GetProperty("user-variables").GetProperty("own").GetString()));
        Assert.DoesNotContain("shop.example.com", Sandbox.Received(Mailbox)[0].Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no", "no", "no")]
    [InlineData("yes", "no", "no")]
    public async Task A_mail_that_did_not_ask_is_opened_and_clicked_unnoticed(string all, string clicks, string opens)
    {
        Hook(Noticed);
        await SendAsync(Html, ("o:tracking", all), ("o:tracking-clicks", clicks), ("o:tracking-opens", opens));
        await Sandbox.SettleAsync();

        foreach (var deed in new[] { await ActAsync("1/open"), await ActAsync("1/click") })
        {
            Assert.Equal(JsonValueKind.Null, deed.GetProperty("event").ValueKind);
            Assert.Contains("did not ask", deed.GetProperty("why").GetString(), StringComparison.Ordinal);
        }

        Assert.Empty(Events);
    }

    [Fact]
    public async Task A_link_that_the_mail_does_not_have_can_not_be_followed()
    {
        await SendAsync(Html, ("o:tracking", "yes"));
        await Sandbox.SettleAsync();

        Assert.Contains("no such link", (await ActAsync("1/click", """{"url":"https://elsewhere.example/"}""")).GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mail_programs_button_posts_to_the_sender()
    {
        await SendAsync(("h:List-Unsubscribe", $"<mailto:u@mg.example.com>, <{Application.BaseUrl}/u/abc?t=1>"), ("h:List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        await Sandbox.SettleAsync();
        Application.Answer = _ => TypedResults.StatusCode(202);

        var deed = await ActAsync("last/unsubscribe");

        var call = Assert.Single(Application.Calls);
        Assert.Equal((202, "POST", "/u/abc?t=1", "One-Click"), (deed.GetProperty("statusCode").GetInt32(), call.Method, call.Path, call.Fields["List-Unsubscribe"]));
        Assert.False(Sandbox.IsSuppressed(MailDemo.Domain, "unsubscribes", Mailbox));
    }

    [Fact]
    public async Task Without_the_second_header_or_with_a_foreign_plain_address_there_is_no_button()
    {
        await SendAsync(("h:List-Unsubscribe", "<https://us.example.com/u>"));
        await SendAsync(("h:List-Unsubscribe", "<http://us.example.com/u>"), ("h:List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        await Sandbox.SettleAsync();

        foreach (var number in (int[])[1, 2]) Assert.NotNull((await ActAsync($"{number}/unsubscribe")).GetProperty("why").GetString());
    }

    [Fact]
    public async Task Mailguns_own_unsubscribe_link_and_a_complaint_put_the_address_on_its_lists()
    {
        Hook(Noticed);
        Sandbox.Put(Sandbox.Domain(MailDemo.Domain)! with { UnsubscribeTracking = true });
        await SendAsync();
        await Sandbox.SettleAsync();

        await ActAsync("1/unsubscribe");
        await ActAsync("1/complain");

        Assert.Equal(["unsubscribed", "complained"], EventNames);
        Assert.True(Sandbox.IsSuppressed(MailDemo.Domain, "unsubscribes", Mailbox));
        Assert.True(Sandbox.IsSuppressed(MailDemo.Domain, "complaints", Mailbox));
    }

    [Fact]
    public async Task Nobody_opens_what_is_not_there()
    {
        using var answer = await Http.PostAsync(new Uri($"/sandbox/mailboxes/{Mailbox}/received/1/open", UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Headers_and_variables_are_each_recipients_own_and_an_unknown_name_stays_as_it_is()
    {
        Hook("delivered");
        await SendAsync(
            ("to", "a@x.example, b@x.example, c+d@x.example"), ("subject", "%recipient.name% %recipient.none%"), ("h:List-Unsubscribe", "<https://us.example.com/%recipient.id%>"), ("v:id", "%recipient.id%"),
            ("recipient-variables", """{"a@x.example":{"name":"%recipient.id%","id":1},"b@x.example":{"name":"Bo","id":"two"},"c+d@x.example":{"name":"Plus","id":3}}"""));
        await Sandbox.SettleAsync();

        ReceivedMail Mail(string address) => Assert.Single(Sandbox.Received(address));
        Assert.Equal(("%recipient.id% %recipient.none%", "<https://us.example.com/1>", """{"id":"1"}"""), (Mail("a@x.example").Subject, Mail("a@x.example").Header("List-Unsubscribe"), Mail("a@x.example").Header("X-Mailgun-Variables")));
        Assert.Equal(("Bo %recipient.none%", "<https://us.example.com/two>"), (Mail("b@x.example").Subject, Mail("b@x.example").Header("List-Unsubscribe")));
        Assert.Equal("%recipient.name% %recipient.none%", Mail("c+d@x.example").Subject);
        Assert.Equal(["%recipient.id%", "1", "two"], Events.Select(data => data.GetProperty("user-variables").GetProperty("id").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_stands_goes_wrong_until_it_is_lifted()
    {
        Sandbox.Misbehave(new MailMisbehaviour(MailMisbehaviour.TooManyRequests) { Standing = true }, new MailMisbehaviour(MailMisbehaviour.DropEvents) { Standing = true });
        for (var i = 0; i < 3; i++)
        {
            using var refused = await SendAsync();
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        }

        using var lifted = await Http.DeleteAsync(new Uri("/sandbox/misbehave?kind=429", UriKind.Relative));
        using var sent = await SendAsync();

        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        Assert.Equal("dropEvents", Assert.Single(Sandbox.Misbehaviours).Kind);
    }

    [Fact]
    public async Task A_new_domain_may_not_send_to_many()
    {
        using var change = new StringContent("""{"largestBatch":2}""", Encoding.UTF8, "application/json");
        await Http.PutAsync(new Uri($"/sandbox/domains/{MailDemo.Domain}", UriKind.Relative), change);
        using var refused = await SendAsync(("to", "a@x.example, b@x.example, c@x.example"));
        using var sent = await SendAsync(("to", "a@x.example, b@x.example"));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (refused.StatusCode, sent.StatusCode));
        Assert.Contains("large batches", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mailboxes_forget_the_oldest_and_numbers_stay()
    {
        var mailboxes = new Mailboxes(heaviest: 1000);
        foreach (var address in (string[])["a", "b", "a", "b"]) mailboxes.Add(address, new ReceivedMail(new byte[100], default) { From = "x" });

        Assert.Equal([2], mailboxes.Of("A").Select(mail => mail.Number));
        Assert.Equal([1, 2], mailboxes.Of("b").Select(mail => mail.Number));
    }

    private async Task<JsonElement> ActAsync(string deed, string? body = null)
    {
        using var content = new StringContent(body ?? "", Encoding.UTF8, "application/json");
        return await JsonAsync(Http.PostAsync(new Uri($"/sandbox/mailboxes/{Mailbox}/received/{deed}", UriKind.Relative), body is null ? null : content));
    }
}
