using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Flows.Runs;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>Whom no active channel reaches is told nothing, in a simulation as in reality.</summary>
public sealed class UnreachableContactTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string NoAddress = "The contact has no address that an active channel reaches.";
    private const string NoConversation = "The run has no conversation.";

    private Workspace Workspace => shared.Workspace;

    [Theory]
    [InlineData("""{"type":"send","text":"hi","next":null}""", NoAddress)]
    [InlineData("""{"type":"send","text":"hi","channelKind":"sms","next":null}""", NoAddress)]
    [InlineData("""{"type":"ask","text":"hi?","next":null,"on":{"timeout":null}}""", NoAddress)]
    [InlineData("""{"type":"note","text":"hi","next":null}""", NoConversation)]
    [InlineData("""{"type":"resolve","next":null}""", NoConversation)]
    [InlineData("""{"type":"assign","to":"rule","next":null,"on":{"nobody":null}}""", NoConversation)]
    [InlineData("""{"type":"branch","cases":[{"outcome":"x","when":{"field":"conversation.status","op":"eq","value":"open"}}],"on":{"x":null,"else":"b"}},"b":{"type":"end","value":1}""", null)]
    [InlineData("""{"type":"set","contact":{"addTags":["x"]},"conversation":{"addTags":["y"]},"next":null}""", null)]
    public async Task It_happens_as_it_was_simulated(string step, string? error)
    {
        foreach (var trigger in new[] { "api", "contact.created" })
        {
            var flow = await Workspace.PublishAsync($$"""{"name":"n","trigger":{"on":"{{trigger}}"},"start":"a","steps":{"a":{{step}} } }""");
            var contact = (await Workspace.PostAsync("/api/contacts", new { name = "王芳" })).Word("id");
            await Workspace.DrainAsync();
            var simulated = await SimulateAsync(flow, $$"""{"version":1,"contact":{"id":"{{contact}}"} }""");
            var described = await SimulateAsync(flow, """{"version":1,"contact":{"name":"王芳","phones":[],"emails":[]}}""");
            var run = trigger == "api" ? (await Workspace.PostAsync($"/api/flows/{flow}/runs", new { contactId = contact })).Word("id")
                : Assert.Single(await Workspace.ListAsync($"/api/flows/{flow}/runs")).Word("id");
            await Workspace.DrainAsync();
            var happened = await HappenedAsync(run);
            Assert.Equal(error, happened.Error);
            Assert.Equal(happened.Lines, Lines(simulated));
            Assert.Equal(happened.Lines, Lines(described));
            Assert.Empty(simulated.GetProperty("texts").EnumerateArray());
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"contact":{"name":"Mia"}}""")]
    [InlineData("""{"contact":{"phones":["+14155550101"]}}""")]
    [InlineData("""{"contact":{"phones":[],"emails":[]},"conversation":{"tags":["vip"]}}""")]
    public async Task Of_whom_no_address_is_told_or_who_has_a_conversation_it_is_not_doubted_that_something_reaches_them(string script)
    {
        var flow = await Workspace.PublishAsync("""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"send","text":"hi","next":null}}}""");
        Assert.Equal("completed", (await SimulateAsync(flow, script)).Word("state"));
    }

    [Fact]
    public async Task Who_is_reached_by_no_active_channel_but_has_another_address_is_told_nothing_either()
    {
        var flow = await Workspace.PublishAsync("""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"send","text":"hi","next":null}}}""");
        Assert.Equal(NoAddress, (await SimulateAsync(flow, """{"contact":{"emails":["li@example.cn"]}}""")).Word("error"));
    }

    [Fact]
    public async Task Whom_nothing_reaches_answers_nothing_and_no_agent_answers_them()
    {
        var flow = await Workspace.PublishAsync("""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"wait","for":"PT1H","unless":["reply","agent"],"next":null,"on":{"replied":null,"agent":null}}}}""");
        var played = await SimulateAsync(flow, """{"contact":{"phones":[]},"agents":[{"name":"小李"}],"events":[{"after":"PT1M","reply":"hi"},{"after":"PT1M","agent":true}]}""");
        Assert.Equal("elapsed", played.GetProperty("trace").EnumerateArray().Last().Word("outcome"));
        Assert.Equal(JsonValueKind.Null, played.GetProperty("conversation").GetProperty("assignee").ValueKind);
        Assert.Equal(2, played.GetProperty("warnings").EnumerateArray().Count(warning => warning.GetString()!.Contains("there is no conversation", StringComparison.Ordinal)));
    }

    private async Task<(string? Error, string[] Lines)> HappenedAsync(string runId)
    {
        var (run, history) = (await Workspace.Services.GetRequiredService<RunStore>().WholeAsync(runId, default))!.Value;
        return (run.Error, [$"{PPMessage.Http.Words<RunState>.Of(run.State)} {run.Reason} {run.Error}", .. history.SelectMany(one => one.Entries).Select(entry => $"{entry.Step}:{entry.Outcome} {entry.Next} {entry.Error}")]);
    }

    private static string[] Lines(JsonElement played) =>
    [
        $"{played.Word("state")} {played.Word("reason")} {Text(played, "error")}",
        .. played.GetProperty("trace").EnumerateArray().Where(entry => entry.GetProperty("visit").GetInt32() > 0).Select(entry => $"{entry.Word("step")}:{Text(entry, "outcome")} {Text(entry, "next")} {Text(entry, "error")}"),
    ];

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();

    private Task<JsonElement> SimulateAsync(string flow, string script) => Workspace.PostAsync($"/api/flows/{flow}/simulate", JsonElement.Parse(script), HttpStatusCode.OK);
}
