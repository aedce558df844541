using PPMessage.Mail;
using Xunit;

namespace PPMessage.Tests.Mail;

public sealed class ReportTests
{
    [Fact]
    public void Postfix()
    {
        var report = Mails.Read("""
            Return-Path: <>
            From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
            Subject: Undelivered Mail Returned to Sender
            Auto-Submitted: auto-replied
            Content-Type: multipart/report; report-type=delivery-status; boundary="b"

            --b
            Content-Type: text/plain

            I'm sorry to have to inform you that your message could not be delivered.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.net

            Final-Recipient: rfc822; nobody@example.net
            Original-Recipient: rfc822;nobody@example.net
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 <nobody@example.net>: User unknown
            --b
            Content-Type: message/rfc822

            Message-Id: <msg_1@mg.example.com>
            From: help@example.com
            Subject: Hello

            text
            --b--
            """).Report!;

        Assert.Equal((MailReportKind.Failed, "msg_1@mg.example.com", "nobody@example.net", "5.1.1"), (report.Kind, report.OriginalMessageId, report.Recipient, report.Status));
        Assert.Equal("550 5.1.1 <nobody@example.net>: User unknown", report.Diagnostic);
        Assert.Contains("msg_1@mg.example.com", report.MentionedIds);
    }

    [Fact]
    public void Gmail_tells_of_a_delay_with_headers_only()
    {
        var report = Mails.Read("""
            From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
            Subject: Delivery Status Notification (Delay)
            X-Failed-Recipients: bob@example.net
            Content-Type: multipart/report; report-type=delivery-status; boundary="b"

            --b
            Content-Type: text/plain

            There was a temporary problem delivering your message.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; googlemail.com

            Final-Recipient: rfc822; bob@example.net
            Action: delayed
            Status: 4.4.1
            --b
            Content-Type: text/rfc822-headers

            Message-ID: <msg_2@mg.example.com>
            Subject: Hello
            --b--
            """).Report!;

        Assert.Equal((MailReportKind.Delayed, "msg_2@mg.example.com", "bob@example.net", "4.4.1"), (report.Kind, report.OriginalMessageId, report.Recipient, report.Status));
    }

    [Fact]
    public void Exchange_quotes_the_original_in_an_attached_mail_of_another_shape()
    {
        var report = Mails.Read("""
            From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.net
            Subject: Undeliverable: Hello
            In-Reply-To: <msg_3@mg.example.com>
            Content-Type: multipart/mixed; boundary="b"

            --b
            Content-Type: text/plain

            Delivery has failed to these recipients or groups:

            carol@example.net
            Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'
            --b
            Content-Type: message/rfc822

            Message-ID: <msg_3@mg.example.com>
            Subject: Hello

            text
            --b--
            """).Report!;

        Assert.Equal((MailReportKind.Failed, "msg_3@mg.example.com", "carol@example.net", "5.1.10"), (report.Kind, report.OriginalMessageId, report.Recipient, report.Status));
    }

    [Theory]
    [InlineData("PostMaster@qq.com", "系统退信/Systems bounce", "抱歉，您的邮件被退回来了……\n原邮件信息：\n收件人：dave@qq.com\n退信原因：550 Mailbox not found\nMessage-ID: <msg_4@mg.example.com>")]
    [InlineData("Postmaster@163.com", "系统退信", "您的邮件无法送达 dave@163.com\nSMTP error, RCPT TO: 550 User not found: dave@163.com\n<msg_4@mg.example.com>")]
    [InlineData("MAILER-DAEMON@example.net", "failure notice", "Hi. This is the qmail-send program at example.net.\n\n<dave@example.org>:\n550 sorry, no mailbox here by that name (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <msg_4@mg.example.com>\nSubject: Hello")]
    [InlineData("Mailer-Daemon@example.net", "Mail delivery failed: returning message to sender", "This message was created automatically by mail delivery software.\n  dave@example.org\n    550 no such user\n\nMessage-Id: <msg_4@mg.example.com>")]
    public void Bounces_without_a_form(string from, string subject, string text)
    {
        var report = Mails.Read($"From: {from}\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}").Report!;

        Assert.Equal(MailReportKind.Failed, report.Kind);
        Assert.StartsWith("dave@", report.Recipient, StringComparison.Ordinal);
        Assert.Contains("550", report.Diagnostic, StringComparison.Ordinal);
        Assert.Contains("msg_4@mg.example.com", report.MentionedIds);
    }

    [Fact]
    public void A_read_receipt()
    {
        var report = Mails.Read("""
            From: anna@example.net
            Subject: Read: Hello
            Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

            --b
            Content-Type: text/plain

            Your message was read.
            --b
            Content-Type: message/disposition-notification

            Final-Recipient: rfc822;anna@example.net
            Original-Message-ID: <msg_5@mg.example.com>
            Disposition: manual-action/MDN-sent-manually; displayed
            --b--
            """).Report!;

        Assert.Equal((MailReportKind.Read, "msg_5@mg.example.com", "anna@example.net"), (report.Kind, report.OriginalMessageId, report.Recipient));
    }

    [Theory]
    [InlineData("anna@example.com", "Undeliverable: what does this mean?")]
    [InlineData("postmaster@example.com", "Your contract")]
    public void A_person_who_writes_of_bounces_sends_none(string from, string subject) => Assert.Null(Mails.Read($"From: {from}\nSubject: {subject}\n\nHello").Report);
}
