using Xunit;

namespace PPMessage.Tests.Mail;

public sealed class MailReaderTests
{
    [Fact]
    public async Task A_usual_mail_is_understood()
    {
        var mail = Mails.Read("""
            X-Mailgun-Spf: Pass
            X-Mailgun-Dkim-Check-Result: Fail
            X-Mailgun-Sflag: No
            X-Mailgun-Sscore: -0.1
            Received: from mx.example.net by mxa.mailgun.org; Thu, 1 Jan 2026 12:00:00 +0800
            X-Mailgun-Spf: forged
            Message-Id: <1@example.net>
            In-Reply-To: <b@x>
            References: <a@x>
             <b@x>
            From: =?UTF-8?B?5byg5LiJ?= <zhang@example.net>
            To: Help <help@example.com>, b@example.com
            Cc: c@example.com
            Reply-To: other@example.net
            Subject: =?UTF-8?Q?Hallo_=E4=BD=A0?=
            Date: Thu, 1 Jan 2026 12:00:00 +0800
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/alternative; boundary=a

            --a
            Content-Type: text/plain; charset=utf-8

            Where is my order?

            On Wed, 31 Dec 2025 at 12:00, Help <help@example.com> wrote:
            > Hello
            --a
            Content-Type: text/html; charset=utf-8

            <p>Where is my order?<script>alert(1)</script></p>
            --a--
            --m
            Content-Type: application/pdf; name="a.pdf"
            Content-Disposition: attachment; filename="a.pdf"
            Content-Transfer-Encoding: base64

            aGVsbG8=
            --m--
            """);

        Assert.Equal("1@example.net", mail.MessageId);
        Assert.Equal(["a@x", "b@x"], mail.References);
        Assert.Equal(new("张三", "zhang@example.net"), mail.From);
        Assert.Equal(new(null, "other@example.net"), mail.ReplyTo);
        Assert.Equal([new("Help", "help@example.com"), new(null, "b@example.com")], mail.To);
        Assert.Equal([new(null, "c@example.com")], mail.Cc);
        Assert.Equal("Hallo 你", mail.Subject);
        Assert.Equal(new(2026, 1, 1, 12, 0, 0, TimeSpan.FromHours(8)), mail.Date);
        Assert.Equal("Where is my order?", mail.Text);
        Assert.Contains("> Hello", mail.FullText, StringComparison.Ordinal);
        Assert.Equal("<p>Where is my order?</p>", mail.Html);
        Assert.Equal(new("pass", "fail", "no", "-0.1"), mail.Verdicts);
        Assert.Null(mail.AutomaticBecause);
        Assert.Null(mail.Report);
        Assert.Empty(mail.Oddities);
        var file = Assert.Single(mail.Files);
        Assert.Equal(("a.pdf", "application/pdf", null, false), (file.Name, file.ContentType, file.ContentId, file.Inline));
        Assert.Equal("hello"u8.ToArray(), await Mails.ContentAsync(file));
    }
}
