using System.Collections.Concurrent;
using PPMessage.Local.Sandbox;

namespace PPMessage.Tests.Functions;

/// <summary>People who text and agents who answer, all the time, whatever happens to the program; and what they were told.</summary>
internal sealed class KillLoad(PublishedWorkspace workspace, int seed)
{
    private const int Phones = 6;
    private const int Agents = 3;

    // A text in five comes as two callbacks at once.
    private const int DoubledEvery = 5;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(15);

    // While the program is down there is no use in texting it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>SIDs whose callback was answered 200.</summary>
    public ConcurrentBag<string> Acknowledged { get; } = [];

    /// <summary>SIDs of callbacks that got no such answer: they may be there or not, but never twice.</summary>
    public ConcurrentBag<string> Unanswered { get; } = [];

    /// <summary>Replies that the API has acknowledged; the texts tell them apart.</summary>
    public ConcurrentBag<AcknowledgedReply> Replies { get; } = [];

    /// <summary>Each phone has a conversation before the killing begins.</summary>
    public async Task BeginAsync()
    {
        for (var phone = 0; phone < Phones; phone++) await TextAsync(Name(phone), "first");
    }

    /// <summary>Runs until told to stop, and then until everybody has their last answer.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var conversations = (await workspace.ConversationsAsync()).Select(c => (Id: c.GetProperty("id").GetString()!, Phone: c.GetProperty("address").GetString()!)).ToList();
        var people = Enumerable.Range(0, Phones).Select(phone => LoopAsync(round => TextAsync(Name(phone), $"text {round} of {phone}"), stop));
        var agents = Enumerable.Range(0, Agents).Select(agent =>
        {
            var random = new Random(seed + agent);
            return LoopAsync(round => ReplyAsync(conversations[random.Next(conversations.Count)], $"reply {round} of agent {agent}"), stop);
        });
        await Task.WhenAll(people.Concat(agents));
    }

    private async Task ReplyAsync((string Id, string Phone) conversation, string text) =>
        Replies.Add(new(await workspace.ReplyAsync(conversation.Id, text, text.Replace(' ', '-')), conversation.Id, conversation.Phone, text));

    private async Task TextAsync(string phone, string text)
    {
        if (Random.Shared.Next(DoubledEvery) == 0) workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.InboundTimes) { Count = 2 });
        var (sid, acknowledged) = await workspace.TextAsync(phone, text);
        (acknowledged ? Acknowledged : Unanswered).Add(sid);
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
