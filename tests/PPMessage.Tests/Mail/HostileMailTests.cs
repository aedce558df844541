using System.Text;
using CsCheck;
using PPMessage.Mail;
using Xunit;

namespace PPMessage.Tests.Mail;

/// <summary>Whatever arrives, there is something to show.</summary>
public sealed class HostileMailTests
{
    private static readonly byte[] Real = Encoding.UTF8.GetBytes("""
        Received: from x
        Message-Id: <1@x>
        From: =?gb2312?B?1cXI/Q==?= <a@example.com>
        Subject: =?utf-8?Q?a=E4=BD=A0?=
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: multipart/alternative; boundary="c"

        --c
        Content-Type: text/plain; charset=gb2312; format=flowed

        Hello 

        On Thu, Jan 1, 2026 at 12:00 PM X <x@y.z> wrote:
        > quoted
        --c
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <p style=3D"color:red">Hello <img src=3D"cid:1"></p><blockquote type=3Dcite>x</blockquote>
        --c--
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; x

        Final-Recipient: rfc822; a@b.c
        Action: failed
        Status: 5.1.1
        --b
        Content-Type: message/rfc822

        Message-Id: <2@x>

        inner
        --b
        Content-Type: application/ms-tnef; name=winmail.dat
        Content-Transfer-Encoding: base64

        eJ8+IgEAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADoAAEIgAcAGAAAAElQTS5NaWNy
        --b
        Content-Type: application/pdf; name*0*=utf-8''%E5; name*1=x.pdf
        Content-Disposition: attachment
        Content-Transfer-Encoding: x-uuencode

        begin 644 a
        #86)C
        `
        end
        --b--
        """.ReplaceLineEndings("\r\n"));

    [Fact]
    public void Any_bytes() => Gen.Byte.Array[0, 2000].Sample(bytes => AssertShown(bytes));

    [Fact]
    public void Any_lines() => Gen.OneOf(
        "From: a@b.c", "Subject: =?gb2312?B?", "Content-Type: multipart/mixed; boundary=b", "Content-Type: message/rfc822", "Content-Type: multipart/alternative; boundary=\"\"", "Content-Type: text/html", "Content-Type: ;;==\"",
        "Content-Transfer-Encoding: base64", "Content-Type: multipart/related; boundary=b", "Content-Type: text/rfc822-headers", "Content-Type: message/delivery-status", "Content-Type: message/partial; id=x; number=1", "Content-Type: application/ms-tnef",
        "Content-Disposition: attachment; filename*=x", "To: (((((", "To: a:b:c;;;<<<>", "References: <<<>>", "Date: 99", "", "", "", "--b", "--b--", "----", " folded", "=?utf-8?q?=ff?=", "<p>", "\0").Array[0, 40]
        .Sample(lines => AssertShown(Encoding.Latin1.GetBytes(string.Join("\r\n", lines))));

    [Fact]
    public void Real_mails_with_faults() => Gen.Select(Gen.Int[0, Real.Length - 1], Gen.Byte).Array[1, 8].Select(Gen.Int[0, Real.Length]).Sample((faults, length) =>
    {
        var broken = Real.ToArray();
        foreach (var (at, value) in faults) broken[at] = value;
        AssertShown(broken[..Math.Max(1, length)]);
    });

    [Fact]
    public void The_real_mail_has_no_fault()
    {
        var mail = Mails.Read(Real);

        Assert.Equal(("张三", "a你", "Hello"), (mail.From?.Name, mail.Subject, mail.Text));
        Assert.Equal("2@x", mail.Report?.OriginalMessageId);
    }

    [Fact]
    public void An_empty_mail() => Assert.Equal(["The mail is empty."], Mails.Read([]).Oddities);

    [Fact]
    public void Headers_only() => Assert.Equal("x", Mails.Read("Subject: x\n").Subject);

    [Fact]
    public void Huge_headers()
    {
        var mail = Mails.Read($"From: a@example.com\nSubject: {new string('x', 3_000_000)}\nReferences: {string.Concat(Enumerable.Range(0, 20_000).Select(n => $"<{n}@x>{(n % 10 == 9 ? "\n " : " ")}"))}\nTo: {string.Concat(Enumerable.Repeat("a@example.com, ", 20_000))}b@example.com\n\nhello");

        Assert.Equal("hello", mail.Text.Trim());
        Assert.Equal(1000, mail.Subject!.Length);
        Assert.Equal(50, mail.References.Count);
        Assert.Equal(("0@x", "19999@x"), (mail.References[0], mail.References[^1]));
        Assert.Equal(200, mail.To.Count);
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n")]
    [InlineData("Content-Type: message/rfc822\n\n")]
    [InlineData("Content-Type: multipart/alternative; boundary=b{0}\n\n--b{0}\n")]
    public void Deep_nesting(string level)
    {
        var mime = "From: a@example.com\n" + string.Concat(Enumerable.Range(0, 5000).Select(n => level.Replace("{0}", $"{n}", StringComparison.Ordinal)));

        Assert.NotNull(Mails.Read(mime).Text);
    }

    [Fact]
    public void A_fault_of_the_stream_is_not_hidden()
    {
        var closed = new MemoryStream(Real);
        closed.Dispose();

        Assert.Throws<ObjectDisposedException>(() => MailReader.Read(closed));
    }

    private static void AssertShown(byte[] bytes)
    {
        var mail = Mails.Read(bytes);
        foreach (var text in (string?[])[mail.Text, mail.FullText, mail.Html, mail.Subject, mail.From?.Name, .. mail.Files.Select(file => file.Name)])
            Assert.True(text is null || (PlainText.Clean(text) == text && !text.Contains('\0', StringComparison.Ordinal)));
        foreach (var file in mail.Files) Assert.True(Mails.ContentAsync(file).IsCompletedSuccessfully);
    }
}
