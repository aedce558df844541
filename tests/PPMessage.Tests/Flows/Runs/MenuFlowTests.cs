using PPMessage.Flows.Runs;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>A menu by text, end to end: the real app over a real store, the sandbox as Twilio, time as the test says.</summary>
public sealed class MenuFlowTests : IAsyncLifetime
{
    private const string Menu = """
        {"name":"Menu","trigger":{"on":"message.received","channelKind":"sms","when":{"field":"conversation.isAssigned","op":"eq","value":false}},"start":"menu","steps":{
          "menu":{"type":"ask","text":"Hello {{ contact.name | default: \"there\" }}! 1 order status, 2 talk to a person","into":"choice","timeout":"PT10M","attempts":2,
            "invalidText":"Please answer 1 or 2.",
            "options":[{"key":"1","label":"order status","outcome":"status","words":["订单"]},{"key":"2","label":"person","outcome":"person"}],
            "on":{"status":"status","person":"person","timeout":"bye","invalid":"person"}},
          "status":{"type":"send","text":"It is on its way.","next":"done"},
          "done":{"type":"resolve","next":null},
          "bye":{"type":"send","text":"We have not heard from you; write again any time.","next":null},
          "person":{"type":"assign","to":"rule","next":"hold","on":{"nobody":"hold"}},
          "hold":{"type":"send","text":"A person will be with you.","next":"note"},
          "note":{"type":"note","text":"Wants a person (wrote: {{ message.text }})","next":null}}}
        """;

    private readonly string _phone = Workspaces.Calls.NewPhone();
    private Workspace _workspace = null!;
    private string _flow = string.Empty;

