using System.Text.Json;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Flows.Simulation;
using PPMessage.Http;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>What nobody has foreseen fails a step, and never what the customer said.</summary>
public sealed class BrokenStepTests
{
    [Fact]
    public async Task A_step_that_breaks_is_failed_and_the_run_goes_on_from_there()
    {
        var playing = new Playing();
        var flow = playing.Read(Playing.FlowOf("""
            "a":{"type":"resolve","next":null,"on":{"failed":"b"}},"b":{"type":"end","value":"saved"}
            """));
        var broken = new Broken(new InvalidOperationException("Nullable object must have a value.")) { Name = "a", Targets = flow.Steps["a"].Targets };
        var played = await Simulator.PlayAsync(playing.SceneOf(flow with { Steps = new Dictionary<string, Step>(flow.Steps) { ["a"] = broken } }, EmptyScript()), default);
        Assert.Equal(("completed", "\"saved\""), (played.State, played.Value!.Value.GetRawText()));
        Assert.Equal("The step broke on something that nobody has foreseen (InvalidOperationException).", played.Trace[0].Error);
    }

    [Fact]
    public async Task What_a_store_throws_goes_through_to_be_tried_again()
    {
        var playing = new Playing();
        var flow = playing.Read(Playing.FlowOf("\"a\":{\"type\":\"resolve\",\"next\":null}"));
        var broken = new Broken(new StoreException("busy")) { Name = "a", Targets = flow.Steps["a"].Targets };
        await Assert.ThrowsAsync<StoreException>(() => Simulator.PlayAsync(playing.SceneOf(flow with { Steps = new Dictionary<string, Step> { ["a"] = broken } }, EmptyScript()), default));
    }

    [Fact]
    public async Task A_call_that_whoever_begins_it_dies_of_is_not_begun_for_ever()
    {
        await using var workspace = await Workspace.StartAsync();
        var flow = await workspace.PublishAsync("""
            {"name":"Calls","trigger":{"on":"message.received","channelKind":"sms"},"start":"call","steps":{
              "call":{"type":"http","url":"PROGRAM","attempts":3,"next":null,"on":{"failed":"say"}},"say":{"type":"send","text":"Not now.","next":null}}}
            """.Replace("PROGRAM", workspace.Twilio.Programs.Url("deadly").AbsoluteUri, StringComparison.Ordinal));
        workspace.Twilio.Programs.Put("deadly", new ProgramAnswer(FailFirst: 9));
        var phone = Workspaces.Calls.NewPhone();
        var conversation = await workspace.OpenAsync(phone);
        await workspace.DrainAsync();
        var run = await workspace.RunAsync(conversation, flow);
        Assert.Equal((1, 0), (run.Wait!.Tries, run.Wait.Claims));
        // As five that died have left it.
        var (thread, ulid) = RunKeys.Of(run.Id)!.Value;
        await workspace.Store.CommitAsync("Threads", thread, [RowWrite.Put(RunKeys.Live(ulid), run with { Wait = run.Wait with { Claims = 5 } }, FlowJson.Default.Run)], default);
        var asked = workspace.Twilio.Programs.Requests("deadly").Count;
        await workspace.PassAsync(TimeSpan.FromMinutes(2));
        await workspace.TwilioTellsAsync();
        Assert.Equal((RunState.Completed, asked), ((await workspace.RunAsync(conversation, flow)).State, workspace.Twilio.Programs.Requests("deadly").Count));
        Assert.Equal(["Not now."], workspace.Got(phone));
    }

    private static Script EmptyScript() => ScriptReader.Read(new Fields(JsonElement.Parse("{}")), PPMessage.Contacts.Attributes.KnownAttributes.None);

    private sealed class Broken(Exception error) : Step
    {
        public override string Type => "resolve";

        public override IReadOnlyList<string> Outcomes => ["done"];

        public override ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation) => throw error;
    }
}
