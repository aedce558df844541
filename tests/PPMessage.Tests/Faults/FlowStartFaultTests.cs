using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>Runs that something else than a text starts, once, whatever goes wrong.</summary>
public sealed class FlowStartFaultTests
{
    private const string ByMail = """
        {"name":"By mail","trigger":{"on":"message.received","channelKind":"email"},"start":"answer","steps":{
          "answer":{"type":"send","text":"Thank you for your mail.","next":null}}}
        """;

    private const string ByHand = """
        {"name":"By hand","trigger":{"on":"api"},"start":"say","steps":{
          "say":{"type":"send","text":"Your table is ready.","next":"tag"},
          "tag":{"type":"set","contact":{"addTags":["told"]},"next":null}}}
        """;

    private const string Welcome = """
        {"name":"Welcome","trigger":{"on":"contact.created"},"start":"tag","steps":{
          "tag":{"type":"set","contact":{"addTags":["new"]},"next":"say"},
          "say":{"type":"send","text":"Welcome!","next":null}}}
        """;

    private const string Opened = """
        {"name":"Opened","trigger":{"on":"conversation.opened"},"start":"note","steps":{
          "note":{"type":"note","text":"It begins.","next":null}}}
        """;

    private const string Survey = """
        {"name":"Survey","trigger":{"on":"conversation.resolved"},"start":"note","steps":{
          "note":{"type":"note","text":"It is done.","next":"tag"},
          "tag":{"type":"set","conversation":{"addTags":["done"]},"next":null}}}
        """;

    [Fact]
    public Task An_automatic_answer_by_mail_survives_every_fault_at_every_call() => new FaultHarness(
        new Scenario("flow: mail answered", FlowScenes.Flow(ByMail), Scenario.Mail("我的订单")))
    { TwoFaults = false, LongEnough = TimeSpan.FromMinutes(8), Doubt = TimeSpan.FromMinutes(40) }.ProveAsync();

    [Fact]
    public Task A_run_that_a_program_starts_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: by hand", TalkedTo, FlowScenes.Started(ByHand)));

    [Fact]
    public Task A_run_for_a_new_contact_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: contact.created", FlowScenes.Flow(Welcome), FlowScenes.RepeatedText("你好")));

    [Fact]
    public Task A_run_for_a_new_conversation_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: conversation.opened", FlowScenes.Flow(Opened), Scenario.InsistentText("你好")));

    [Fact]
    public Task A_run_for_a_resolved_conversation_survives_every_fault_at_every_call() =>
        FlowFaultTests.ProveAsync(new Scenario("flow: conversation.resolved", Resolvable, FlowScenes.Patched(new { status = "resolved" })));

    private static async Task TalkedTo(Stage stage)
    {
        await FlowScenes.Flow(ByHand)(stage);
        await FlowScenes.Texted(stage);
    }

    private static async Task Resolvable(Stage stage)
    {
        await FlowScenes.Flow(Survey)(stage);
        await FlowScenes.Texted(stage);
    }
}
