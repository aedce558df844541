using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

public sealed class SendingFaultTests(ITestOutputHelper output)
{
    [Fact]
    public Task An_answer_survives_every_fault_at_every_call_and_arrives_once() => ProveAsync("reply", Scenario.Conversation, Scenario.Reply("明天到。"));

    [Fact]
    public Task An_answer_that_Twilio_puts_off_arrives_once() =>
        ProveAsync("reply put off", Scenario.Conversation, Scenario.Reply("明天到。", new Misbehaviour(Misbehaviour.TooManyRequests)));

    [Fact]
    public Task An_answer_whose_failure_is_told_later_ends_as_failed() =>
        ProveAsync("reply undelivered", Scenario.Conversation, Scenario.Reply("明天到。", Misbehaviour.Final("undelivered", 30003)));

    [Fact]
    public Task Delivery_callbacks_survive_every_fault_at_every_call() => ProveAsync("delivery callback", Answered(), Scenario.Callbacks);

    [Fact]
    public Task A_stop_that_a_delivery_callback_tells_of_survives_every_fault_at_every_call() =>
        ProveAsync("delivery callback with stop", Answered(Misbehaviour.Final("failed", 21610)), Scenario.Callbacks);

    private static Func<Workspace, Task> Answered(params IReadOnlyList<Misbehaviour> twilio) => async workspace =>
    {
        await Scenario.Conversation(workspace);
        await Scenario.Reply("明天到。", twilio)(workspace, await workspace.OnlyConversationAsync());
    };

    private Task ProveAsync(string name, Func<Workspace, Task> arrange, Func<Workspace, string?, Task> act) =>
        new FaultHarness(new Scenario(name, arrange, act), output).ProveAsync();
}
