using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

public sealed class InboundFaultTests(ITestOutputHelper output)
{
    private static readonly PhoneMedia[] Photos = [new("image/jpeg", [1, 2, 3]), new("image/png", [4, 5, 6, 7])];

    [Fact]
    public Task A_text_of_a_known_sender_survives_every_fault_at_every_call() => ProveAsync("inbound known", Scenario.Conversation, Scenario.Text("我的订单在哪里？"));

    [Fact]
    public Task A_text_of_a_new_sender_survives_every_fault_at_every_call() => ProveAsync("inbound new", Scenario.Nothing, Scenario.Text("我的订单在哪里？"));

    [Fact]
    public Task A_text_that_Twilio_repeats_until_it_is_taken_is_there_once() => ProveAsync("inbound repeated", Scenario.Nothing, Scenario.InsistentText("我的订单在哪里？"));

    [Fact]
    public Task A_text_with_files_survives_every_fault_at_every_call() => ProveAsync("inbound media", Scenario.Nothing, Scenario.Text("看图", Photos));

    [Fact]
    public Task A_stop_survives_every_fault_at_every_call() => ProveAsync("stop", Scenario.Conversation, Scenario.Text("STOP"));

    private Task ProveAsync(string name, Func<Workspace, Task> arrange, Func<Workspace, string?, Task> act) =>
        new FaultHarness(new Scenario(name, arrange, act), output).ProveAsync();
}
