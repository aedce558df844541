using System.Net;
using System.Text;
using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Mailgun;

public sealed class MailInboundTests : MailSandboxTest
{
    private static readonly MailToWrite Letter = new() { To = [MailDemo.Address], Subject = "订单 42", Text = "你好\r\n\r\n-- \r\nLi", Html = "<p>你好</p>" };

    [Fact]
    public async Task A_mail_comes_as_fields_that_are_signed()
    {
        Route("/mail");
        var post = Assert.Single(await Sandbox.WriteAsync(Mailbox, Letter with { InReplyTo = "a@b.example", References = ["a@b.example"] }));
        var call = Assert.Single(Application.Calls);
        var form = await FormAsync(call);

        Assert.Equal((200, 1), (post.StatusCode, post.Attempts));
        Assert.Equal("application/x-www-form-urlencoded", call.Headers["Content-Type"]);
        Assert.Equal((MailDemo.Address, Mailbox), (form["recipient"].ToString(), form["sender"][0]));
        Assert.Equal(("订单 42", "<p>你好</p>"), (form["subject"][0], form["body-html"].ToString()));
        Assert.Equal(("你好", "-- \r\nLi"), (form["stripped-text"].ToString(), form["stripped-signature"].ToString()));
        Assert.Equal("<a@b.example>", form["In-Reply-To"].ToString());
        Assert.Equal(MailSignature.Of(MailDemo.SigningKey, form["timestamp"]!, form["token"]!).Signature, form["signature"].ToString());
        var headers = JsonDocument.Parse(form["message-headers"].ToString()).RootElement.EnumerateArray().Select(pair => (pair[0].GetString(), pair[1].GetString())).ToList();
        Assert.Contains(("Subject", "订单 42"), headers);
        Assert.Contains(("X-Envelope-From", $"<{Mailbox}>"), headers);
    }

