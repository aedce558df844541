using System.Net;
using System.Text;
using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Mailgun;

public sealed class MailControlTests : MailSandboxTest
{
    [Fact]
    public async Task The_first_page_says_what_it_is()
    {
        var page = await Http.GetStringAsync(new Uri("/sandbox", UriKind.Relative));

        Assert.StartsWith("This plays Mailgun", page, StringComparison.Ordinal);
        Assert.Contains(MailDemo.SigningKey, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mailbox_gets_a_mail_and_answers_it()
    {
        Route("/mail");
        var id = await IdAsync(SendAsync(("h:Reply-To", MailDemo.Address), ("h:References", "<first@mg.example.com>")));
        await Sandbox.SettleAsync();

        var received = (await JsonAsync($"/sandbox/mailboxes/{Mailbox}/received")).GetProperty("items")[0];
        var answer = await AskAsync($"/sandbox/mailboxes/{Mailbox}/mails", """{"inReplyTo":"last","text":"Thank you"}""");
        var form = await FormAsync(Application.Calls.Last());

        Assert.Equal((id, 1, "Hello"), (received.GetProperty("messageId").GetString(), received.GetProperty("number").GetInt32(), received.GetProperty("subject").GetString()));
        Assert.Equal(200, answer.GetProperty("items")[0].GetProperty("statusCode").GetInt32());
        Assert.Equal(("Re: Hello", $"<{id}>"), (form["subject"][0], form["In-Reply-To"].ToString()));
        Assert.Equal($"<first@mg.example.com> <{id}>", form["References"].ToString().ReplaceLineEndings("").Replace("\t", " ", StringComparison.Ordinal));
        Assert.Equal("Thank you", form["stripped-text"].ToString());
        Assert.Contains("> How are you?", form["body-plain"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_is_written_by_fields_with_a_file_or_as_it_is()
    {
        Route("/mail");
        await AskAsync($"/sandbox/mailboxes/{Mailbox}/mails", $$"""{"to":["{{MailDemo.Address}}"],"subject":"图","text":"x","attachments":[{"name":"图.png","contentType":"image/png","base64":"iVBORw=="}]}""");
        using var mime = new StringContent("From: a@b.example\r\nSubject: Raw\r\n\r\nHello\r\n", Encoding.ASCII, "message/rfc822");
        using var raw = await Http.PostAsync(new Uri($"/sandbox/mailboxes/{Mailbox}/mails?to={MailDemo.Address}", UriKind.Relative), mime);

        Assert.Equal("图.png", Assert.Single((await FormAsync(Application.Calls.First())).Files).FileName);
        Assert.Equal("Raw", (await FormAsync(Application.Calls.Last()))["subject"][0]);
        Assert.Equal(2, (await JsonAsync("/sandbox/calls")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task What_was_received_can_be_fetched_whole()
    {
        await SendAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(Sandbox.Received(Mailbox)[0].Mime, await Http.GetByteArrayAsync(new Uri($"/sandbox/mailboxes/{Mailbox}/received/1/mime", UriKind.Relative)));
        Assert.Equal("POST", (await JsonAsync("/sandbox/requests")).GetProperty("items")[0].GetProperty("method").GetString());
    }

    [Fact]
    public async Task Misbehaviours_are_queued_shown_and_cleared()
    {
        var queued = await AskAsync("/sandbox/misbehave", """{"next":["429",{"kind":"temporaryFail","retryAfter":"PT15M","recipient":"li@customer.example"},{"kind":"late","by":"PT2S","count":2}]}""");
        using var refused = await SendAsync();
        using var cleared = await Http.DeleteAsync(new Uri("/sandbox/misbehave", UriKind.Relative));

        Assert.Equal(["429", "temporaryFail", "late", "late"], queued.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("kind").GetString()));
        Assert.Equal("PT15M", queued.GetProperty("items")[1].GetProperty("retryAfter").GetString());
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.NoContent), (refused.StatusCode, cleared.StatusCode));
        Assert.Empty(Sandbox.Misbehaviours);
    }

    [Fact]
    public async Task A_route_is_added()
    {
        await AskAsync("/sandbox/routes", """{"expression":"catch_all()","actions":["stop()"],"priority":3}""");

        Assert.Equal(("catch_all()", 3), (Assert.Single(Sandbox.Routes).Expression, Sandbox.Routes[0].Priority));
    }

    [Theory]
    [InlineData("/sandbox/mailboxes/li@customer.example/mails", """{"text":"x"}""", 400)]
    [InlineData("/sandbox/mailboxes/li@customer.example/mails", """{"to":"a@b.example","txt":"x"}""", 400)]
    [InlineData("/sandbox/mailboxes/li@customer.example/mails", """{"inReplyTo":"last","text":"x"}""", 409)]
    [InlineData("/sandbox/misbehave", """{"next":["explode"]}""", 400)]
    [InlineData("/sandbox/misbehave", """{"next":[{"kind":"late","by":"soon"}]}""", 400)]
    [InlineData("/sandbox/routes", """{"expression":"everything","actions":[]}""", 400)]
    [InlineData("/sandbox/nothing", "{}", 404)]
    public async Task A_mistake_is_explained(string path, string body, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(path, UriKind.Relative), content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotEqual("", (await JsonAsync(Task.FromResult(answer))).GetProperty("detail").GetString());
    }

    private async Task<JsonElement> AskAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await JsonAsync(Task.FromResult(answer));
    }
}
