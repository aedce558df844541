using Microsoft.Extensions.DependencyInjection;
using PPMessage.Conversations;
using PPMessage.Storage;
using PPMessage.Suppressions;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>What happens between the steps of a reply.</summary>
public sealed class InterruptedReplyTests : IAsyncLifetime
{
    private readonly string _mailbox = MailWorkspace.NewMailbox();
    private Workspace _workspace = null!;
    private string _conversation = string.Empty;

    public async ValueTask InitializeAsync()
    {
        _workspace = await Workspace.StartAsync();
        await _workspace.OpenMailboxAsync();
        await _workspace.MailAsync(_mailbox, "Hello");
        _conversation = Assert.Single(await _workspace.ConversationsAsync()).Word("id");
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
    }

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Fact]
    public async Task Who_stops_us_while_the_files_are_put_away_gets_nothing_any_more()
    {
        var stopped = 0;
        _workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (call.StartsWith("write blob", StringComparison.Ordinal) && Interlocked.Exchange(ref stopped, 1) == 0) StopAsync().GetAwaiter().GetResult();
            },
        });
        var file = new { name = "报价.txt", contentType = "text/plain", base64 = "eA==" };
        var said = await _workspace.CallAsync("POST", $"/api/conversations/{_conversation}/messages", new { text = "As asked.", attachments = new[] { file } });
        await _workspace.MailgunTellsAsync();

        Assert.Equal((1, "suppressed"), (stopped, said.Json.State()));
        Assert.Empty(_workspace.Mailgun.Received(_mailbox));
    }

    [Fact]
    public async Task A_list_that_can_not_be_written_to_keeps_no_answer_back()
    {
        _workspace.Suffer(new FaultPlan { Meanwhile = call => ThrowIf(call.StartsWith("commit Inbox", StringComparison.Ordinal)) });
        var said = await _workspace.SayAsync(_conversation, "answer");
        _workspace.Suffer(null);
        Assert.Equal("sending", said.Json.State());
        Assert.Single(_workspace.Mailgun.Sent);
        Assert.Equal("Hello", (await _workspace.ConversationsAsync())[0].Word("lastWords"));

        await _workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("answer", (await _workspace.ConversationsAsync())[0].Word("lastWords"));
        Assert.Equal("delivered", (await _workspace.MessagesAsync(_conversation))[0].State());
        Assert.Single(_workspace.Mailgun.Received(_mailbox));
    }

    [Fact]
    public async Task A_long_mail_is_quoted_beyond_what_lists_show_of_it()
    {
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await _workspace.MailAsync(_mailbox, string.Join('\n', Enumerable.Range(0, 900).Select(line => $"行 {line:0000}")));
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await _workspace.CallAsync("POST", $"/api/conversations/{_conversation}/messages", new { text = "Seen.", quote = true });
        await _workspace.MailgunTellsAsync();

        var text = Assert.Single(_workspace.Mailgun.Received(_mailbox)).Text!;
        Assert.Contains("> 行 0000", text, StringComparison.Ordinal);
        Assert.Contains("> 行 0899", text, StringComparison.Ordinal);
    }

    private static void ThrowIf(bool isUnavailable)
    {
        if (isUnavailable) throw new StoreException("Service unavailable.");
    }

    private Task StopAsync()
    {
        var complaint = new ConsentChange(true, "provider", "607", null, _workspace.Time.GetUtcNow(), SuppressionReasons.Complaint);
        return _workspace.Services.GetRequiredService<Consents>().ApplyAsync(_workspace.MailChannelId, _mailbox, complaint, default);
    }
}
