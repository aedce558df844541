using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

/// <summary>The form that Mailgun parses mails into, for those who can't have raw ones.</summary>
public sealed class ParsedMailEndToEndTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private static readonly MailFile Photo = new("照片 1.png", "image/png", [1, 2, 3], "photo@x");
    private static readonly MailFile Invoice = new("发票（十一月）.pdf", "application/pdf", [4, 5, 6, 7]);

    private static readonly MailToWrite Illustrated = new()
    {
        To = [MailDemo.Address], Subject = "订单 42", Text = "看图", Html = "<p>看<img src=\"cid:photo@x\"></p>", Files = [Photo, Invoice],
    };

    private readonly string _mailbox = MailWorkspace.NewMailbox();

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_parsed_mail_is_answered_in_the_customers_own_thread()
    {
        Workspace.Mailgun.SetRoutes();
        Workspace.Route(await Workspace.GetAsync($"/api/channels/{Workspace.MailChannelId}"), @".*@mg\.example\.com", parsed: true);
        var id = $"{Guid.NewGuid():N}@example.cn";
        Assert.Equal(200, Assert.Single(await Workspace.Mailgun.WriteAsync(_mailbox, Illustrated with { From = $"王芳 <{_mailbox}>", MessageId = id })).StatusCode);

        var conversation = Assert.Single(await Workspace.OfMailboxAsync(_mailbox));
        Assert.Equal("王芳", conversation.Word("contactName"));
        var message = Assert.Single(await Workspace.MessagesAsync(conversation.Word("id")));
        Assert.Equal(("订单 42", "看图", id), (message.Word("subject"), message.Word("text"), message.Word("providerId")));
        Assert.Equal([(Photo.Name, "photo@x"), (Invoice.Name, null)], await FilesAsync(Photo, Invoice));

        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await Workspace.SayAsync(conversation.Word("id"), "收到");
        await Workspace.MailgunTellsAsync();
        var received = Assert.Single(Workspace.Mailgun.Received(_mailbox));
        Assert.Equal(("Re: 订单 42", id), (received.Subject, received.InReplyTo));
    }

    // As real mails have them: no key, the same key twice, a file that did not come, and no JSON at all.
    [Theory]
    [InlineData("""{"":"attachment-1","<photo@x>":"attachment-1"}""", "photo@x", null)]
    [InlineData("""{"<photo@x>":"attachment-1","<photo@x>":"attachment-2"}""", "photo@x", "photo@x")]
    [InlineData("""{"<photo@x>":"attachment-9"}""", null, null)]
    [InlineData("""{"<photo@x>":1,"<other":["attachment-2"]}""", null, null)]
    [InlineData("""{"<photo@x>":"attach""", null, null)]
    [InlineData("[]", null, null)]
    [InlineData("", null, null)]
    public async Task Files_come_whole_whatever_the_map_of_their_content_ids_says(string map, string? first, string? second)
    {
        var parts = MailPosts.Parsed(LetterWriter.Write(_mailbox, Illustrated, Workspace.Time.GetUtcNow()), _mailbox)
            .Select(part => part.Name == "content-id-map" ? new FormPart(part.Name, map) : part);
        Assert.Equal(200, (await MailPosts.PostAsync(await Workspace.MailUrlAsync("url"), MailPosts.Form(parts, Workspace.Sign(), asMultipart: true))).Status);
        Assert.Equal([(Photo.Name, first), (Invoice.Name, second)], await FilesAsync(Photo, Invoice));
    }

    [Fact]
    public async Task A_mail_whose_file_did_not_come_is_taken_in_without_it()
    {
        var parts = MailPosts.Parsed(LetterWriter.Write(_mailbox, Illustrated, Workspace.Time.GetUtcNow()), _mailbox).Where(part => part.FileName != Photo.Name);
        Assert.Equal(200, (await MailPosts.PostAsync(await Workspace.MailUrlAsync("url"), MailPosts.Form(parts, Workspace.Sign(), asMultipart: true))).Status);
        Assert.Equal([(Invoice.Name, null)], await FilesAsync(Invoice));
    }

    /// <summary>Names and content ids of the mailbox's only message's files, whose contents are as given.</summary>
    private async Task<IEnumerable<(string, string?)>> FilesAsync(params MailFile[] files)
    {
        var message = Assert.Single(await Workspace.MessagesAsync(Assert.Single(await Workspace.OfMailboxAsync(_mailbox)).Word("id")));
        var shown = message.GetProperty("attachments").EnumerateArray().ToList();
        Assert.Equal(files.Length, shown.Count);
        foreach (var (file, attachment) in files.Zip(shown)) Assert.Equal(file.Content, await Workspace.Client.GetByteArrayAsync(attachment.Word("url")));
        return shown.Select(file => (file.Word("name"), file.TryGetProperty("contentId", out var id) ? id.GetString() : null));
    }
}