    [Fact]
    public async Task Files_come_as_parts_that_the_html_is_mapped_to()
    {
        Route("/mail");
        await Sandbox.WriteAsync(Mailbox, Letter with { Files = [new("图 1.png", "image/png", [1, 2, 3]), new("logo.png", "image/png", [4], ContentId: "logo@x")] });
        var call = Assert.Single(Application.Calls);
        var form = await FormAsync(call);

        Assert.StartsWith("multipart/form-data", call.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("2", form["attachment-count"].ToString());
        Assert.Equal(["logo.png", "图 1.png"], form.Files.Select(file => file.FileName));
        Assert.Equal("""{"<logo@x>":"attachment-1"}""", form["content-id-map"].ToString());
        Assert.Equal(3, form.Files["attachment-2"]!.Length);
    }

    [Theory]
    [InlineData("/raw/mime")]
    [InlineData("/inbound_mime/")]
    public async Task A_path_that_ends_in_mime_gets_the_bytes(string path)
    {
        Route(path);
        byte[] mime = [.. Encoding.ASCII.GetBytes("From: li@customer.example\r\nSubject: Raw\r\nContent-Type: text/plain\r\n\r\n"), 0xC4, 0xE3, 0xFF, (byte)'+', (byte)'&', (byte)'\n'];
        await Sandbox.WriteAsync(Mailbox, new MailToWrite { Recipients = [MailDemo.Address], Mime = mime });

        var call = Assert.Single(Application.Calls);
        var escaped = Encoding.ASCII.GetString(call.Body).Split('&').Single(field => field.StartsWith("body-mime=", StringComparison.Ordinal))["body-mime=".Length..];
        Assert.True(WebUtility.UrlDecodeToBytes(Encoding.ASCII.GetBytes(escaped), 0, escaped.Length).AsSpan().EndsWith(mime));
        Assert.Empty((await FormAsync(call))["body-plain"].ToString());
    }

    [Fact]
    public async Task Every_envelope_recipient_and_every_route_makes_a_post()
    {
        Sandbox.AddRoute(new SandboxRoute("""match_recipient("^(?P<team>\w+)@mg\.example\.com$")""", [$"forward(\"{Application.BaseUrl}/one/\\g<team>\")"], Priority: 1));
        Sandbox.AddRoute(new SandboxRoute("match_recipient('support@.*') and match_header('subject', '^Help')", [$"forward('{Application.BaseUrl}/two')", "stop()"], Priority: 2));
        Sandbox.AddRoute(new SandboxRoute("catch_all()", [$"forward(\"{Application.BaseUrl}/rest\")"], Priority: 3));

        var posts = await Sandbox.WriteAsync(Mailbox, new MailToWrite { To = [MailDemo.Address], Cc = ["sales@mg.example.com", "friend@other.example"], Subject = "Help", Text = "x" });
        await Sandbox.WriteAsync(Mailbox, new MailToWrite { To = ["un.routed@mg.example.com"], Text = "x" });

        Assert.Equal([("/one/support", MailDemo.Address), ("/two", MailDemo.Address), ("/one/sales", "sales@mg.example.com")], posts.Select(post => (new Uri(post.Url).AbsolutePath, post.Recipient)));
        Assert.Equal("/rest", Application.Calls.Last().Path);
        Assert.Equal("Help", Assert.Single(Sandbox.Received("friend@other.example")).Subject);
        Assert.Equal(4, Sandbox.Calls.Select(call => call.Token).Distinct().Count());
    }

    [Fact]
    public async Task A_stored_mail_is_told_of_and_fetched()
    {
        Sandbox.SetRoutes(new SandboxRoute("catch_all()", [$"store(notify=\"{Application.BaseUrl}/stored\")"]));
        await Sandbox.WriteAsync(Mailbox, Letter with { Files = [new("a.pdf", "application/pdf", [1, 2])] });
        var form = await FormAsync(Assert.Single(Application.Calls));

        var parsed = await JsonAsync(new Uri(form["message-url"].ToString()).AbsolutePath);
        using var request = new HttpRequestMessage(HttpMethod.Get, form["message-url"].ToString());
        request.Headers.TryAddWithoutValidation("Accept", "message/rfc2822");
        var raw = await JsonAsync(Http.SendAsync(request));
        var file = JsonDocument.Parse(form["attachments"].ToString()).RootElement[0];

        Assert.Empty(form.Files);
        Assert.Equal("订单 42", parsed.GetProperty("subject").GetString());
        Assert.Contains("X-Envelope-From: <li@customer.example>", raw.GetProperty("body-mime").GetString(), StringComparison.Ordinal);
        Assert.Equal("a.pdf", file.GetProperty("name").GetString());
        Assert.Equal([1, 2], await Http.GetByteArrayAsync(new Uri(file.GetProperty("url").GetString()!)));
    }

    [Theory]
    [InlineData("/mail")]
    [InlineData("/mime")]
    public async Task A_large_mail_comes_whole(string path)
    {
        Route(path);
        var content = new byte[25 << 20];
        new Random(1).NextBytes(content);
        var post = Assert.Single(await Sandbox.WriteAsync(Mailbox, Letter with { Files = [new("big.bin", "application/octet-stream", content)] }));

        // Not read as a form: ASP.NET's reader takes quadratic time for a long urlencoded value.
        Assert.Equal(200, post.StatusCode);
        Assert.Equal(post.Body, Assert.Single(Application.Calls).Body);
        Assert.InRange(post.Body.Length, content.Length, content.Length * 2);
    }

    [Fact]
    public async Task A_mail_of_the_application_to_itself_comes_back()
    {
        Route("/mail");
        await SendAsync(("to", MailDemo.Address));
        await Sandbox.SettleAsync();

        Assert.Equal("Hello", (await FormAsync(Assert.Single(Application.Calls)))["subject"][0]);
    }
}

public sealed class RawMultipartTests : MailSandboxTest
{
    private protected override MailgunSandboxOptions Options => base.Options with { RawAsMultipart = true };

    [Fact]
    public async Task Raw_mail_can_come_as_multipart()
    {
        Route("/mime");
        byte[] mime = [.. "From: a@b.example\r\n\r\n"u8, 0xFF, 0xFE];
        await Sandbox.WriteAsync(Mailbox, new MailToWrite { Recipients = [MailDemo.Address], Mime = mime });

        var call = Assert.Single(Application.Calls);
        Assert.StartsWith("multipart/form-data", call.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.True(call.Body.AsSpan().IndexOf(mime) > 0);
        Assert.Equal(MailDemo.Address, (await FormAsync(call))["recipient"].ToString());
    }
}
