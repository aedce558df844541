using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>In small, what the other store proves at length: that nothing of it hangs on the embedded one.</summary>
public sealed class AzuriteFaultTests
{
    private const string Text = "我的订单在哪里？";

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    [Fact]
    public Task A_text_of_a_new_sender_survives_every_fault_on_Azure_storage() => ProveAsync("inbound new on Azurite", Scenario.Nothing);

    [Fact]
    public Task A_text_of_a_known_sender_survives_every_fault_on_Azure_storage() => ProveAsync("inbound known on Azurite", Scenario.Talk);

    [Fact]
    public Task A_mail_with_a_file_survives_every_fault_on_Azure_storage() =>
        ProveAsync("mail on Azurite", Scenario.Nothing, Scenario.Mail(Text, new MailToWrite { Files = [new MailFile("照片.png", "image/png", [1, 2, 3])] }), Fault.DiesAfter, Fault.TakesEffectAndThrows);

    [Fact]
    public Task An_automatic_answer_of_a_flow_survives_faults_on_Azure_storage() =>
        ProveAsync("flow: branch, send on Azurite", FlowScenes.Flow(FlowFaultTests.Answers), Scenario.InsistentText(Text), Fault.TakesEffectAndThrows);

    [Fact]
    public Task The_answer_to_a_menu_survives_faults_on_Azure_storage() =>
        ProveAsync("flow: menu answered on Azurite", FlowScenes.FlowAndText(FlowSignalFaultTests.Menu), Scenario.InsistentText("1"), Fault.DiesAfter);

    private static Task ProveAsync(string name, Func<Stage, Task> arrange, Func<Stage, Task>? act = null, params Fault[] faults) => new FaultHarness(new Scenario(name, arrange, act ?? Scenario.Text(Text)))
    {
        Store = TestStores.AzuriteAsync,
        // Its queue goes by the clock on the wall: whoever is to look again when a claim is over or a doubt is past must not be longer in coming than the test waits.
        Timing = new Timing { Hidden = Moment, Claim = Moment, NotFoundBelievedAfter = Moment },
        AtOnce = 8,
        TwoFaults = false,
        Faults = faults is [] ? Enum.GetValues<Fault>() : faults,
    }.ProveAsync();
}
