using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

/// <summary>However often and in parallel a mail comes, and by however many ways, it is there once.</summary>
public sealed class MailDuplicatesTests
{
    private const int Times = 8;
    private const string Mailbox = "wang.fang@example.cn";

    private static readonly byte[] Content = [1, 2, 3];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_post_that_comes_eight_times_at_once_and_again_later_is_one_message(bool azurite)
    {
        await using var workspace = await StartAsync(azurite);
        var post = MailPosts.Form(Letter(workspace), workspace.Sign());
        await ProveAsync(workspace, () => post);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mail_that_eight_routes_forward_at_once_is_one_message(bool azurite)
    {
        await using var workspace = await StartAsync(azurite);
        var letter = Letter(workspace);
        await ProveAsync(workspace, () => MailPosts.Form(letter, workspace.Sign()));
    }

    [Fact]
    public async Task A_mail_to_two_addresses_of_a_channel_is_one_message_to_both()
    {
        await using var workspace = await StartAsync(azurite: false);
        var posts = await workspace.MailAsync(Mailbox, "两个地址", more: new MailToWrite { To = [MailDemo.Address], Cc = ["sales@mg.example.com"] });
        Assert.Equal([200, 200], posts.Select(post => post.StatusCode));

        var message = Assert.Single(await workspace.MessagesAsync(Assert.Single(await workspace.ConversationsAsync()).Word("id")));
        Assert.Equal([MailDemo.Address, "sales@mg.example.com"], message.GetProperty("mail").GetProperty("recipients").EnumerateArray().Select(address => address.GetString()).OrderDescending());
    }

    [Fact]
    public async Task A_mail_to_two_channels_is_a_message_in_each_ones_conversation_with_the_same_contact()
    {
        await using var workspace = await Workspace.StartAsync();
        var support = await workspace.OpenMailboxAsync();
        var sales = await workspace.MakeMailChannelAsync("sales@mg.example.com");
        workspace.Mailgun.SetRoutes();
        workspace.Route(support, @"support@mg\.example\.com");
        workspace.Route(sales, @"sales@mg\.example\.com");
        await workspace.MailAsync(Mailbox, "两个渠道", more: new MailToWrite { To = [MailDemo.Address, "sales@mg.example.com"] });

        var conversations = await workspace.ConversationsAsync();
        Assert.Equal(new[] { support.Word("id"), sales.Word("id") }.Order(), conversations.Select(conversation => conversation.Word("channelId")).Order());
        Assert.Equal(conversations[0].Word("contactId"), conversations[1].Word("contactId"));
        Assert.Single(await workspace.ListAsync("/api/contacts"));
        foreach (var conversation in conversations)
        {
            var message = Assert.Single(await workspace.MessagesAsync(conversation.Word("id")));
            Assert.Equal(conversation.Word("channelId") == sales.Word("id") ? "sales@mg.example.com" : MailDemo.Address, Assert.Single(message.GetProperty("mail").GetProperty("recipients").EnumerateArray()).GetString());
        }
    }

    // Azure's queues go by the clock on the wall.
    private static async Task<Workspace> StartAsync(bool azurite)
    {
        var workspace = azurite
            ? await Workspace.StartAsync(await TestStores.AzuriteAsync(), new Timing { Hidden = TimeSpan.FromSeconds(2) })
            : await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        return workspace;
    }

    private static IReadOnlyList<FormPart> Letter(Workspace workspace)
    {
        var mail = new MailToWrite { To = [MailDemo.Address], Subject = "订单", Text = "我的订单在哪里？", Files = [new MailFile("照片.png", "image/png", Content)] };
        return MailPosts.Raw(LetterWriter.Write(Mailbox, mail, workspace.Time.GetUtcNow()), Mailbox);
    }

    private static async Task ProveAsync(Workspace workspace, Func<PostBody> post)
    {
        await PostAsync(workspace, post);
        var before = await StateAsync(workspace);
        await PostAsync(workspace, post);
        Assert.Equal(before, await StateAsync(workspace));

        var conversation = Assert.Single(await workspace.ConversationsAsync());
        Assert.Equal(1, conversation.GetProperty("messageCount").GetInt32());
        var message = Assert.Single(await workspace.MessagesAsync(conversation.Word("id")));
        var file = Assert.Single(message.GetProperty("attachments").EnumerateArray());
        Assert.Equal(Content, await workspace.Client.GetByteArrayAsync(file.Word("url")));
        Assert.Single(await workspace.ListAsync("/api/contacts"));
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
        // What is still hidden shows within the seven days that are the longest hiding.
        workspace.Time.Advance(TimeSpan.FromDays(8));
        Assert.Empty((await workspace.Store.DequeueAsync(Queues.Work, 32, TimeSpan.FromSeconds(1), default)).Select(left => left.Text));
    }

    private static async Task PostAsync(Workspace workspace, Func<PostBody> post)
    {
        var url = await workspace.MailUrlAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, Times).Select(_ => Task.Run(() => MailPosts.PostAsync(url, post()))));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        await workspace.PassAsync(TimeSpan.FromMinutes(3));
        if (!workspace.IsStoreOnTestClock) await workspace.WaitForQueueAsync();
    }

    private static async Task<string> StateAsync(Workspace workspace)
    {
        var conversations = await workspace.ConversationsAsync();
        var messages = await Task.WhenAll(conversations.Select(conversation => workspace.MessagesAsync(conversation.Word("id"))));
        return string.Join('\n', conversations.Concat(messages.SelectMany(list => list)).Concat(await workspace.ListAsync("/api/contacts")).Select(item => item.GetRawText()));
    }
}
