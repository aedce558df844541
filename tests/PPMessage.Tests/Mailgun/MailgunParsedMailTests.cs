using System.Text;
using CsCheck;
using MimeKit;
using PPMessage.Http;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunParsedMailTests
{
    [Fact]
    public async Task Headers_texts_and_files_come_back()
    {
        const string Headers = """
            [["Received","from a by b"],["Received","from c by d"],["From","张三 <zhang@qq.com>"],["To","support@mg.example.com"],["Subject","你好"],["Message-Id","<1@qq.com>"],
             ["In-Reply-To","<0@mg.example.com>"],["References","<a@b> <0@mg.example.com>"],["Content-Type","multipart/mixed; boundary=old"],["Mime-Version","1.0"],["Auto-Submitted","no"]]
            """;
        var (mail, odd) = await BuildAsync(
            ("name=\"message-headers\"", Headers), ("name=\"body-plain\"", "您好\r\n图"), ("name=\"body-html\"", "<p>您好<img src=\"cid:p1\"></p>"), ("name=\"body-calendar\"", "BEGIN:VCALENDAR"),
            ("name=\"attachment-count\"", "2"), ("name=\"content-id-map\"", """{"<p1>":"attachment-1"}"""),
            ("name=\"attachment-1\"; filename=\"图.png\"", "PNG"), ("name=\"attachment-2\"; filename=\"he said \"hi\".txt\"", "text"));

        Assert.Null(odd);
        Assert.Equal(("你好", "张三", "1@qq.com", "0@mg.example.com", "您好\n图"), (mail.Subject, mail.From[0].Name, mail.MessageId, mail.InReplyTo, mail.TextBody!.ReplaceLineEndings("\n")));
        Assert.Equal(["a@b", "0@mg.example.com"], mail.References);
        Assert.Equal(2, mail.Headers.Count(h => h.Id == HeaderId.Received));
        Assert.Equal("no", mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Contains("cid:p1", mail.HtmlBody, StringComparison.Ordinal);
        var parts = mail.BodyParts.OfType<MimePart>().ToList();
        Assert.Equal(("p1", "图.png", "PNG"), (parts.Single(p => p.ContentId is not null).ContentId, parts.Single(p => p.ContentId is not null).FileName, Text(parts.Single(p => p.ContentId is not null))));
        Assert.Equal(("he said \"hi\".txt", "text"), (mail.Attachments.OfType<MimePart>().Single().FileName, Text(mail.Attachments.OfType<MimePart>().Single())));
        Assert.Contains(parts, p => p.ContentType.MimeType == "text/calendar");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[[")]
    [InlineData("{}")]
    public async Task Without_a_readable_header_list_the_fields_serve(string? headers)
    {
        var (mail, odd) = await BuildAsync(
            [.. headers is null ? [] : new[] { ("name=\"message-headers\"", headers) }, ("name=\"Message-Id\"", "<1@qq.com>"), ("name=\"References\"", "<0@x>"), ("name=\"Date\"", "Sun, 22 Nov 2026 10:00:00 +0800"),
            ("name=\"from\"", "Bob <bob@example.com>"), ("name=\"subject\"", "Hi"), ("name=\"body-plain\"", "Text")]);

        Assert.Contains("message-headers", odd, StringComparison.Ordinal);
        Assert.Equal(("1@qq.com", "Hi", "Text", "bob@example.com", new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.FromHours(8))), (mail.MessageId, mail.Subject, mail.TextBody, mail.From.Mailboxes.Single().Address, mail.Date));
    }

    [Fact]
    public async Task Values_that_are_no_text_and_odd_names_are_passed_over()
    {
        var (mail, _) = await BuildAsync(("name=\"message-headers\"", """[["Content-Type",{"a":1}],["X"],[1,2],"x",null,["",""],["你","x"],["A B","x"],["Subject","Hi\r\nBcc: evil@example.com"],["\ud800","x"]]"""), ("name=\"body-plain\"", "x"));

        Assert.Equal("Hi  Bcc: evil@example.com", mail.Subject);
        Assert.Null(mail.Headers["Bcc"]);
    }

    [Fact]
    public async Task Fewer_files_than_announced_and_a_broken_map_are_odd_and_no_loss()
    {
        var (mail, odd) = await BuildAsync(
            ("name=\"body-plain\"", "x"), ("name=\"attachment-count\"", "3"), ("name=\"content-id-map\"", """{"":"attachment-1","<a>":"attachment-1","<a>":"attachment-2","<b>":"attachment-1"}"""),
            ("name=\"attachment-1\"; filename=\"\"", "1"), ("name=\"attachment-2\"; filename=\"2\"", "2"));
        var (_, broken) = await BuildAsync(("name=\"content-id-map\"", "[1]"));

        Assert.Contains("3 attachments were announced, 2 came", odd, StringComparison.Ordinal);
        Assert.Contains("content-id-map", broken, StringComparison.Ordinal);
        Assert.Equal([("a", "attachment-1"), ("a", "2")], mail.BodyParts.OfType<MimePart>().Where(p => p.FileName is not null).Select(p => (p.ContentId, p.FileName)));
    }

    [Theory]
    [InlineData("""[{"name":"a.pdf"}]""", "a file stayed at Mailgun: a.pdf")]
    [InlineData("""[{"name":"a\r\nb.pdf"},{"name":""},{"name":{}},1]""", "4 files stayed at Mailgun: a b.pdf, one without a name, one without a name, one without a name")]
    [InlineData("""{"name":"a.pdf"}""", "files may have stayed at Mailgun: its list of them can't be read")]
    [InlineData("[{", "files may have stayed at Mailgun: its list of them can't be read")]
    [InlineData("[]", null)]
    [InlineData(" ", null)]
    public async Task What_stayed_at_Mailgun_is_odd(string attachments, string? expected)
    {
        var (mail, odd) = await BuildAsync(("name=\"message-headers\"", "[]"), ("name=\"body-plain\"", "Text"), ("name=\"message-url\"", "https://x"), ("name=\"attachments\"", attachments));

        Assert.Equal(("Text", expected), (mail.TextBody, odd));
        Assert.Null((await BuildAsync(("name=\"message-headers\"", "[]"), ("name=\"body-plain\"", "Text"), ("name=\"attachments\"", attachments))).Odd);
    }

    [Fact]
    public async Task Of_very_many_files_that_stayed_at_Mailgun_some_are_named()
    {
        var many = System.Text.Json.JsonSerializer.Serialize(Enumerable.Range(1, 100).Select(i => new { name = $"{i:000}{new string('x', 200)}" }));
        var (_, odd) = await BuildAsync(("name=\"message-headers\"", "[]"), ("name=\"message-url\"", "https://x"), ("name=\"attachments\"", many));

        Assert.StartsWith("100 files stayed at Mailgun: 001x", odd, StringComparison.Ordinal);
        Assert.EndsWith("x, …", odd, StringComparison.Ordinal);
        Assert.InRange(odd!.Length, 2000, 2100);
    }

    [Fact]
    public async Task Mailguns_verdicts_come_along_where_the_mail_has_none()
    {
        var (mail, _) = await BuildAsync(("name=\"message-headers\"", """[["X-Mailgun-Spf","Pass"]]"""), ("name=\"X-Mailgun-Spf\"", "Fail"), ("name=\"X-Mailgun-Sflag\"", "Yes"));

        Assert.Equal(["Pass"], mail.Headers.Where(h => h.Field == "X-Mailgun-Spf").Select(h => h.Value));
        Assert.Equal("Yes", mail.Headers["X-Mailgun-Sflag"]);
    }

    [Fact]
    public async Task Several_html_bodies_are_all_kept()
    {
        var (mail, _) = await BuildAsync(("name=\"body-html\"", "<p>1"), ("name=\"body-html\"", "<p>2"), ("name=\"body-plain\"", "12"));

        Assert.Equal(["12", "<p>1", "<p>2"], mail.BodyParts.OfType<TextPart>().Select(p => p.Text));
    }

    [Theory]
    [InlineData("text/csv; charset=gbk")]
    [InlineData("application/octet-stream")]
    [InlineData("nonsense")]
    public async Task A_file_keeps_every_byte(string type)
    {
        byte[] bytes = [.. "a\nb\r\nc\rd\r\n\n"u8, 0xC4, 0xE3, 0, 0xFF];
        var body = Forms.Multipart(("name=\"attachment-1\"; filename=\"a.csv\"\r\nContent-Type: " + type, bytes));
        await using var form = await Forms.FormAsync(body, Forms.MultipartType);
        var (mime, _) = MailgunParsedMail.Build(form);
        await using var content = mime;
        using var mail = await MimeMessage.LoadAsync(new MemoryStream(content.ToArray()));
        using var file = new MemoryStream();
        ((MimePart)mail.Attachments.Single()).Content!.DecodeTo(file);

        Assert.Equal(bytes, file.ToArray());
    }

    [Fact]
    public async Task Nothing_at_all_is_an_empty_mail()
    {
        var (mail, _) = await BuildAsync(("name=\"recipient\"", "a@b.c"));

        Assert.Equal("", mail.TextBody);
    }

    [Fact]
    public async Task What_can_not_be_put_together_is_a_text_of_its_fields()
    {
        await using var form = await Forms.FormAsync(("from", "Bob\r\n <bob@example.com>"), ("Message-Id", "<1@x>"), ("subject", "Hi"), ("token", "secret"), ("body-plain", "What I wrote"));
        using var written = new MemoryStream();
        await MailgunParsedMail.Plain(form).WriteToAsync(written);
        written.Position = 0;
        using var mail = await MimeMessage.LoadAsync(written);

        Assert.Equal(("Hi", "1@x", "bob@example.com"), (mail.Subject, mail.MessageId, mail.From.Mailboxes.Single().Address));
        Assert.Contains("What I wrote", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_form_under_another_token_is_the_same_mail_byte_for_byte()
    {
        Assert.Equal(await WrittenAsync("1795348800", "first", form => MailgunParsedMail.Build(form).Mime), await WrittenAsync("1795377600", "second", form => MailgunParsedMail.Build(form).Mime));
        Assert.Equal(await WrittenAsync("1795348800", "first", Plain), await WrittenAsync("1795377600", "second", Plain));
    }

    private static SpooledStream Plain(MailgunForm form)
    {
        var mime = new SpooledStream();
        using var mail = MailgunParsedMail.Plain(form);
        mail.WriteTo(mime);
        return mime;
    }

    private static async Task<string> WrittenAsync(string timestamp, string token, Func<MailgunForm, SpooledStream> write)
    {
        await using var form = await Forms.FormAsync(Forms.Multipart(new[]
        {
            ("name=\"from\"", "Bob <bob@example.com>"), ("name=\"subject\"", "Hi"), ("name=\"message-headers\"", """[["From","Bob <bob@example.com>"],["Subject","Hi"]]"""), ("name=\"body-plain\"", "Text"),
            ("name=\"body-html\"", "<p>Text"), ("name=\"attachment-1\"; filename=\"图.png\"", "PNG"), ("name=\"timestamp\"", timestamp), ("name=\"token\"", token), ("name=\"signature\"", token + "x"),
        }.Select(part => (part.Item1, Encoding.UTF8.GetBytes(part.Item2)))), Forms.MultipartType);
        await using var mime = write(form);
        return Encoding.UTF8.GetString(mime.ToArray());
    }

    [Fact]
    public void Whatever_comes_is_a_mail()
    {
        var noise = Gen.OneOf(Gen.String, Gen.OneOf("a@b.c", "<>", "\"", ",", "=?utf-8?B?", "?=", "\r\n", "\0", "\ud800", "Sun, 99 Foo", "multipart/mixed", "text/plain; charset=nonsense", "message/rfc822"));
        var name = Gen.OneOf("From", "To", "Date", "Message-Id", "References", "Content-Type", "MIME-Version", "Received", "DKIM-Signature", "Content-Disposition", "X-A", "sender", "from", "subject", "body-plain", "body-html", "body-", "body-\"x", "content-id-map");
        Gen.Select(Gen.Select(name, noise).Array[0, 8], Gen.Select(name, noise).Array[0, 8], Gen.Select(noise, noise).Array[0, 3]).Sample((headers, fields, files) =>
        {
            var listed = System.Text.Json.JsonSerializer.Serialize(headers.Select(h => new[] { h.Item1, Clean(h.Item2) }));
            var parts = fields.Select(f => ($"name=\"{f.Item1}\"", f.Item2)).Append(("name=\"message-headers\"", listed)).Concat(files.Select((f, i) => ($"name=\"attachment-{i + 1}\"; filename=\"{f.Item1.ReplaceLineEndings("")}\"", f.Item2)));
            using var mail = BuildAsync([.. parts]).GetAwaiter().GetResult().Mail;
            Assert.NotNull(mail.Body);
        }, iter: 500);
    }

    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Text(MimePart part)
    {
        using var content = new MemoryStream();
        part.Content!.DecodeTo(content);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    private static async Task<(MimeMessage Mail, string? Odd)> BuildAsync(params (string Disposition, string Value)[] parts)
    {
        var read = await Forms.ReadAsync(Forms.Multipart(parts.Select(p => (p.Disposition, Encoding.UTF8.GetBytes(p.Value)))), Forms.MultipartType);
        await using var form = read.Form ?? new MailgunForm([], [], "");
        var (mime, odd) = MailgunParsedMail.Build(form);
        await using var content = mime;
        return (await MimeMessage.LoadAsync(new MemoryStream(content.ToArray())), odd);
    }
}
