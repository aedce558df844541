using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>Flows that a text starts or goes on with: each kind of step, and a fault at each call. The end is always the same, and nothing is done twice.</summary>
public sealed class FlowFaultTests
{
    internal const string Answers = """
        {"name":"Answers","trigger":{"on":"message.received","channelKind":"sms"},"start":"kind","steps":{
          "kind":{"type":"branch","cases":[{"outcome":"order","when":{"field":"message.text","op":"contains","value":"订单"}}],"on":{"order":"way","else":null}},
          "way":{"type":"send","text":"It is on its way.","next":null}}}
        """;

    private const string Changes = """
        {"name":"Changes","trigger":{"on":"message.received","channelKind":"sms"},"variables":{"seen":0},"start":"set","steps":{
          "set":{"type":"set","variables":{"seen":1},"contact":{"name":"李雷","attributes":{"plan":"pro"},"addTags":["vip"]},"conversation":{"addTags":["order"]},"next":"note"},
          "note":{"type":"note","text":"Wrote: {{ message.text }}","next":"done"},
          "done":{"type":"resolve","next":null}}}
        """;

    private const string Sorts = """
        {"name":"Sorts","trigger":{"on":"message.received","channelKind":"sms"},"start":"number","steps":{
          "number":{"type":"match","pattern":"(?<order>[0-9]{4})","on":{"matched":"split","no_match":null}},
          "split":{"type":"split","arms":{"a":1,"b":0},"on":{"a":"assign","b":null}},
          "assign":{"type":"assign","to":"rule","method":"in_turn","must":"exist","on":{"assigned":"say","nobody":null}},
          "say":{"type":"send","text":"We look for {{ vars.order }}.","next":null}}}
        """;

    private const string Teamed = """
        {"name":"For the team","trigger":{"on":"message.received","channelKind":"sms"},"start":"assign","steps":{
          "assign":{"type":"assign","to":"team","teamId":"TEAM","must":"exist","on":{"assigned":"say","nobody":null}},
          "say":{"type":"send","text":"Sales will answer.","next":null}}}
        """;

    private const string Calls = """
        {"name":"Calls","trigger":{"on":"message.received","channelKind":"sms"},"start":"ask","steps":{
          "ask":{"type":"http","method":"POST","url":"PROGRAM","body":{"phone":"{{ contact.phones | first }}"},"attempts":6,"into":{"state":"/state"},"next":"say"},
          "say":{"type":"send","text":"Your order is {{ vars.state }}.","next":null}}}
        """;

    private static readonly ProgramAnswer Shipped = new(Body: System.Text.Json.JsonSerializer.SerializeToElement(new { state = "shipped" }));

    [Fact]
    public Task An_automatic_answer_survives_every_fault_at_every_call() =>
        ProveAsync(new Scenario("flow: branch, send", FlowScenes.Flow(Answers), Scenario.InsistentText("我的订单")), twoFaults: true);

    [Fact]
    public Task What_a_flow_changes_and_notes_survives_every_fault_at_every_call() =>
        ProveAsync(new Scenario("flow: set, note, resolve", FlowScenes.Flow(Changes), Scenario.InsistentText("我的订单")));

    [Fact]
    public Task A_conversation_that_a_flow_sorts_and_assigns_survives_every_fault_at_every_call() =>
        ProveAsync(new Scenario("flow: match, split, assign, send", FlowScenes.Flow(Sorts), Scenario.InsistentText("order 1001")));

    [Fact]
    public Task A_conversation_that_a_flow_gives_to_a_team_survives_every_fault_at_every_call() =>
        ProveAsync(new Scenario("flow: assign to a team", FlowScenes.OfTeam(Teamed), Scenario.InsistentText("我想买")));

    [Fact]
    public Task A_program_that_is_called_survives_every_fault_at_every_call() =>
        ProveAsync(new Scenario("flow: http", FlowScenes.Program(FlowScenes.Calling(Calls, calls => FlowScenes.Flow(calls)), Shipped), Scenario.InsistentText("我的订单")) { Look = FlowScenes.Asked });

    [Fact]
    public Task A_program_that_answers_at_the_third_time_survives_every_fault_at_every_call() =>
        ProveAsync(new Scenario("flow: http, third time", FlowScenes.Program(FlowScenes.Calling(Calls, calls => FlowScenes.Flow(calls)), Shipped with { FailFirst = 2 }), Scenario.InsistentText("我的订单")) { Look = FlowScenes.Asked });

    internal static Task ProveAsync(Scenario scenario, bool twoFaults = false, TimeSpan longEnough = default) =>
        new FaultHarness(scenario) { TwoFaults = twoFaults, LongEnough = longEnough == default ? TimeSpan.FromMinutes(7) : longEnough }.ProveAsync();
}
