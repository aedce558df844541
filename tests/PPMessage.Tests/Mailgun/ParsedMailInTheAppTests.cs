using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun;

/// <summary>What a route posts to the URL for parsed mails, and what agents and customers see of it.</summary>
public sealed class ParsedMailInTheAppTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private readonly string _mailbox = MailWorkspace.NewMailbox();

    private Workspace Workspace => shared.Workspace;

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
