using Microsoft.Extensions.DependencyInjection;
using PPMessage.Flows.Runs;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>What flows' lists say of runs when several processes tell them at once.</summary>
public sealed class RunIndexTests
{
    private const string Asks = """
        {"name":"Asks","trigger":{"on":"message.received","channelKind":"sms"},"start":"ask","steps":{
          "ask":{"type":"ask","text":"Which order?","timeout":"PT1H","on":{"answered":null,"timeout":null}}}}
        """;

    private const string Calls = """
        {"name":"Calls","trigger":{"on":"message.received","channelKind":"sms"},"start":"call","steps":{
          "call":{"type":"http","url":"PROGRAM","attempts":1,"next":"ask"},
          "ask":{"type":"ask","text":"How was it?","timeout":"PT1H","on":{"answered":null,"timeout":null}}}}
        """;

    private const string AsksLater = """
        {"name":"Asks later","trigger":{"on":"api"},"start":"wait","steps":{
          "wait":{"type":"wait","for":"PT10M","next":"ask"},
          "ask":{"type":"ask","text":"How was it?","timeout":"PT1H","on":{"answered":null,"timeout":null}}}}
        """;

    private readonly string _phone = Workspaces.Calls.NewPhone();

    [Fact]
    public async Task Who_tells_late_of_a_run_does_not_take_back_what_came_later()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.PublishAsync(Asks);
        var answered = 0;
        // The first text is in its thread, the list has yet to hear of it, and the answer comes in between.
        workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (call.StartsWith("commit Inbox p|", StringComparison.Ordinal) && Interlocked.Increment(ref answered) == 1) workspace.TextAsync(_phone, "1001").GetAwaiter().GetResult();
            },
        });
        await workspace.TextAsync(_phone, "你好");
        workspace.Suffer(null);
        var run = Assert.Single(await workspace.RunsAsync((await workspace.OfPhoneAsync(_phone))[0].Word("id")));
        var entry = Assert.Single(await workspace.RunEntriesAsync(), entry => entry.RunId == run.Id);
        Assert.Equal((RunState.Completed, RunState.Completed, 2), (run.State, entry.State, entry.Transitions));
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_its_last_answer_is_being_told_is_cancelled_in_the_list_too()
    {
        await using var workspace = await Workspace.StartAsync();
        var flow = await workspace.PublishAsync(Asks.Replace("\"answered\":null,\"timeout\":null}}}}", "\"answered\":\"more\",\"timeout\":null}},\"more\":{\"type\":\"wait\",\"for\":\"PT1H\",\"next\":null}}}", StringComparison.Ordinal));
        var conversation = await workspace.OpenAsync(_phone);
        var run = await workspace.RunAsync(conversation, flow);
        var cancelled = 0;
        workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (call.StartsWith("commit Inbox p|", StringComparison.Ordinal) && Interlocked.Increment(ref cancelled) == 1)
                    Assert.True(workspace.Services.GetRequiredService<FlowRuns>().EndAsync(run.Id, EndReasons.Cancelled, "cancel", default).GetAwaiter().GetResult());
            },
        });
        await workspace.TextAsync(_phone, "1001");
        workspace.Suffer(null);
        var after = await workspace.RunAsync(conversation, flow);
        var entry = Assert.Single(await workspace.RunEntriesAsync(), entry => entry.RunId == run.Id);
        Assert.Equal((EndReasons.Cancelled, EndReasons.Cancelled, after.Transitions), (after.Reason, entry.Reason, entry.Transitions));
    }

    [Fact]
    public async Task A_run_that_goes_on_and_asks_ends_the_one_that_waits_there_at_once()
    {
        await using var workspace = await Workspace.StartAsync();
        var calls = await workspace.PublishAsync(Calls.Replace("PROGRAM", workspace.Twilio.Programs.Url("late").AbsoluteUri, StringComparison.Ordinal));
        workspace.Twilio.Programs.Put("late", new ProgramAnswer(FailFirst: 1));
        var id = await workspace.OpenAsync(_phone);
        await workspace.DrainAsync();
        var asks = await workspace.PublishAsync(Asks);
        await workspace.TextAsync(_phone, "1001");
        var failed = await workspace.RunAsync(id, calls);
        Assert.Equal((RunState.Failed, RunState.Waiting), (failed.State, (await workspace.RunAsync(id, asks)).State));
        Assert.Null(await workspace.Services.GetRequiredService<RunStarter>().RetryAsync(failed.Id, default));
        await workspace.DrainAsync();
        Assert.Equal((RunState.Waiting, EndReasons.Superseded), ((await workspace.RunAsync(id, calls)).State, (await workspace.RunAsync(id, asks)).Reason));
    }

    // Shards are drawn: with this many contacts some of them have their two conversations in different ones.
    [Fact]
    public async Task A_run_that_is_answered_in_a_later_conversation_stays_where_its_flow_finds_it()
    {
        await using var workspace = await Workspace.StartAsync();
        var flow = await workspace.PublishAsync(AsksLater);
        var phones = Enumerable.Range(0, 8).Select(_ => Workspaces.Calls.NewPhone()).ToList();
        foreach (var phone in phones)
        {
            var first = await workspace.OpenAsync(phone);
            var contactId = (await workspace.GetAsync($"/api/conversations/{first}")).Word("contactId");
            Assert.Equal(201, (await workspace.CallAsync("POST", $"/api/flows/{flow}/runs", new { contactId })).Status);
            await workspace.CallAsync("PATCH", $"/api/conversations/{first}", new { status = "resolved" });
            await workspace.TextAsync(phone, "One more thing");
        }

        await workspace.PassAsync(TimeSpan.FromMinutes(11));
        foreach (var phone in phones) await workspace.TextAsync(phone, "Good");
        var entries = (await workspace.RunEntriesAsync()).Where(entry => entry.FlowId == flow).ToList();
        Assert.Equal(phones.Count, entries.Count);
        Assert.All(entries, entry => Assert.Equal((RunState.Completed, 1), (entry.State, entry.Counts.GetValueOrDefault("ask:answered"))));
    }

    [Fact]
    public async Task A_run_that_began_before_anything_was_said_hears_the_first_text()
    {
        await using var workspace = await Workspace.StartAsync();
        var contactId = (await workspace.PostAsync("/api/contacts", new { phones = new[] { _phone } })).Word("id");
        var flow = await workspace.PublishAsync("""
            {"name":"Reminds","trigger":{"on":"api"},"start":"wait","steps":{
              "wait":{"type":"wait","for":"PT1H","unless":["reply"],"next":"remind","on":{"replied":"thank"}},
              "remind":{"type":"send","text":"Don't forget.","next":null},
              "thank":{"type":"send","text":"Thank you for {{ message.text }}.","next":null}}}
            """);
        await workspace.CallAsync("POST", $"/api/flows/{flow}/runs", new { contactId });
        await workspace.TextAsync(_phone, "the tea");
        await workspace.PassAsync(TimeSpan.FromHours(2));
        await workspace.TwilioTellsAsync();
        Assert.Equal(["Thank you for the tea."], workspace.Got(_phone));
        var run = await workspace.RunAsync((await workspace.OfPhoneAsync(_phone))[0].Word("id"), flow);
        Assert.Equal(RunState.Completed, Assert.Single(await workspace.RunEntriesAsync(), entry => entry.RunId == run.Id).State);
    }
}
