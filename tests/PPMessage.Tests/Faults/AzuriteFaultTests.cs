using PPMessage.Tests.Storage;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>In small, what the other store proves at length: that nothing of it hangs on the embedded one.</summary>
public sealed class AzuriteFaultTests
{
    private const string Text = "我的订单在哪里？";

    [Fact]
    public Task A_text_of_a_new_sender_survives_every_fault_on_Azure_storage() => ProveAsync("inbound new on Azurite", Scenario.Nothing);

    [Fact]
    public Task A_text_of_a_known_sender_survives_every_fault_on_Azure_storage() => ProveAsync("inbound known on Azurite", Scenario.Talk);

    private Task ProveAsync(string name, Func<Stage, Task> arrange) => new FaultHarness(new Scenario(name, arrange, Scenario.Text(Text)))
    {
        Store = TestStores.AzuriteAsync,
        Timing = new Timing { Hidden = TimeSpan.FromSeconds(1) },
        AtOnce = 8,
        TwoFaults = false,
    }.ProveAsync();
}