    public async ValueTask InitializeAsync()
    {
        _workspace = await Workspace.StartAsync();
        _flow = await _workspace.PublishAsync(Menu);
    }

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Fact]
    public async Task A_text_is_answered_by_the_menu_and_the_run_waits_for_an_answer()
    {
        var id = await OpenAsync();
        Assert.Equal(["Hello there! 1 order status, 2 talk to a person"], _workspace.Got(_phone));
        var run = await _workspace.RunAsync(id, _flow);
        Assert.Equal((RunState.Waiting, WaitKind.Reply, "menu"), (run.State, run.Wait!.Kind, run.Frames[0].Step));
        Assert.Equal(["flow", "contact"], (await _workspace.MessagesAsync(id)).Select(message => message.GetProperty("author").Word("type")));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("１。")]
    [InlineData(" ORDER Status ")]
    [InlineData("订单")]
    public async Task An_answer_is_understood_in_the_ways_people_write_it(string answer)
    {
        var id = await OpenAsync();
        await TextAsync(answer);
        Assert.Equal("It is on its way.", _workspace.Got(_phone).Last());
        var run = await _workspace.RunAsync(id, _flow);
        Assert.Equal((RunState.Completed, EndReasons.Completed), (run.State, run.Reason));
        Assert.Equal("resolved", (await _workspace.GetAsync($"/api/conversations/{id}")).Word("status"));
        // The answer was the run's, and started no other.
        Assert.Single(await _workspace.RunsAsync(id));
    }

    [Fact]
    public async Task An_answer_that_is_none_is_told_so_once_and_then_a_person_gets_it()
    {
        var id = await OpenAsync();
        await TextAsync("what?");
        Assert.Equal("Please answer 1 or 2.", _workspace.Got(_phone).Last());
        await TextAsync("a person, for heaven's sake");
        Assert.Equal("A person will be with you.", _workspace.Got(_phone).Last());
        Assert.Equal(3, _workspace.Got(_phone).Count());
        Assert.Contains(await _workspace.MessagesAsync(id), message => message.Word("kind") == "note" && message.Word("text") == "Wants a person (wrote: a person, for heaven's sake)");
        Assert.Equal(RunState.Completed, (await _workspace.RunAsync(id, _flow)).State);
    }

    [Fact]
    public async Task Silence_is_answered_politely_when_the_time_is_over_and_not_before()
    {
        var id = await OpenAsync();
        await _workspace.PassAsync(TimeSpan.FromMinutes(9));
        Assert.Single(_workspace.Got(_phone));
        await _workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("We have not heard from you; write again any time.", _workspace.Got(_phone).Last());
        var run = await _workspace.RunAsync(id, _flow);
        Assert.Equal((RunState.Completed, 1), (run.State, run.Counts["menu:timeout"]));
        // The next text starts another run.
        await TextAsync("hi again");
        Assert.Equal(3, _workspace.Got(_phone).Count());
    }

    [Fact]
    public async Task An_answer_just_in_time_wins_and_the_time_that_passes_later_changes_nothing()
    {
        var id = await OpenAsync();
        _workspace.Time.Advance(TimeSpan.FromMinutes(9));
        await TextAsync("2");
        await _workspace.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(["A person will be with you."], _workspace.Got(_phone).Skip(1));
        Assert.False((await _workspace.RunAsync(id, _flow)).Counts.ContainsKey("menu:timeout"));
    }

    [Fact]
    public async Task An_agent_who_answers_takes_the_conversation_over_from_the_flow()
    {
        var (agent, client) = await _workspace.HireAsync("Mei");
        var id = await OpenAsync();
        await _workspace.SayAsync(id, "您好，我来帮您", by: client);
        await _workspace.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(["您好，我来帮您"], _workspace.Got(_phone).Skip(1));
        var run = await _workspace.RunAsync(id, _flow);
        Assert.Equal((RunState.Ended, EndReasons.TakenOver), (run.State, run.Reason));
        // What the contact writes next is the agent's, and the menu stays silent.
        await TextAsync("1");
        Assert.Equal(2, _workspace.Got(_phone).Count());
        Assert.Equal(agent, (await _workspace.GetAsync($"/api/conversations/{id}")).Word("assignee"));
    }

    [Fact]
    public async Task A_conversation_that_is_given_to_an_agent_is_taken_over_from_the_flow()
    {
        var (agent, _) = await _workspace.HireAsync("Mei");
        var id = await OpenAsync();
        Assert.Equal(200, (await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { assignee = agent })).Status);
        await _workspace.DrainAsync();
        Assert.Equal(EndReasons.TakenOver, (await _workspace.RunAsync(id, _flow)).Reason);
    }

    [Fact]
    public async Task A_stop_ends_the_run_and_nothing_more_is_sent()
    {
        var id = await OpenAsync();
        await TextAsync("STOP");
        await _workspace.PassAsync(TimeSpan.FromMinutes(30));
        Assert.Single(_workspace.Got(_phone));
        var run = await _workspace.RunAsync(id, _flow);
        Assert.Equal((RunState.Ended, EndReasons.OptedOut), (run.State, run.Reason));
    }

    [Fact]
    public async Task A_doubled_callback_asks_once()
    {
        await OpenAsync();
        await _workspace.RepeatAsync(_workspace.Twilio.Callbacks.Last(call => call.Kind == "inbound"));
        await _workspace.DrainAsync();
        Assert.Single(_workspace.Got(_phone));
    }

    [Fact]
    public async Task Two_answers_at_the_same_moment_are_one_answer_and_another_text()
    {
        var id = await OpenAsync();
        await Task.WhenAll(_workspace.TextAsync(_phone, "2"), _workspace.TextAsync(_phone, "2"));
        await _workspace.DrainAsync();
        await _workspace.TwilioTellsAsync();
        Assert.Single(_workspace.Got(_phone), "A person will be with you.");
        Assert.Single(await _workspace.RunsAsync(id), run => run.FlowId == _flow && run.Counts.ContainsKey("menu:person"));
    }

    [Fact]
    public async Task A_noted_stop_that_died_before_it_woke_the_run_ends_it_when_it_is_noted_again()
    {
        var calls = new FaultPlan();
        var other = Workspaces.Calls.NewPhone();
        await _workspace.OpenAsync(other, "hi");
        _workspace.Suffer(calls);
        await NoteStopAsync(other);
        var wake = calls.Calls.ToList().LastIndexOf("enqueue") + 1;
        _workspace.Suffer(null);

        var id = await OpenAsync();
        _workspace.Suffer(new FaultPlan(new Strike(wake, Fault.DiesBefore)));
        await Assert.ThrowsAsync<HttpRequestException>(() => NoteStopAsync(_phone));
        _workspace.Suffer(null);
        await _workspace.ReviveAsync();
        await NoteStopAsync(_phone);
        await _workspace.DrainAsync();
        Assert.Equal(EndReasons.OptedOut, (await _workspace.RunAsync(id, _flow)).Reason);
    }

    private Task NoteStopAsync(string phone) => _workspace.CallAsync("POST", "/api/suppressions", new { address = phone, channelId = _workspace.ChannelId });

    private async Task<string> OpenAsync()
    {
        var id = await _workspace.OpenAsync(_phone, "hi");
        await _workspace.TwilioTellsAsync();
        return id;
    }

    private async Task TextAsync(string text)
    {
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await _workspace.TextAsync(_phone, text);
        await _workspace.TwilioTellsAsync();
    }
}
