using System.Net;
using System.Text;
using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Mailgun;

public sealed class MailSendingTests : MailSandboxTest
{
    [Fact]
    public async Task A_mail_is_queued_delivered_and_told_of_with_a_signature()
    {
        Hook("accepted", "delivered");
        using var answer = await SendAsync(("html", "<p>Hi</p>"), ("v:delivery", "d1"), ("o:tag", "a"), ("h:In-Reply-To", "<x@y.example>"), ("h:Reply-To", "help@mg.example.com"));
        var body = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        await Sandbox.SettleAsync();

        Assert.Equal("Queued. Thank you.", body.GetProperty("message").GetString());
        Assert.Matches("^<[0-9]{14}[.][0-9a-f]{16}@mg[.]example[.]com>$", body.GetProperty("id").GetString());
        var mail = Assert.Single(Sandbox.Received(Mailbox));
        Assert.Equal(("Hello", "How are you?", "<p>Hi</p>", "x@y.example"), (mail.Subject, mail.Text, mail.Html, mail.InReplyTo));
        Assert.Equal(["help@mg.example.com"], mail.ReplyTo);
        Assert.Equal($"<{mail.MessageId}>", body.GetProperty("id").GetString());
        Assert.Equal("""{"delivery":"d1"}""", mail.Header("X-Mailgun-Variables"));
        Assert.Equal(["accepted", "delivered"], EventNames);
        var told = Events[^1];
        Assert.Equal(mail.MessageId, told.GetProperty("message").GetProperty("headers").GetProperty("message-id").GetString());
        Assert.Equal("d1", told.GetProperty("user-variables").GetProperty("delivery").GetString());
        Assert.Equal(250, told.GetProperty("delivery-status").GetProperty("code").GetInt32());
        var signature = System.Text.Json.JsonDocument.Parse(Application.Calls.Last().Body).RootElement.GetProperty("signature");
        var (timestamp, token) = (signature.GetProperty("timestamp").GetString()!, signature.GetProperty("token").GetString()!);
        Assert.Equal(MailSignature.Of(MailDemo.SigningKey, timestamp, token).Signature, signature.GetProperty("signature").GetString());
    }

    [Theory]
    [InlineData("tbsy84uSV1Kt3ZJZELY2TmShPRs91E3yL4tzf96297vBCkDWgL", "1539112500", "7VwW7k6Ak7zcTwoSoNm7aTtbk1g67MKAnsYLfUB7PdszbgR5Xi", "ef24c5225322217bb065b80bb54eb4f9206d764e3e16abab07f0a64d1cf477cc")]
    [InlineData("TEST_WEBHOOK_SIGNING_KEY", "1534108637", "651869375b9df3c98fc15c4889b102119add1235c38fc92824", "2a75affe24846ead9e37e614a5e7643a04abf4d5b49b34d224ede9af23a00ccc")]
    public void The_signature_is_the_known_one(string key, string timestamp, string token, string signature) =>
        Assert.Equal(signature, MailSignature.Of(key, timestamp, token).Signature);

    [Theory]
    [InlineData("<own.1@mg.example.com>", "own.1@mg.example.com")]
    [InlineData("own.1@mg.example.com", "own.1@mg.example.com")]
    public async Task The_senders_own_message_id_is_kept(string given, string kept) =>
        Assert.Equal(kept, await IdAsync(SendAsync(("h:Message-Id", given))));

