using System.Collections.Concurrent;
using System.Text;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Functions;

/// <summary>People who text and mail, and agents who answer, all the time, whatever happens to the program; and what they were told.</summary>
/// <param name="mailUrl">Where Mailgun posts mails.</param>
internal sealed class KillLoad(PublishedWorkspace workspace, string mailUrl, int seed)
{
    private const int Phones = 6;
    private const int Mailboxes = 2;
    private const int Agents = 3;

    // A text in five comes as two callbacks at once.
    private const int DoubledEvery = 5;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(15);

    // While the program is down there is no use in texting it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private IReadOnlyList<(string Id, string Phone)> _conversations = [];

    /// <summary>SIDs and Message-Ids whose callback was answered 200.</summary>
    public ConcurrentBag<string> Acknowledged { get; } = [];

    /// <summary>Those of callbacks that got no such answer: they may be there or not, but never twice.</summary>
    public ConcurrentBag<string> Unanswered { get; } = [];

    /// <summary>Replies that the API has acknowledged; the texts tell them apart.</summary>
    public ConcurrentBag<AcknowledgedReply> Replies { get; } = [];

    /// <summary>Each phone has a conversation, known to the agents, before the killing begins: they could not ask for it in the middle of a kill.</summary>
    public async Task BeginAsync()
    {
        for (var phone = 0; phone < Phones; phone++) await TextAsync(Name(phone), "first");
        await PublishedWorkspace.UntilAsync(async () => (_conversations = await PhonesAsync()).Count == Phones, Killing.Recovery, () => $"{Phones} phones have a conversation");
    }

    /// <summary>Runs until told to stop, and then until everybody has their last answer.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var people = Enumerable.Range(0, Phones).Select(phone => LoopAsync(round => TextAsync(Name(phone), $"text {round} of {phone}"), stop));
        var writers = Enumerable.Range(0, Mailboxes).Select(mailbox => LoopAsync(round => MailAsync($"writer{mailbox}@example.cn", $"mail {round} of {mailbox}"), stop));
        var agents = Enumerable.Range(0, Agents).Select(agent =>
        {
            var random = new Random(seed + agent);
            return LoopAsync(round => ReplyAsync(_conversations[random.Next(Phones)], $"reply {round} of agent {agent}"), stop);
        });
        await Task.WhenAll(people.Concat(writers).Concat(agents));
    }

    private async Task<List<(string Id, string Phone)>> PhonesAsync() =>
        [.. (await workspace.ConversationsAsync()).Where(c => c.Word("channelKind") == "sms").Select(c => (c.Word("id"), c.Word("address")))];

    private async Task ReplyAsync((string Id, string Phone) conversation, string text) =>
        Replies.Add(new(await workspace.ReplyAsync(conversation.Id, text, text.Replace(' ', '-')), conversation.Id, conversation.Phone, text));

    private async Task TextAsync(string phone, string text)
    {
        if (Random.Shared.Next(DoubledEvery) == 0) workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.InboundTimes) { Count = 2 });
        var (sid, acknowledged) = await workspace.TextAsync(phone, text);
        (acknowledged ? Acknowledged : Unanswered).Add(sid);
        if (!acknowledged) await Task.Delay(Pause, TimeProvider.System);
    }

    private async Task MailAsync(string mailbox, string text)
    {
        var id = $"{Guid.NewGuid():N}@example.cn";
        var now = TimeProvider.System.GetUtcNow();
        var mail = new MailToWrite { MessageId = id, To = [MailDemo.Address], Subject = text, Text = text, Files = [new MailFile("1.txt", "text/plain", Encoding.UTF8.GetBytes(text))] };
        var form = MailPosts.Form(MailPosts.Raw(LetterWriter.Write(mailbox, mail, now), mailbox), MailSignature.New(MailDemo.SigningKey, now));
        var acknowledged = (await MailPosts.PostAsync(mailUrl, form)).Status == 200;
        (acknowledged ? Acknowledged : Unanswered).Add(id);
        if (!acknowledged) await Task.Delay(Pause, TimeProvider.System);
    }

    private static async Task LoopAsync(Func<int, Task> work, CancellationToken stop)
    {
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            await work(round);
            await Task.Delay(Breath, TimeProvider.System, CancellationToken.None);
        }
    }

    private static string Name(int phone) => $"+1202555{1000 + phone}";
}

/// <param name="Id">The message's.</param>
internal sealed record AcknowledgedReply(string Id, string Conversation, string Phone, string Text);
