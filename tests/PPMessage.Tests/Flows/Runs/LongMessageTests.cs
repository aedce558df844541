using System.Text.Json;
using PPMessage.Flows.Runs;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>Of a long message runs remember the beginning, and say so; the conversation has all of it.</summary>
public sealed class LongMessageTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private const string Asking = """
        {"name":"Asks","trigger":{"on":"message.received","channelKind":"email"},"start":"ask","steps":{
          "ask":{"type":"ask","text":"What happened?","into":"story","on":{"answered":"bye","timeout":null}},
          "bye":{"type":"end"}}}
        """;

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_step_says_that_the_answer_which_it_took_was_cut()
    {
        await Workspace.PublishAsync(Asking);
        var mailbox = MailWorkspace.NewMailbox();
        await SaidAsync(mailbox, "你好");
        await SaidAsync(mailbox, new string('长', HeardMessage.LongestText + 1));
        var run = await RunAsync(mailbox);
        var story = run.GetProperty("variables").Word("story");
        Assert.Equal((HeardMessage.LongestText + 1, '…'), (story.Length, story[^1]));
        Assert.Equal(["ask  False", "ask answered True", "bye  False"], Steps(run));
        var answer = (await Workspace.MessagesAsync(run.Word("conversationId"))).First(message => message.Word("direction") == "inbound").Word("id");
        Assert.Equal(new string('长', HeardMessage.LongestText + 1), (await Workspace.GetAsync($"/api/conversations/{run.Word("conversationId")}/messages/{answer}")).Word("text"));
    }

    [Fact]
    public async Task A_step_says_that_the_message_which_started_it_was_cut()
    {
        await Workspace.PublishAsync(Asking);
        var mailbox = MailWorkspace.NewMailbox();
        await SaidAsync(mailbox, new string('长', HeardMessage.LongestText + 1));
        await SaidAsync(mailbox, new string('长', HeardMessage.LongestText));
        var run = await RunAsync(mailbox);
        Assert.Equal(["ask  True", "ask answered False", "bye  False"], Steps(run));
        Assert.Equal(new string('长', HeardMessage.LongestText), run.GetProperty("variables").Word("story"));
    }

    [Fact]
    public async Task A_simulation_cuts_as_the_engine_does_and_notes_it()
    {
        var reply = new string('长', HeardMessage.LongestText + 1);
        var played = await new Playing().PlayAsync(Asking, $$"""{"message":{"text":"{{reply}}"},"events":[{"after":"PT1M","reply":"{{reply}}"}]}""");
        Assert.Equal(HeardMessage.LongestText + 1, played.Variables["story"].GetString()!.Length);
        Assert.Equal(["ask  1", "ask answered 1", "bye  0"], played.Trace.Select(entry => $"{entry.Step} {entry.Outcome} {entry.Notes.Count(note => note.Contains("cut", StringComparison.Ordinal))}"));
    }

    private static IEnumerable<string> Steps(JsonElement run) =>
        run.GetProperty("steps").EnumerateArray().Select(step => $"{step.Word("step")} {step.Word("outcome")} {step.Flag("cut")}");

    private async Task SaidAsync(string mailbox, string text)
    {
        await Workspace.MailAsync(mailbox, text);
        await Workspace.DrainAsync();
        await Workspace.MailgunTellsAsync();
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private async Task<JsonElement> RunAsync(string mailbox)
    {
        var conversation = Assert.Single(await Workspace.ListAsync($"/api/conversations?q={mailbox}")).Word("id");
        return await Workspace.GetAsync($"/api/runs/{Assert.Single(await Workspace.RunsAsync(conversation)).Id}");
    }
}
