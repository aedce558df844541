using System.Text;
using PPMessage.Mail;
using Xunit;

namespace PPMessage.Tests.Mail;

public sealed class MailFilesTests
{
    [Theory]
    [InlineData("filename=\"../../etc/passwd\"", "passwd")]
    [InlineData("filename=\"C:\\\\Windows\\\\system.ini\"", "system.ini")]
    [InlineData("filename=\".bashrc\"", "bashrc")]
    [InlineData("filename=\"CON.txt\"", "_CON.txt")]
    [InlineData("filename=\"nul\"", "_nul")]
    [InlineData("filename=\"a<b>:c|d?.txt\"", "a_b__c_d_.txt")]
    [InlineData("filename=\"..\"", "attachment-1.pdf")]
    [InlineData("filename=\"\"", "attachment-1.pdf")]
    [InlineData("filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf", "发票.pdf")]
    [InlineData("filename*=gb2312''%B7%A2%C6%B1.pdf", "发票.pdf")]
    [InlineData("filename*0*=utf-8''%E5%8F%91; filename*1*=%E7%A5%A8.pdf", "发票.pdf")]
    [InlineData("filename=\"=?gb2312?B?t6LGsS5wZGY=?=\"", "发票.pdf")]
    [InlineData("filename=\"=?utf-8?Q?=E5=8F=91=E7=A5=A8.pdf?=\"", "发票.pdf")]
    [InlineData("filename*=utf-8''photo%E2%80%AEgpj.exe", "photogpj.exe")]
    [InlineData("filename*=utf-8''a%00b%0D%0A.pdf", "ab .pdf")]
    public void Names_are_safe(string parameter, string name) =>
        Assert.Equal(name, Assert.Single(Mails.Read($"From: a@example.com\nContent-Type: application/pdf\nContent-Disposition: attachment; {parameter}\n\nx").Files).Name);

    [Fact]
    public void A_long_name_keeps_its_extension()
    {
        var name = FileNames.Safe(new string('长', 400) + ".docx")!;

        Assert.Equal(FileNames.Longest, name.Length);
        Assert.EndsWith(".docx", name, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_counted_numbered_and_bounded()
    {
        var parts = string.Concat(Enumerable.Repeat("--b\nContent-Type: image/png; name=A.png\n\nx\n", 60).Concat(Enumerable.Repeat("--b\nContent-Type: image/png; name=a.png\n\nx\n", 60)));
        var mail = Mails.Read($"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--");

        Assert.Equal(MailFiles.Most, mail.Files.Count);
        Assert.Equal(MailFiles.Most, mail.Files.Select(file => file.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal("A (2).png", mail.Files[1].Name);
        Assert.Single(mail.Oddities);
    }

    [Fact]
    public async Task Inline_images_attached_mails_and_calendars_are_files()
    {
        var mail = Mails.Read("""
            From: a@example.com
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html; charset=utf-8

            <p>See <img src="cid:1@x"></p>
            --r
            Content-Type: image/png
            Content-Id: <1@x>
            Content-Transfer-Encoding: base64

            AAEC
            --r
            Content-Type: image/png
            Content-Id: <1@x>

            x
            --r--
            --m
            Content-Type: text/calendar; charset=utf-8

            BEGIN:VCALENDAR
            --m
            Content-Type: message/rfc822

            Subject: =?utf-8?B?5Y6f6YKu5Lu2?=
            From: b@example.com

            inner
            --m
            Content-Type: what ever

            x
            --m--
            """);

        Assert.Equal(["attachment-1.png", "attachment-2.png", "attachment-3.ics", "原邮件.eml", "attachment-5.bin"], mail.Files.Select(file => file.Name));
        Assert.Equal(["1@x", "1@x", null, null, null], mail.Files.Select(file => file.ContentId));
        Assert.Equal([true, true, false, false, false], mail.Files.Select(file => file.Inline));
        Assert.Equal("application/octet-stream", mail.Files[4].ContentType);
        Assert.Equal([0, 1, 2], await Mails.ContentAsync(mail.Files[0]));
        Assert.Contains("inner", Encoding.UTF8.GetString(await Mails.ContentAsync(mail.Files[3])), StringComparison.Ordinal);
        Assert.Equal("See", mail.Text);
        Assert.Equal("<p>See <img src=\"cid:1@x\"></p>", mail.Html);
    }

    [Fact]
    public async Task What_winmail_dat_holds_is_unpacked()
    {
        var tnef = Convert.ToBase64String([0x78, 0x9F, 0x3E, 0x22, 1, 0, .. Tnef(0x00069002, new byte[14]), .. Tnef(0x00018010, "report.txt\0"u8), .. Tnef(0x0006800F, "content"u8)]);
        var mail = Mails.Read($"From: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{tnef}\n--b--");

        var file = Assert.Single(mail.Files);
        Assert.Equal("report.txt", file.Name);
        Assert.Equal("content"u8.ToArray(), await Mails.ContentAsync(file));
        Assert.Equal("hello", mail.Text);
    }

    [Fact]
    public void A_broken_winmail_dat_is_a_file() =>
        Assert.Equal("winmail.dat", Assert.Single(Mails.Read("From: a@example.com\nContent-Type: application/ms-tnef; name=winmail.dat\n\nnothing of the kind").Files).Name);

    [Fact]
    public async Task A_large_mail_takes_little_memory()
    {
        var line = new string('A', 76) + "\r\n";
        var head = "From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        using var mime = new MemoryStream(Encoding.ASCII.GetBytes(head + string.Concat(Enumerable.Repeat(line, 25_000_000 / line.Length)) + "--b--\r\n"));
        _ = Mails.Read("From: a@example.com\n\nwarm");

        var before = GC.GetAllocatedBytesForCurrentThread();
        var file = Assert.Single(MailReader.Read(mime).Files);
        var copied = file.WriteToAsync(Stream.Null, CancellationToken.None);

        Assert.True(copied.IsCompletedSuccessfully);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        await copied;
    }

    /// <summary>One attribute of an attachment: level, id, length, data, sum.</summary>
    private static byte[] Tnef(int id, ReadOnlySpan<byte> data)
    {
        var sum = 0;
        foreach (var b in data) sum += b;
        return [2, .. BitConverter.GetBytes(id), .. BitConverter.GetBytes(data.Length), .. data, .. BitConverter.GetBytes((ushort)sum)];
    }
}
