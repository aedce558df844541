using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>Which conversation a mail belongs to.</summary>
public sealed class MailThreadingTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private readonly string _mailbox = MailWorkspace.NewMailbox();

    // As those of real hosts are called, on a host of this test's own.
    private readonly string _daemon = $"mailer-daemon@{MailWorkspace.NewMailbox("qq.example").Replace('@', '.')}";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_mail_that_answers_nothing_joins_the_open_conversation()
    {
        var id = await WriteAsync("first");
        Assert.Equal(id, await WriteAsync("second", "another subject"));
    }

    [Fact]
    public async Task An_answer_to_a_resolved_conversation_reopens_it_and_anything_else_begins_a_new_one()
    {
        var id = await WriteAsync("first");
        var answer = await AnswerAsync(id);
        await ResolveAsync(id);
        Assert.NotEqual(id, await WriteAsync("something else"));
        Assert.Equal(id, await WriteAsync("to your answer", more: new MailToWrite { InReplyTo = answer.MessageId }));
        Assert.Equal("open", (await Workspace.GetAsync($"/api/conversations/{id}")).Word("status"));
    }

    [Fact]
    public async Task An_answer_goes_to_the_conversation_that_it_answers_though_another_one_is_newer()
    {
        var id = await WriteAsync("first");
        var answer = await AnswerAsync(id);
        var contact = (await Workspace.GetAsync($"/api/conversations/{id}")).Word("contactId");
        var second = await Workspace.PostAsync("/api/conversations", new { contactId = contact, kind = "email", subject = "About something else", text = "Hello" });
        Assert.NotEqual(id, second.Word("conversationId"));

        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(id, await WriteAsync("to your answer", more: new MailToWrite { References = [answer.MessageId!.ToLowerInvariant()] }));
        Assert.Equal("About something else", (await Workspace.GetAsync($"/api/conversations/{second.Word("conversationId")}")).Word("subject"));
    }

    [Fact]
    public async Task Mails_of_a_conversation_that_we_began_hang_together()
    {
        var contact = await Workspace.PostAsync("/api/contacts", new { name = "陈静", emails = new[] { _mailbox } });
        var first = await Workspace.PostAsync("/api/conversations", new { contactId = contact.Word("id"), kind = "email", subject = "你的合同", text = "请查收" });
        // Two mails on their way at once may arrive in either order.
        await Workspace.MailgunTellsAsync();
        await Workspace.SayAsync(first.Word("conversationId"), "又及");
        await Workspace.MailgunTellsAsync();

        var mails = Workspace.Mailgun.Received(_mailbox);
        Assert.Equal(["你的合同", "Re: 你的合同"], mails.Select(mail => mail.Subject));
        Assert.Equal((null, mails[0].MessageId), (mails[0].InReplyTo, mails[1].InReplyTo));
    }

    [Fact]
    public async Task An_automatic_answer_is_shown_and_wakes_nobody()
    {
        var id = await WriteAsync("first");
        var answer = await AnswerAsync(id);
        await ResolveAsync(id);
        await WriteAsync("我在休假。", "自动回复: 订单", new MailToWrite { InReplyTo = answer.MessageId, Headers = [new("Auto-Submitted", "auto-replied")] });

        Assert.Equal("resolved", (await Workspace.GetAsync($"/api/conversations/{id}")).Word("status"));
        var shown = (await Workspace.MessagesAsync(id))[0];
        Assert.True(shown.GetProperty("mail").GetProperty("automatic").GetBoolean());
        Assert.Equal("我在休假。", shown.Word("text"));
    }

    [Fact]
    public async Task An_answer_goes_where_the_contact_wants_it()
    {
        var id = await WriteAsync("first", more: new MailToWrite { Headers = [new("Reply-To", "ablage@example.org")] });
        var said = await Workspace.SayAsync(id, "Hi");
        Assert.Equal("ablage@example.org", said.Json.GetProperty("route").Word("to"));
        await Workspace.MailgunTellsAsync();
        Assert.Single(Workspace.Mailgun.Received("ablage@example.org"), mail => mail.Text!.Contains("Hi", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_quoted_answer_holds_the_contacts_words_and_shows_our_own()
    {
        var id = await WriteAsync("Where is it?\nI wait.");
        var said = await Workspace.CallAsync("POST", $"/api/conversations/{id}/messages", new { text = "Tomorrow.", quote = true });
        await Workspace.MailgunTellsAsync();

        Assert.Equal("Tomorrow.", said.Json.Word("text"));
        var text = Assert.Single(Workspace.Mailgun.Received(_mailbox)).Text!.ReplaceLineEndings("\n");
        Assert.StartsWith("Tomorrow.\n\nOn 2026-11-", text, StringComparison.Ordinal);
        Assert.Contains("wrote:\n> Where is it?\n> I wait.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bounce_that_comes_as_a_mail_is_told_at_the_message_and_makes_no_conversation()
    {
        var id = await WriteAsync("first");
        var answer = await AnswerAsync(id);
        await Workspace.Mailgun.WriteAsync(_daemon, new MailToWrite { To = [MailDemo.Address], Recipients = [MailDemo.Address], Mime = Bounce(answer.MessageId!) });

        var message = (await Workspace.MessagesAsync(id))[0];
        Assert.Equal(("failed", "5.1.1"), (message.State(), message.GetProperty("delivery").GetProperty("error").Word("code")));
        Assert.DoesNotContain(await Workspace.ConversationsAsync(), conversation => conversation.Word("address") == _daemon);
    }

    [Fact]
    public async Task A_bounce_that_a_person_sends_is_a_mail_like_any_other()
    {
        var id = await WriteAsync("first");
        var answer = await AnswerAsync(id);
        await Workspace.Mailgun.WriteAsync("evil@x.example", new MailToWrite { To = [MailDemo.Address], Recipients = [MailDemo.Address], Mime = Bounce(answer.MessageId!) });

        Assert.Equal("delivered", (await Workspace.MessagesAsync(id))[0].State());
        Assert.Contains(await Workspace.ConversationsAsync(), conversation => conversation.Word("address") == _daemon);
    }

    [Fact]
    public async Task Long_words_are_whole_in_the_message_and_begin_in_lists()
    {
        var text = string.Concat(Enumerable.Repeat("我的订单在哪里？", 1000));
        await WriteAsync("first");
        await Workspace.MailAsync(_mailbox, text);
        var id = Assert.Single(await Workspace.ListAsync($"/api/conversations?q={_mailbox}")).Word("id");
        var said = await Workspace.SayAsync(id, text, key: "long");

        Assert.Equal((text, false), (said.Json.Word("text"), said.Json.TryGetProperty("partial", out _)));
        Assert.Equal(text, (await Workspace.SayAsync(id, text, key: "long")).Json.Word("text"));
        var shortened = (await Workspace.MessagesAsync(id)).Where(message => message.Word("text") != "first").ToList();
        Assert.Equal(2, shortened.Count);
        foreach (var listed in shortened)
        {
            Assert.Equal((true, text[..2000] + "…"), (listed.GetProperty("partial").GetBoolean(), listed.Word("text")));
            Assert.Equal(text, (await Workspace.GetAsync($"/api/conversations/{id}/messages/{listed.Word("id")}")).Word("text").Trim());
        }

        await Workspace.MailgunTellsAsync();
        Assert.Equal(text, Assert.Single(Workspace.Mailgun.Received(_mailbox)).Text!.Trim());
    }

    [Fact]
    public async Task Another_mail_under_the_same_Message_Id_is_kept_where_people_see_it()
    {
        var id = await WriteAsync("one", more: new MailToWrite { MessageId = "same@example.cn" });
        await Workspace.MailAsync(_mailbox, "one  ", more: new MailToWrite { MessageId = "same@example.cn" });
        Assert.DoesNotContain(await Workspace.ListAsync("/api/dead-letters"), letter => letter.Word("reason").Contains("same Message-Id", StringComparison.Ordinal));

        await Workspace.MailAsync(_mailbox, "two", more: new MailToWrite { MessageId = "same@example.cn" });
        Assert.Equal("one", Assert.Single(await Workspace.MessagesAsync(id)).Word("text"));
        Assert.Contains(await Workspace.ListAsync("/api/dead-letters"), letter => letter.Word("reason").Contains("same Message-Id", StringComparison.Ordinal));
    }

    private byte[] Bounce(string messageId) => System.Text.Encoding.ASCII.GetBytes($"""
        From: Mail Delivery System <{_daemon}>
        To: {MailDemo.Address}
        Subject: Undelivered Mail Returned to Sender
        Message-Id: <{Guid.NewGuid():N}@qq.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        I'm sorry to have to inform you that your message could not be delivered.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; qq.example

        Final-Recipient: rfc822; kunde@example.cn
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 user unknown
        --b
        Content-Type: text/rfc822-headers

        Message-Id: <{messageId}>
        Subject: Re: x
        --b--
        """.ReplaceLineEndings("\r\n"));

    private async Task<string> WriteAsync(string text, string subject = "订单", MailToWrite? more = null)
    {
        Assert.All(await Workspace.MailAsync(_mailbox, text, subject, more), post => Assert.Equal(200, post.StatusCode));
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        return (await Workspace.ListAsync($"/api/conversations?q={_mailbox}")).First(conversation => conversation.Word("lastWords") == text.Split('\n')[0] || conversation.Word("lastWords") == text).Word("id");
    }

    private async Task<ReceivedMail> AnswerAsync(string id)
    {
        Assert.Equal(201, (await Workspace.SayAsync(id, "our answer")).Status);
        await Workspace.MailgunTellsAsync();
        return Workspace.Mailgun.Received(_mailbox)[^1];
    }

    private async Task ResolveAsync(string id) =>
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { status = "resolved" })).Status);
}
