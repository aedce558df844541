using System.Text;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>Mail comes in, is answered in its conversation, and arrives as a proper mail in the contact's own thread.</summary>
public sealed class TwoWayMailTests
{
    private const string Mailbox = "wang.fang@example.cn";

    [Fact]
    public async Task A_mail_is_answered_in_the_customers_own_thread()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        var mail = new MailToWrite { From = "王芳 <wang.fang@example.cn>", MessageId = "question-1@example.cn", Files = [new MailFile("发票.pdf", "application/pdf", [1, 2, 3])] };
        var post = Assert.Single(await workspace.MailAsync(Mailbox, "我的订单在哪里？\n\n发自我的iPhone", "订单 1001", mail));
        Assert.Equal(200, post.StatusCode);

        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var conversation = Assert.Single(await workspace.ConversationsAsync());
        Assert.Equal(("email", Mailbox, "王芳", "订单 1001"), (conversation.Word("channelKind"), conversation.Word("address"), conversation.Word("contactName"), conversation.Word("subject")));
        var id = conversation.Word("id");
        var question = Assert.Single(await workspace.MessagesAsync(id));
        Assert.Equal(("订单 1001", "我的订单在哪里？"), (question.Word("subject"), question.Word("text")));
        Assert.Contains("发自我的iPhone", question.Word("fullText"), StringComparison.Ordinal);
        Assert.Equal(MailDemo.Address, Assert.Single(question.GetProperty("mail").GetProperty("recipients").EnumerateArray()).GetString());
        var file = Assert.Single(question.GetProperty("attachments").EnumerateArray());
        Assert.Equal("发票.pdf", file.Word("name"));
        Assert.Equal([1, 2, 3], await workspace.Client.GetByteArrayAsync(file.Word("url")));
        Assert.Contains("question-1@example.cn", Encoding.UTF8.GetString(await workspace.Client.GetByteArrayAsync(question.GetProperty("mail").Word("rawUrl"))), StringComparison.Ordinal);

        var said = await workspace.CallAsync("POST", $"/api/conversations/{id}/messages", new
        {
            text = "明天中午前到。", html = "<p>明天<b>中午前</b>到。<img src=\"https://shop.example/logo.png\"></p><script>alert(1)</script>",
            attachments = new[] { new { name = "收据.txt", contentType = "text/plain", base64 = Convert.ToBase64String("谢谢"u8) } },
        });
        Assert.Equal((201, "sending"), (said.Status, said.Json.State()));
        Assert.Equal(("origin", "channel", Mailbox), (said.Json.GetProperty("route").Word("because"), said.Json.GetProperty("route").Word("sender"), said.Json.GetProperty("route").Word("to")));
        await workspace.PassAsync(TimeSpan.Zero);
        workspace.Time.Advance(TimeSpan.FromSeconds(1));

        var received = Assert.Single(workspace.Mailgun.Received(Mailbox));
        Assert.Equal(("Re: 订单 1001", "question-1@example.cn"), (received.Subject, received.InReplyTo));
        Assert.Equal(["question-1@example.cn"], received.References);
        Assert.Contains(MailDemo.Address, received.From, StringComparison.Ordinal);
        Assert.Contains("明天中午前到。", received.Text, StringComparison.Ordinal);
        Assert.Contains("<b>中午前</b>", received.Html, StringComparison.Ordinal);
        Assert.Contains("src=\"https://shop.example/logo.png\"", received.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("script", received.Html, StringComparison.Ordinal);
        Assert.Equal(["收据.txt"], received.Attachments);
        Assert.Equal("delivered", (await workspace.MessagesAsync(id))[0].State());

        await workspace.MailAsync(Mailbox, "谢谢！", "Re: 订单 1001", new MailToWrite { InReplyTo = received.MessageId, References = [received.InReplyTo!, received.MessageId!] });
        Assert.Equal(["谢谢！", "明天中午前到。", "我的订单在哪里？"], (await workspace.MessagesAsync(id)).Select(message => message.Word("text")));
    }
}
