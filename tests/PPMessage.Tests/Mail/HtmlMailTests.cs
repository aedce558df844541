using Xunit;

namespace PPMessage.Tests.Mail;

/// <summary>Mails that have HTML only, as mail programs make them: the quotation is left out of what is seen, and stays in the full text.</summary>
public sealed class HtmlMailTests
{
    private const string Quoted = "Your parcel was sent";

    [Theory]
    [InlineData("""<div dir="ltr">It is here.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Thu, Jan 1, 2026 at 12:00 PM Help &lt;<a href="mailto:help@example.com">help@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0">Your parcel was sent</blockquote></div>""")]
    [InlineData("""<div>It is here.</div><div class="gmail_quote">2026年1月1日(木) 12:00 Help &lt;help@example.com&gt;:<br><blockquote class="gmail_quote">Your parcel was sent</blockquote></div>""")]
    [InlineData("""<p>It is here.</p><div class="moz-cite-prefix">On 1/1/26 12:00, Help wrote:<br></div><blockquote type="cite" cite="mid:x"><p>Your parcel was sent</p></blockquote>""")]
    [InlineData("""It is here.<br><div><br><blockquote type="cite"><div>On Jan 1, 2026, at 12:00 PM, Help &lt;help@example.com&gt; wrote:</div><br><div>Your parcel was sent</div></blockquote></div>""")]
    [InlineData("""<div>It is here.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Help<br><b>Sent:</b> Thursday<br></div><div>Your parcel was sent</div>""")]
    [InlineData("""<div>It is here.<br><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><div>From: Help</div>Your parcel was sent</div></div>""")]
    [InlineData("""<p class=MsoNormal>It is here.</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Help &lt;help@example.com&gt;<br><b>Sent:</b> Thursday, January 1, 2026 12:00 PM<br><b>To:</b> Anna<br><b>Subject:</b> RE: Parcel</p></div><p class=MsoNormal>Your parcel was sent</p>""")]
    [InlineData("""<div>It is here.</div><div><includetail><div>&nbsp;</div><div style="font-size:12px">------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b>&nbsp;"Help"</div><div>Your parcel was sent</div></includetail></div>""")]
    [InlineData("""<div>It is here.</div><div style="font:Verdana">------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b>&nbsp;"Help"&lt;help@example.com&gt;;</div><div><b>发送时间:</b>&nbsp;2026年1月1日</div><div><b>主题:</b>&nbsp;Parcel</div><div>Your parcel was sent</div>""")]
    [InlineData("""<div>It is here.</div><div>At 2026-01-01 12:00:00, "Help" &lt;help@example.com&gt; wrote:</div><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex">Your parcel was sent</blockquote>""")]
    [InlineData("""<div>It is here.</div><div id="isReplyContent">在 2026-01-01 12:00:00，"Help" &lt;help@example.com&gt; 写道：<br>Your parcel was sent</div>""")]
    [InlineData("""<div>It is here.</div><div id="ydp1" class="yahoo_quoted"><div>On Thursday, January 1, 2026 at 12:00 PM, Help wrote:</div><div>Your parcel was sent</div></div>""")]
    public void A_quotation_is_not_seen(string html)
    {
        var mail = Mails.Read($"From: a@example.com\nContent-Type: text/html; charset=utf-8\n\n{html}");

        Assert.Equal("It is here.", mail.Text);
        Assert.Contains(Quoted, mail.FullText, StringComparison.Ordinal);
        Assert.Contains(Quoted, mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_between_quotations_are_seen()
    {
        var mail = Mails.Read("""
            From: a@example.com
            Content-Type: text/html; charset=utf-8

            <div class="gmail_quote"><div class="gmail_attr">On Thu, Jan 1, 2026 at 12:00 PM Help &lt;help@example.com&gt; wrote:</div>
            <blockquote class="gmail_quote">Which size?</blockquote><div>M</div><blockquote class="gmail_quote">Which colour?</blockquote><div>Blue</div></div>
            """);

        Assert.Equal("M\n\nBlue", mail.Text);
    }

    [Fact]
    public void What_is_forwarded_is_seen()
    {
        const string Body = "<div class=gmail_quote><div class=gmail_attr>---------- Forwarded message ---------<br>From: Shop</div>It was sent</div>";

        Assert.Contains("It was sent", Mails.Read($"From: a@example.com\nSubject: Fwd: Parcel\nContent-Type: text/html\n\n{Body}").Text, StringComparison.Ordinal);
        Assert.Contains("It was sent", Mails.Read($"From: a@example.com\nContent-Type: text/html\n\n{Body}").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_a_quotation_is_seen_as_a_whole() =>
        Assert.Equal("Hello", Mails.Read("From: a@example.com\nContent-Type: text/html\n\n<blockquote type=cite>Hello</blockquote>").Text);

    [Theory]
    [InlineData("Your mail program does not support HTML mail.")]
    [InlineData("This message is in HTML format.")]
    [InlineData("您的邮件客户端不支持HTML格式")]
    [InlineData(" ")]
    public void A_placeholder_gives_way_to_the_html(string plain)
    {
        var mail = Mails.Read($"From: a@example.com\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--b\nContent-Type: text/html\n\n<p>Hello</p>\n--b--");

        Assert.Equal("Hello", mail.FullText);
    }

    [Fact]
    public async Task Very_large_html_is_a_file()
    {
        var mail = Mails.Read($"From: a@example.com\nContent-Type: text/html\n\n<p>Hello</p>{string.Concat(Enumerable.Repeat("<p>x</p>\n", 150_000))}");

        Assert.Null(mail.Html);
        Assert.StartsWith("Hello", mail.Text, StringComparison.Ordinal);
        Assert.Equal("message.html", Assert.Single(mail.Files).Name);
        Assert.StartsWith("<p>Hello", System.Text.Encoding.UTF8.GetString(await Mails.ContentAsync(mail.Files[0])), StringComparison.Ordinal);
        Assert.Single(mail.Oddities);
    }

    [Fact]
    public void Html_beyond_all_bounds_is_one_file()
    {
        var mail = Mails.Read("From: a@example.com\nContent-Type: text/html; charset=utf-8\n\n" + string.Concat(Enumerable.Repeat("<p>很长的邮件</p>\n", 300_000)));

        Assert.Null(mail.Html);
        Assert.EndsWith(".html", Assert.Single(mail.Files).Name, StringComparison.Ordinal);
        Assert.StartsWith("很长的邮件", mail.Text, StringComparison.Ordinal);
    }
}
