using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Faults;

public sealed class OutcomeFaultTests
{
    [Fact]
    public Task Catching_up_on_an_outcome_survives_every_fault_at_every_call() => ProveAsync("caught-up outcome", Misbehaviour.Final("undelivered", 30003));

    [Fact]
    public Task Catching_up_on_a_stop_survives_every_fault_at_every_call() => ProveAsync("caught-up stop", Misbehaviour.Final("failed", 21610));

    private static Task ProveAsync(string name, Misbehaviour end) =>
        new FaultHarness(new Scenario(name, Untold(end), stage => stage.Workspace.CatchUpAsync())).ProveAsync();

    private static Func<Stage, Task> Untold(Misbehaviour end) => async stage =>
    {
        await Scenario.Answered("明天到。", end, new Misbehaviour(Misbehaviour.DropCallbacks))(stage);
        await stage.Workspace.TwilioTellsAsync();
        stage.Workspace.Time.Advance(TimeSpan.FromMinutes(13));
    };
}
