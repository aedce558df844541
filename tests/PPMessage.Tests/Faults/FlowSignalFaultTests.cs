using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>A run waits, and something ends the waiting: whatever goes wrong then, one thing has ended it, and what follows is done once.</summary>
public sealed class FlowSignalFaultTests
{
    internal const string Menu = """
        {"name":"Menu","trigger":{"on":"message.received","channelKind":"sms"},"start":"menu","steps":{
          "menu":{"type":"ask","text":"1 order status, 2 person","into":"choice","timeout":"PT3M","attempts":2,"invalidText":"Please answer 1 or 2.",
            "options":[{"key":"1","outcome":"status"},{"key":"2","outcome":"person"}],"on":{"status":"way","person":null,"timeout":"bye","invalid":null}},
          "way":{"type":"send","text":"It is on its way.","next":"tag"},
          "tag":{"type":"set","contact":{"attributes":{"asked":"{{ vars.choice }}"}},"next":"done"},
          "done":{"type":"resolve","next":null},
          "bye":{"type":"send","text":"We have not heard from you.","next":null}}}
        """;

    private const string Inner = """
        {"name":"Inner","trigger":{"on":"api"},"variables":{"question":"?"},"start":"ask","steps":{
          "ask":{"type":"ask","text":"{{ vars.question }}","into":"answer","timeout":"PT3M","on":{"answered":"back","timeout":null}},
          "back":{"type":"end","value":"{{ vars.answer }}"}}}
        """;

    private const string Outer = """
        {"name":"Outer","trigger":{"on":"message.received","channelKind":"sms"},"variables":{"number":""},"start":"call","steps":{
          "call":{"type":"subflow","flowId":"INNER","with":{"question":"Which order?"},"into":"number","next":"say"},
          "say":{"type":"send","text":"We look for {{ vars.number }}.","next":null}}}
        """;

    private const string Patience = """
        {"name":"Patience","trigger":{"on":"message.received","channelKind":"sms"},"start":"wait","steps":{
          "wait":{"type":"wait","for":"PT3M","unless":["agent"],"on":{"elapsed":"sorry","agent":"served"}},
          "sorry":{"type":"send","text":"Sorry, we are busy.","next":null},
          "served":{"type":"note","text":"Served in time.","next":null}}}
        """;

    private const string Question = """
        {"name":"Question","trigger":{"on":"api"},"start":"ask","steps":{
          "ask":{"type":"ask","text":"How was it?","timeout":"PT3M","on":{"answered":null,"timeout":null}}}}
        """;

    private const string Doubtful = """
        {"name":"Doubtful","trigger":{"on":"message.received","channelKind":"sms"},"start":"ask","steps":{
          "ask":{"type":"http","url":"PROGRAM","attempts":2,"next":"say"},
          "say":{"type":"send","text":"We are there again.","next":null}}}
        """;

    [Fact]
    public Task The_answer_to_a_menu_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: menu answered", FlowScenes.FlowAndText(Menu), Scenario.InsistentText("1")), twoFaults: true);

    [Fact]
    public Task Silence_after_a_menu_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: menu timed out", FlowScenes.FlowAndText(Menu), Scenario.Nothing));

    [Fact]
    public Task An_answer_that_is_none_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: invalid answer, then silence", FlowScenes.FlowAndText(Menu), Scenario.InsistentText("what?")));

    [Fact]
    public Task An_agent_who_takes_over_from_a_menu_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: taken over", FlowScenes.FlowAndText(Menu), Scenario.Reply("您好")));

    [Fact]
    public Task An_assignment_that_takes_over_from_a_menu_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: resolved by an agent", FlowScenes.FlowAndText(Menu), FlowScenes.Patched(new { status = "resolved" })));

    [Fact]
    public Task A_stop_to_a_menu_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: stopped", FlowScenes.FlowAndText(Menu), Scenario.InsistentText("STOP")));

    [Fact]
    public Task A_wait_that_an_agent_ends_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: agent served", FlowScenes.FlowAndText(Patience), Scenario.Reply("您好")));

    [Fact]
    public Task A_wait_that_time_ends_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: waited", FlowScenes.FlowAndText(Patience), Scenario.Nothing));

    [Fact]
    public Task A_question_of_a_sub_flow_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: sub-flow asks", AskInside, Scenario.InsistentText("1001")));

    [Fact]
    public Task A_second_question_in_the_conversation_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: superseded", AskAndMayAskAgain, FlowScenes.Started(Question)));

    [Fact]
    public Task A_failed_run_that_goes_on_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: retried", Failed, FlowScenes.Retried) { Look = FlowScenes.Asked });

    private static async Task AskInside(Stage stage)
    {
        var inner = await FlowScenes.IdAsync(stage.Workspace, Inner);
        await FlowScenes.FlowAndText(Outer.Replace("INNER", inner, StringComparison.Ordinal))(stage);
    }

    private static async Task AskAndMayAskAgain(Stage stage)
    {
        await FlowScenes.IdAsync(stage.Workspace, Question);
        await FlowScenes.FlowAndText(Menu)(stage);
    }

    // Twice in vain, and one of the next two calls may be lost.
    private static async Task Failed(Stage stage)
    {
        stage.Workspace.Twilio.Programs.Put(stage.Digits, new ProgramAnswer(FailFirst: 2));
        await FlowScenes.Calling(Doubtful, definition => FlowScenes.FlowAndText(definition))(stage);
        stage.Workspace.Time.Advance(TimeSpan.FromSeconds(5));
        await stage.Workspace.DrainAsync();
    }
}
