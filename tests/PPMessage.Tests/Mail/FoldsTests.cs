using System.Diagnostics;
using System.Text;
using PPMessage.Mail;
using Xunit;

namespace PPMessage.Tests.Mail;

public sealed class FoldsTests
{
    [Theory]
    [InlineData("X-Junk: {0}\r\nSubject: x\r\n\r\nbody")]
    [InlineData("Subject: {0}")]
    [InlineData("From: a@b.example\nTo: {0}\n\nbody")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX-Junk: {0}\r\n\r\nbody\r\n--b--")]
    [InlineData("From: a@b.example\r\ngarbage\r\n more garbage\r\nX-Junk : {0}\r\n\r\nbody")]
    [InlineData("Content-Type: message/rfc822\r\n\r\nX-Junk: {0}\r\n\r\nbody")]
    [InlineData("Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nX-Junk: {0}\r\n\r\nbody\r\n--b--")]
    public void A_header_of_endless_lines_is_found_wherever_it_stands_and_the_mail_is_shown_as_it_is(string mail)
    {
        using var mime = Mime(mail, 300_000);
        var start = Stopwatch.GetTimestamp();
        var parsed = MailReader.Read(mime);

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
        Assert.Contains("more lines than any program writes", Assert.Single(parsed.Oddities), StringComparison.Ordinal);
        Assert.Contains("word", parsed.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("References: {0}\r\nSubject: x\r\n\r\nbody", Folds.Most - 10)]
    [InlineData("Subject: x\r\n\r\n  indented:\r\n {0}", 50_000)]
    [InlineData("Subject: x\r\n\r\nDear all,\r\n {0}", 50_000)]
    [InlineData("Subject: x\r\n\r\n{0}", 50_000)]
    public void Long_threads_and_indented_texts_are_none(string mail, int lines)
    {
        using var mime = Mime(mail, lines);
        Assert.False(Folds.AreExcessive(mime));
    }

    private static MemoryStream Mime(string mail, int lines) =>
        new(Encoding.ASCII.GetBytes(mail.Replace("{0}", string.Join("\r\n ", Enumerable.Repeat("word", lines)), StringComparison.Ordinal)));
}
