using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Faults;

public sealed class SendingFaultTests
{
    private const string Text = "明天到。";

    [Fact]
    public Task An_answer_survives_every_fault_at_every_call_and_arrives_once() => ProveAsync("reply", Scenario.Talk, Scenario.Reply(Text));

    [Fact]
    public Task An_answer_that_Twilio_puts_off_arrives_once() =>
        ProveAsync("reply put off", Scenario.Talk, Scenario.Reply(Text, new Misbehaviour(Misbehaviour.TooManyRequests)));

    [Fact]
    public Task An_answer_that_Twilio_refuses_because_of_a_stop_ends_as_failed_and_stops_the_next() =>
        ProveAsync("reply refused", Stopped, Scenario.Reply(Text));

    [Fact]
    public Task Delivery_callbacks_survive_every_fault_at_every_call() => ProveAsync("delivery callback", Scenario.Answered(Text), Scenario.Callbacks);

    [Fact]
    public Task A_stop_that_a_delivery_callback_tells_of_survives_every_fault_at_every_call() =>
        ProveAsync("delivery callback with stop", Scenario.Answered(Text, Misbehaviour.Final("failed", 21610)), Scenario.Callbacks);

    // Twilio knows of a stop that we never heard of, nor can find.
    private static async Task Stopped(Stage stage)
    {
        await Scenario.Talk(stage);
        stage.Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.MissInbound));
        var stop = await stage.Workspace.TextAsync(stage.Phone, "STOP");
        await stage.Workspace.DeleteAtTwilioAsync(stop!.Sid);
    }

    private Task ProveAsync(string name, Func<Stage, Task> arrange, Func<Stage, Task> act) =>
        new FaultHarness(new Scenario(name, arrange, act)).ProveAsync();
}