    [Fact]
    public async Task A_message_id_that_is_none_is_replaced() =>
        Assert.EndsWith("@mg.example.com", await IdAsync(SendAsync(("h:Message-Id", "not an id"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("from", "", "from parameter is missing")]
    [InlineData("from", "nobody", "from parameter is not a valid address. please check documentation")]
    [InlineData("to", "", "to parameter is missing")]
    [InlineData("to", "a@b.example, c@", "to parameter is not a valid address. please check documentation")]
    [InlineData("cc", "x", "cc parameter is not a valid address. please check documentation")]
    [InlineData("text", "", "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified")]
    [InlineData("subject", "", "subject parameter is missing")]
    [InlineData("recipient-variables", "{", "recipient-variables parameter is not a valid JSON")]
    [InlineData("o:deliverytime", "soon", "o:deliverytime parameter is not a valid RFC 2822 date")]
    public async Task A_mistake_is_refused_in_the_vendors_words(string name, string value, string words)
    {
        using var answer = await SendAsync((name, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(words, (await JsonAsync(Task.FromResult(answer))).GetProperty("message").GetString());
        Assert.Empty(Sandbox.Sent);
    }

    [Fact]
    public async Task Options_are_limited_together()
    {
        using var fits = await SendAsync(("h:References", new string('a', 16_000)));
        using var exceeds = await SendAsync(("h:References", new string('a', 8_000)), ("v:x", new string('a', 9_000)));

        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, exceeds.StatusCode);
    }

    [Fact]
    public async Task Attachments_arrive_under_their_names_and_inline_ones_by_theirs()
    {
        await SendAsync([("html", "<img src='cid:logo.png'>")], [("attachment", "中 a.png", [1, 2]), ("inline", "logo.png", [3])]);
        await Sandbox.SettleAsync();

        var mail = Assert.Single(Sandbox.Received(Mailbox));
        Assert.Equal(["logo.png", "中 a.png"], mail.Attachments);
        Assert.Contains("Content-Id: <logo.png>", Encoding.UTF8.GetString(mail.Mime), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Files_without_a_name_that_the_vendor_reads_are_lost_without_a_word()
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in Usual([])) content.Add(new StringContent(value), name);
        content.Add(new ByteArrayContent([1]), "attachment");
        content.Add(new ByteArrayContent([2]), "attachment", "中 a.png");
        using var answer = await Http.PostAsync(new Uri(Messages, UriKind.Relative), content);
        await Sandbox.SettleAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(Assert.Single(Sandbox.Received(Mailbox)).Attachments);
    }

    [Fact]
    public async Task A_urlencoded_mail_goes_too()
    {
        using var answer = await PostAsync(Messages, [.. Usual([("subject", "你好")])]);
        await Sandbox.SettleAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("你好", Assert.Single(Sandbox.Received(Mailbox)).Subject);
    }

    [Fact]
    public async Task Recipients_with_variables_get_a_mail_of_their_own()
    {
        await SendAsync(("to", "a@x.example, b@x.example"), ("text", "Dear %recipient.name%"), ("recipient-variables", """{"a@x.example":{"name":"Ann"},"b@x.example":{"name":"Bo"}}"""));
        await Sandbox.SettleAsync();

        Assert.Equal(["a@x.example"], Assert.Single(Sandbox.Received("a@x.example")).To);
        Assert.Equal("Dear Bo", Assert.Single(Sandbox.Received("b@x.example")).Text!.Trim());
    }

    [Fact]
    public async Task A_whole_mail_goes_byte_for_byte()
    {
        byte[] mime = [.. Encoding.ASCII.GetBytes("From: a@b.example\r\nMessage-Id: <whole@b.example>\r\nSubject: Raw\r\nContent-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"), 0xC4, 0xE3, 0xBA, 0xC3];
        using var content = new MultipartFormDataContent { { new StringContent(Mailbox), "to" }, { new ByteArrayContent(mime), "message", "message.mime" } };
        var id = await IdAsync(Http.PostAsync(new Uri(Messages + ".mime", UriKind.Relative), content));
        await Sandbox.SettleAsync();

        var mail = Assert.Single(Sandbox.Received(Mailbox));
        Assert.Equal(("whole@b.example", "Raw"), (id, mail.Subject));
        Assert.True(mail.Mime.AsSpan().EndsWith(mime));
    }

    [Fact]
    public async Task A_test_mail_is_accepted_and_not_delivered()
    {
        Hook("accepted", "delivered");
        await SendAsync(("o:testmode", "yes"));
        await Sandbox.SettleAsync();

        Assert.Equal(["accepted"], EventNames);
        Assert.Empty(Sandbox.Received(Mailbox));
    }

    [Fact]
    public async Task Tracking_that_is_not_switched_off_changes_the_mail()
    {
        Sandbox.Put(Sandbox.Domain(MailDemo.Domain)! with { ClickTracking = true, UnsubscribeTracking = true });
        await SendAsync(("html", "<a href=\"https://www.example.com/x\">x</a>"));
        await SendAsync(("html", "<a href=\"https://www.example.com/x\">x</a>"), ("o:tracking", "no"), ("to", "b@x.example"));
        await Sandbox.SettleAsync();

        var (tracked, untouched) = (Sandbox.Received(Mailbox)[0], Sandbox.Received("b@x.example")[0]);
        Assert.DoesNotContain("www.example.com", tracked.Html, StringComparison.Ordinal);
        Assert.NotNull(tracked.Header("List-Unsubscribe-Post"));
        Assert.Contains("https://www.example.com/x", untouched.Html, StringComparison.Ordinal);
        Assert.Null(untouched.Header("List-Unsubscribe"));
    }
}
