using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Faults;

public sealed class InboundFaultTests
{
    private static readonly PhoneMedia[] Photos = [new("image/jpeg", [1, 2, 3]), new("image/png", [4, 5, 6, 7])];

    [Fact]
    public Task A_text_of_a_known_sender_survives_every_fault_at_every_call() => ProveAsync("inbound known", Scenario.Talk, Scenario.Text("我的订单在哪里？"));

    [Fact]
    public Task A_text_of_a_new_sender_survives_every_fault_at_every_call() => ProveAsync("inbound new", Scenario.Nothing, Scenario.Text("我的订单在哪里？"));

    [Fact]
    public Task A_text_to_a_process_that_has_just_started_is_there_once_when_Twilio_repeats_it() =>
        ProveAsync("inbound repeated, cold", Scenario.Nothing, Scenario.InsistentText("我的订单在哪里？"), cold: true);

    [Fact]
    public Task A_text_with_files_survives_every_fault_at_every_call() => ProveAsync("inbound media", Scenario.Nothing, Scenario.Text("看图", Photos));

    [Fact]
    public Task A_stop_survives_every_fault_at_every_call() => ProveAsync("stop", Scenario.Talk, Scenario.Text("STOP"));

    private Task ProveAsync(string name, Func<Stage, Task> arrange, Func<Stage, Task> act, bool cold = false) =>
        new FaultHarness(new Scenario(name, arrange, act)) { Cold = cold }.ProveAsync();
}
