using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun;

/// <summary>What a route posts to the URL for parsed mails, and what agents and customers see of it.</summary>
public sealed class ParsedMailInTheAppTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private const string Files = """
        [{"url":"https://storage.example/messages/y/attachments/0","size":4,"name":"发票 11.pdf","content-type":"application/pdf"},
         {"url":"https://storage.example/messages/y/attachments/1","size":9,"name":"a\nb.png","content-type":"image/png"}]
        """;

    private readonly string _mailbox = MailWorkspace.NewMailbox();

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_stored_mails_text_is_a_message_that_names_the_files_it_lacks()
    {
        IReadOnlyList<FormPart> parts = [.. Parsed("您好", id: "stored@example.cn"), new("domain", "mg.example.com"), new("message-url", "https://storage.example/messages/y"), new("attachments", Files)];
        var signature = Workspace.Sign();
        await PostAsync(parts, signature);
        await PostAsync(parts, signature);

        var message = await OnlyAsync();
        Assert.Equal("您好", message.Word("text"));
        var oddity = Assert.Single(message.GetProperty("mail").GetProperty("oddities").EnumerateArray()).GetString();
        Assert.Contains("2 files stayed at Mailgun: 发票 11.pdf, a b.png", oddity, StringComparison.Ordinal);
        Assert.Contains(await Workspace.ListAsync("/api/dead-letters"), letter => letter.Word("reason").Contains("store(notify=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mail_without_an_id_that_comes_again_by_another_route_or_hours_later_is_one_message()
    {
        IReadOnlyList<FormPart> parts = [.. Parsed("没有编号", id: null), new("body-html", "<p>没有编号"), new("attachment-1", "PNG"u8.ToArray(), "图.png", "image/png")];
        var signature = Workspace.Sign();
        await PostAsync(parts, signature);
        await PostAsync(parts, Workspace.Sign());
        Workspace.Time.Advance(TimeSpan.FromHours(8));
        await PostAsync(parts, signature);

        Assert.Equal("没有编号", (await OnlyAsync()).Word("text"));
    }

    [Theory]
    [InlineData("multipart/mixed")]
    [InlineData("message/rfc822")]
    public async Task A_file_of_a_type_that_is_no_files_reaches_the_customer_whole(string type)
    {
        await PostAsync(Parsed("?", id: $"{Guid.NewGuid():N}@example.cn"), Workspace.Sign());
        var conversation = (await OnlyAsync()).Word("conversationId");
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await Workspace.PostAsync($"/api/conversations/{conversation}/messages", new
        {
            text = "请看", attachments = new[] { new { name = "a.txt", contentType = type, base64 = Convert.ToBase64String("谢谢"u8) } },
        });

        await Workspace.MailgunTellsAsync();
        var received = Assert.Single(Workspace.Mailgun.Received(_mailbox));
        Assert.Equal(["a.txt"], received.Attachments);
        Assert.Equal("谢谢"u8.ToArray(), Assert.Single(MimeBytes.Files(MimeBytes.Read(received.Mime))).Content);
    }

    private FormPart[] Parsed(string text, string? id) =>
    [
        new("recipient", MailDemo.Address), new("sender", _mailbox), new("subject", "订单"), new("from", _mailbox), new("body-plain", text),
        new("message-headers", JsonSerializer.Serialize<string[][]>([["From", _mailbox], ["Subject", "订单"], .. id is null ? Array.Empty<string[]>() : [["Message-Id", $"<{id}>"]]])),
    ];

    private async Task PostAsync(IEnumerable<FormPart> parts, MailSignature signature) =>
        Assert.Equal(200, (await MailPosts.PostAsync(await Workspace.MailUrlAsync("url"), MailPosts.Form(parts, signature, asMultipart: true))).Status);

    private async Task<JsonElement> OnlyAsync() => Assert.Single(await Workspace.MessagesAsync(Assert.Single(await Workspace.OfMailboxAsync(_mailbox)).Word("id")));
}
