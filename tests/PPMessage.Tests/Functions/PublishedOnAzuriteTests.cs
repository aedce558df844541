using System.Text.Json;
using PPMessage.Local;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>The published program on an Azurite of its own, as in production under the (fake) Functions host, and stand-alone: text, answer, and a kill in the middle of both.</summary>
public sealed class PublishedOnAzuriteTests
{
    private const string Phone = "+12025550101";

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan Middle = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Under_the_Functions_host_a_text_is_answered_and_a_kill_in_the_middle_loses_and_doubles_nothing()
    {
        await using var azurite = await AzuriteAsync();
        await using var twilio = await TwilioSandbox.StartAsync();
        var port = FreePorts.Next();
        await using var host = await FakeFunctionsHost.StartAsync(Settings(twilio, azurite, port), port);
        host.Listen(FakeHostQueue.Of(TestStores.Azure(azurite.ConnectionString, ""), Queues.Work), new FakeQueueSettings { Lease = TimeSpan.FromSeconds(5) });
        var workspace = await PublishedWorkspace.MakeAsync(twilio, host.Client);

        await StoryAsync(workspace, host.CrashAsync);
        Assert.Equal(CallResult.Succeeded, (await host.FireAsync("CatchUp")).Result);
        Assert.Equal(CallResult.Succeeded, (await host.FireAsync("Housekeeping")).Result);
        Assert.Empty(host.Hangs);
    }

    [Fact]
    public async Task Stand_alone_a_text_is_answered_and_a_kill_in_the_middle_loses_and_doubles_nothing()
    {
        await using var azurite = await AzuriteAsync();
        await using var twilio = await TwilioSandbox.StartAsync();
        var port = FreePorts.Next();
        await using var head = await HeadProcess.StandAloneAsync(Settings(twilio, azurite, port), port);
        var workspace = await PublishedWorkspace.MakeAsync(twilio, head.Client);

        await StoryAsync(workspace, async () =>
        {
            head.Kill();
            await head.StartAgainAsync();
        });
    }

    private static async Task StoryAsync(PublishedWorkspace workspace, Func<Task> kill)
    {
        Assert.True((await workspace.TextAsync(Phone, "你好")).Acknowledged);
        var conversation = Text(Assert.Single(await workspace.ConversationsAsync()), "id");
        await workspace.ReplyAsync(conversation, "您好", "first");
        await DeliveredAsync(workspace, conversation, 1);

        // The provider takes it and does not say so, neither at once nor later: the kill comes in the middle of the call, while others text.
        workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.TimeoutAfterAccept) { By = Slowness }, new Misbehaviour(Misbehaviour.DropCallbacks));
        var reply = workspace.ReplyAsync(conversation, "Cut off", "second");
        var texts = Enumerable.Range(0, 8).Select(i => workspace.TextAsync($"+1202555020{i}", $"text {i}")).ToList();
        await Task.Delay(Middle, TimeProvider.System);
        await kill();
        await reply;

        await DeliveredAsync(workspace, conversation, 2);
        Assert.Equal(["Cut off", "您好"], workspace.Twilio.Received(Phone).Select(text => text.Text).Order(StringComparer.Ordinal));
        var acknowledged = (await Task.WhenAll(texts)).Where(text => text.Acknowledged).Select(text => text.Sid);
        await PublishedWorkspace.UntilAsync(async () => !acknowledged.Except(await SidsAsync(workspace)).Any(), Recovery, () => "all acknowledged texts are there");
        var sids = await SidsAsync(workspace);
        Assert.Equal(sids.Count, sids.Distinct().Count());
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
    }

    private static async Task DeliveredAsync(PublishedWorkspace workspace, string conversation, int replies)
    {
        IReadOnlyList<JsonElement> messages = [];
        await PublishedWorkspace.UntilAsync(
            async () =>
            {
                messages = await workspace.MessagesAsync(conversation);
                return messages.Count(message => Text(message, "direction") == "outbound" && message.GetProperty("providerId").ValueKind != JsonValueKind.Null) == replies;
            },
            Recovery,
            () => $"{replies} replies are with the provider: {string.Join('\n', messages)}");
    }

    private static async Task<List<string>> SidsAsync(PublishedWorkspace workspace)
    {
        var sids = new List<string>();
        foreach (var conversation in await workspace.ConversationsAsync())
            sids.AddRange((await workspace.MessagesAsync(Text(conversation, "id"))).Where(message => Text(message, "direction") == "inbound").Select(message => Text(message, "providerId")));
        return sids;
    }

    private static Dictionary<string, string?> Settings(TwilioSandbox twilio, Azurite azurite, int port) => new(PublishedWorkspace.Settings(twilio, new Uri($"http://127.0.0.1:{port}")))
    {
        ["PPMessage__Storage"] = "azure",
        ["AzureWebJobsStorage"] = azurite.ConnectionString,
        ["PPMessage__Timing__InLine"] = "00:00:02",
        ["PPMessage__Timing__ProviderCall"] = "00:00:03",
        ["PPMessage__Timing__Hidden"] = "00:00:04",
        ["PPMessage__Timing__Claim"] = "00:00:05",
        ["PPMessage__Timing__Lease"] = "00:00:12",
    };

    // Its own: the program's tables have no prefix.
    private static async Task<Azurite> AzuriteAsync()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is { Length: > 0 } || await AzuriteInstall.HasNodeAsync(CancellationToken.None), "Node.js is not installed, so Azurite can't run.");
        return await Azurite.StartAsync(null, CancellationToken.None);
    }

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
