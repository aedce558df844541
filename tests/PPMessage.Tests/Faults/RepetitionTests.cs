using System.Net;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>Whatever is told eight times at once, and again later, is told once.</summary>
public sealed class RepetitionTests
{
    private const string Phone = "+8613800001111";
    private const int Times = 8;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_text_with_a_file_that_is_told_eight_times_at_once_and_again_later_is_one_message(bool azurite)
    {
        await using var workspace = await StartAsync(azurite);
        workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.InboundTimes) { Count = Times });
        var told = await workspace.TextAsync(Phone, "看图", [new("image/jpeg", [1, 2, 3])]);
        Assert.Equal(Times, told!.Callbacks.Count(call => call.StatusCode == 200));
        await SettleAsync(workspace);
        var before = await StateAsync(workspace);
        Assert.All(await AgainAsync(workspace, told.Callback!), status => Assert.Equal(HttpStatusCode.OK, status));
        await SettleAsync(workspace);

        Assert.Equal(before, await StateAsync(workspace));
        var conversation = Assert.Single(await workspace.ConversationsAsync());
        Assert.Equal(1, conversation.GetProperty("messageCount").GetInt32());
        var message = Assert.Single(await workspace.MessagesAsync(conversation.GetProperty("id").GetString()!));
        var file = Assert.Single(message.GetProperty("attachments").EnumerateArray());
        Assert.Equal([1, 2, 3], await workspace.Client.GetByteArrayAsync(file.GetProperty("url").GetString()));
        Assert.Single(await workspace.ListAsync("/api/contacts"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_that_is_told_eight_times_stops_once(bool azurite)
    {
        await using var workspace = await StartAsync(azurite);
        await workspace.TextAsync(Phone, "你好");
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.InboundTimes) { Count = Times });
        await workspace.TextAsync(Phone, "STOP");
        await SettleAsync(workspace);

        var id = Assert.Single(await workspace.ConversationsAsync()).GetProperty("id").GetString()!;
        Assert.Equal(2, (await workspace.MessagesAsync(id)).Count);
        var consent = (await workspace.GetAsync($"/api/conversations/{id}")).GetProperty("consent");
        Assert.True(consent.GetProperty("stopped").GetBoolean());
        Assert.Single(consent.GetProperty("history").EnumerateArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_is_asked_for_eight_times_under_one_key_is_sent_once_and_its_callbacks_count_once(bool azurite)
    {
        await using var workspace = await StartAsync(azurite);
        await workspace.TextAsync(Phone, "你好");
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var id = Assert.Single(await workspace.ConversationsAsync()).GetProperty("id").GetString()!;
        var answers = await Task.WhenAll(Enumerable.Range(0, Times).Select(_ => workspace.ReplyAsync(id, "明天到。", key: "k")));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        await SettleAsync(workspace);
        var before = await StateAsync(workspace);

        // The last word first: "sent" after "delivered" changes nothing.
        foreach (var call in workspace.Twilio.Callbacks.Where(call => call.Kind == "status").Reverse())
            Assert.All(await AgainAsync(workspace, call), status => Assert.Equal(HttpStatusCode.NoContent, status));
        Assert.Equal(before, await StateAsync(workspace));
        var message = (await workspace.MessagesAsync(id))[0];
        Assert.Equal("delivered", message.State());
        Assert.Equal(["queued", "sending", "sending", "sent", "delivered"], message.GetProperty("delivery").GetProperty("history").EnumerateArray().Select(step => step.GetProperty("state").GetString()));
        Assert.Equal("明天到。", Assert.Single(workspace.Twilio.Received(Phone)).Text);
    }

    // Azure's queues go by the clock on the wall.
    private static async Task<Workspace> StartAsync(bool azurite) => azurite
        ? await Workspace.StartAsync(await TestStores.AzuriteAsync(), new Timing { Hidden = TimeSpan.FromSeconds(2) })
        : await Workspace.StartAsync();

    private static Task<HttpStatusCode?[]> AgainAsync(Workspace workspace, CallbackRecord call) =>
        Task.WhenAll(Enumerable.Range(0, Times).Select(_ => workspace.RepeatAsync(call)));

    private static async Task SettleAsync(Workspace workspace)
    {
        await workspace.PassAsync(TimeSpan.FromMinutes(3));
        if (!workspace.IsStoreOnTestClock) await workspace.WaitForQueueAsync();
    }

    private static async Task<string> StateAsync(Workspace workspace)
    {
        var conversations = await workspace.ConversationsAsync();
        var messages = await Task.WhenAll(conversations.Select(conversation => workspace.MessagesAsync(conversation.GetProperty("id").GetString()!)));
        return string.Join('\n', conversations.Concat(messages.SelectMany(list => list)).Concat(await workspace.ListAsync("/api/contacts")).Select(item => item.GetRawText()));
    }
}
