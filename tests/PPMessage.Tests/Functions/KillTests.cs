using System.Text.Json;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>The published program is killed (SIGKILL) again and again while people text and mail and agents answer: what was acknowledged is there, once.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 50;

    private static readonly TimeSpan LongestLife = TimeSpan.FromMilliseconds(1200);

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task What_was_acknowledged_is_there_once_after_fifty_kills_under_load()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        await using var twilio = await TwilioSandbox.StartAsync();
        await using var head = await Killing.StartAsync(twilio, _data.Path);
        var workspace = await PublishedWorkspace.MakeAsync(twilio, head.Client);
        var load = new KillLoad(workspace, await workspace.OpenMailboxAsync(), seed);
        await load.BeginAsync();

        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(stop.Token);
        var random = new Random(seed);
        await Killing.RunAsync(head, Kills, () => Task.Delay(LongestLife * random.NextDouble(), TimeProvider.System), random);
        await stop.CancelAsync();
        await running;
        output.WriteLine($"{load.Acknowledged.Count} texts and mails acknowledged, {load.Unanswered.Count} not, {load.Replies.Count} replies");

        await SettledAsync(workspace, load);
        await TextsAreThereOnceAsync(workspace, load);
        RepliesArrivedOnce(twilio, load);
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
        await PublishedWorkspace.UntilAsync(() => Task.FromResult(Killing.Waiting(_data.Path) == 0), Killing.Recovery, () => $"nothing is left in the queue ({Killing.Waiting(_data.Path)})");
        head.Terminate();
        Assert.Equal(0, await head.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await Killing.LeftAsync(_data.Path));
    }

    /// <summary>
    /// Every reply has found its end at the provider, by whose id we know it. One that was cut off twice, and that the provider does not have, is left to a
    /// person, who sends it again.
    /// </summary>
    private static async Task SettledAsync(PublishedWorkspace workspace, KillLoad load)
    {
        IReadOnlyList<JsonElement> open = [];
        await PublishedWorkspace.UntilAsync(async () => (open = await workspace.UnsettledAsync()) is [], Killing.Recovery, () => $"{open.Count} replies settled, such as {open[0]}");
        Assert.NotEmpty(load.Replies);
    }

    private static async Task TextsAreThereOnceAsync(PublishedWorkspace workspace, KillLoad load)
    {
        // Work of the last kill comes back from the queue when its time is up.
        await PublishedWorkspace.UntilAsync(async () => !load.Acknowledged.Except(await SidsAsync(workspace)).Any(), Killing.Recovery, () => "all acknowledged texts are there");
        var sids = await SidsAsync(workspace);
        Assert.Equal(sids.Count, sids.Distinct().Count());
        Assert.Empty(sids.Except(load.Acknowledged).Except(load.Unanswered));
        var conversations = await workspace.ConversationsAsync();
        Assert.Equal(conversations.Count, conversations.Select(conversation => Text(conversation, "address")).Distinct().Count());
        await PublishedWorkspace.UntilAsync(() => InboxAgreesAsync(workspace), Killing.Recovery, () => "the inbox agrees with the threads");
    }

    private static async Task<List<string>> SidsAsync(PublishedWorkspace workspace) =>
        [.. (await workspace.AllMessagesAsync()).Where(message => Text(message, "direction") == "inbound").Select(message => Text(message, "providerId"))];

    private static async Task<bool> InboxAgreesAsync(PublishedWorkspace workspace)
    {
        foreach (var conversation in await workspace.ConversationsAsync())
        {
            var messages = await workspace.MessagesAsync(Text(conversation, "id"));
            if (conversation.GetProperty("messageCount").GetInt32() != messages.Count) return false;
            if (!messages.Any(message => Text(message, "text") == Text(conversation, "lastWords"))) return false;
        }

        return true;
    }

    private static void RepliesArrivedOnce(TwilioSandbox twilio, KillLoad load)
    {
        Assert.Equal(load.Replies.Count, load.Replies.Select(reply => reply.Id).Distinct().Count());
        foreach (var phone in load.Replies.GroupBy(reply => reply.Phone))
        {
            var got = twilio.Received(phone.Key).Select(text => text.Text).ToList();
            Assert.Equal(phone.Select(reply => reply.Text).Order(), got.Order());
        }
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
