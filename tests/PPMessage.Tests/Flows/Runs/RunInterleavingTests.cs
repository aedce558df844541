using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>
/// Whatever comes in whatever order, also at the same moment: each wait is ended by one thing, nothing that the contact wrote is lost, nobody is left waiting, at most one run
/// hears the contact, and lists say what is so.
/// </summary>
public sealed class RunInterleavingTests : IAsyncLifetime
{
    private const int Seconds = 20;

    private const string Asks = """
        {"name":"Asks","trigger":{"on":"message.received","channelKind":"sms"},"start":"ask","steps":{
          "ask":{"type":"ask","text":"Which order?","into":"order","timeout":"PT3M","on":{"answered":"more","timeout":"bye"}},
          "more":{"type":"wait","for":"PT1M","unless":["reply","agent"],"on":{"elapsed":"say","replied":"say","agent":null}},
          "say":{"type":"send","text":"We look for {{ vars.order }}.","next":null},
          "bye":{"type":"note","text":"Said nothing.","next":null}}}
        """;

    private const string AsksAgain = """
        {"name":"Asks again","trigger":{"on":"api"},"start":"ask","steps":{
          "ask":{"type":"ask","text":"How was it?","timeout":"PT2M","on":{"answered":null,"timeout":null}}}}
        """;

    private static readonly Gen<(Deed Deed, bool AtOnce)[]> Plans = Gen.Select(Gen.Enum<Deed>(), Gen.Bool).Array[3, 9];

    private Workspace _workspace = null!;
    private HttpClient _agent = null!;
    private string _agentId = string.Empty;
    private string _again = string.Empty;
    private int _played;

    /// <summary>What may happen.</summary>
    internal enum Deed
    {
        Text,
        OtherText,
        Stop,
        Start,
        CallbackAgain,
        AgentAnswers,
        AgentTakes,
        OtherRunAsks,
        Cancel,
        MinutePasses,
        LongPasses,
    }

    public async ValueTask InitializeAsync()
    {
        _workspace = await Workspace.StartAsync();
        await _workspace.PublishAsync(Asks);
        _again = await _workspace.PublishAsync(AsksAgain);
        (_agentId, _agent) = await _workspace.HireAsync("Mei");
    }

    public async ValueTask DisposeAsync()
    {
        _agent.Dispose();
        await _workspace.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_happens_in_whatever_order_every_wait_has_one_end()
    {
        await Plans.SampleAsync(PlayAsync, time: Seconds, threads: 1);
        Console.WriteLine($"interleavings of signals: {_played}");
    }

    private async Task PlayAsync((Deed Deed, bool AtOnce)[] plan)
    {
        var phone = Workspaces.Calls.NewPhone();
        var id = await _workspace.OpenAsync(phone);
        var thread = ThreadKeys.Conversation(id)!.Value.Thread;
        for (var i = 0; i < plan.Length;)
        {
            var together = plan.Skip(i + 1).TakeWhile(next => next.AtOnce).Count() + 1;
            await Task.WhenAll(plan.Skip(i).Take(together).Select((next, place) => DoAsync(next.Deed, phone, id, $"{_played}|{i}|{place}")));
            await _workspace.DrainAsync();
            await AssertOneHearsAsync(thread);
            i += together;
        }

        await PassAsync(TimeSpan.FromMinutes(8));
        await _workspace.TwilioTellsAsync();
        await new RunFacts(_workspace, phone, thread).AssertAsync();
        _played++;
    }

    private async Task DoAsync(Deed deed, string phone, string id, string seed)
    {
        await Task.Yield();
        switch (deed)
        {
            case Deed.Text or Deed.OtherText or Deed.Stop or Deed.Start:
                await _workspace.TextAsync(phone, deed switch { Deed.Stop => "STOP", Deed.Start => "START", _ => $"{deed} {seed}" });
                break;
            case Deed.CallbackAgain:
                await _workspace.RepeatAsync(_workspace.Twilio.Callbacks.Last(call => call.Kind == "inbound" && call.Field("From") == phone));
                break;
            case Deed.AgentAnswers:
                (await _workspace.ReplyAsync(id, $"answer {seed}", by: _agent)).Dispose();
                break;
            case Deed.AgentTakes:
                await _agent.CallAsync("PATCH", $"/api/conversations/{id}", new { assignee = _agentId });
                break;
            case Deed.OtherRunAsks:
                await StartAsync(id, seed);
                break;
            case Deed.Cancel:
                foreach (var run in (await _workspace.RunsAsync(id)).Where(run => !run.IsOver)) await _workspace.Services.GetRequiredService<FlowRuns>().EndAsync(run.Id, EndReasons.Cancelled, "cancel", default);
                break;
            default:
                _workspace.Time.Advance(deed == Deed.MinutePasses ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(4));
                break;
        }
    }

    private async Task StartAsync(string id, string seed)
    {
        var services = _workspace.Services;
        var flow = await services.GetRequiredService<FlowLibrary>().PublishedAsync(_again, default);
        var contact = (await _workspace.GetAsync($"/api/conversations/{id}")).Word("contactId");
        var found = await services.GetRequiredService<ContactStore>().FindAsync(contact, default);
        await services.GetRequiredService<RunStarter>().StartAsync(flow!, found!.Value.Contact, TriggerWord.Api, null, new Dictionary<string, JsonElement>(), Ids.SeededUlid(_workspace.Time.GetUtcNow(), seed), default);
    }

    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(40))
        {
            _workspace.Time.Advance(TimeSpan.FromSeconds(40));
            await _workspace.DrainAsync();
        }
    }

    private async Task AssertOneHearsAsync(string thread)
    {
        var live = LiveRun.Of(await new ThreadStore(_workspace.Store).StateAsync(thread, default));
        Assert.All(live.Where(one => one.Run is { Overtaken: null, Wait.Reply: true }).GroupBy(one => one.Run.ConversationId), same => Assert.Single(same));
    }
}
