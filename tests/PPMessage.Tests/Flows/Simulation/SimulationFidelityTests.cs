using System.Net;
using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>What a simulation says is what then happens: the same flow, the same messages at the same times.</summary>
public sealed class SimulationFidelityTests
{
    private const string Definition = """
        {"name":"订单","trigger":{"on":"message.received","channelKind":"sms"},"start":"menu","steps":{
        "menu":{"type":"ask","text":"1 or 2?","into":"choice","timeout":"PT1H","attempts":2,"options":[{"key":"1","outcome":"one"},{"key":"2","outcome":"two"}],
          "on":{"one":"mark","two":"later","invalid":"later","timeout":"gone"}},
        "mark":{"type":"set","variables":{"n":"{{ conversation.messageCount }}"},"contact":{"addTags":["chose"]},"conversation":{"addTags":["一"]},"next":"which"},
        "which":{"type":"branch","cases":[{"outcome":"tagged","when":{"field":"contact.tags","op":"contains","value":"chose"}}],"on":{"tagged":"note","else":null}},
        "note":{"type":"note","text":"chose {{ vars.choice }}","next":"later"},
        "later":{"type":"wait","for":"PT30M","unless":["agent"],"next":"rule","on":{"agent":"took"}},
        "rule":{"type":"assign","to":"rule","next":"bye","on":{"nobody":"bye"}},
        "bye":{"type":"send","text":"Bye {{ vars.choice }} {{ vars.n }} {{ conversation.messageCount }}","next":null},
        "took":{"type":"end","value":"agent"},"gone":{"type":"resolve","next":null}}}
        """;

    [Theory]
    [InlineData("""[{"after":"PT5M","reply":"1"}]""")]
    [InlineData("""[{"after":"PT5M","reply":"3"},{"after":"PT10M","reply":"４"}]""")]
    [InlineData("""[{"after":"PT5M","reply":"9"},{"after":"PT1M","reply":"2"},{"after":"PT1M","agent":true}]""")]
    [InlineData("""[{"after":"PT5M","agent":true}]""")]
    [InlineData("""[{"after":"PT5M","reply":"STOP"}]""")]
    [InlineData("[]")]
    public async Task It_happens_as_it_was_simulated(string events)
    {
        await using var workspace = await Workspace.StartAsync();
        var agent = await workspace.HireAsync("li");
        var flow = await workspace.PublishAsync(Definition);
        var script = JsonElement.Parse($$"""{"version":1,"message":{"text":"hi"},"events":{{events}} }""");
        var simulated = await workspace.PostAsync($"/api/flows/{flow}/simulate", script, HttpStatusCode.OK);
        var happened = await new RealPlay(workspace, Workspaces.Calls.NewPhone(), [agent]).PlayAsync(flow, script);
        Assert.Equal(Likeness.Of(simulated), Likeness.Of(happened!));
    }

    [Theory]
    [InlineData("conversation.opened", "1 open")]
    [InlineData("conversation.resolved", "1 resolved")]
    public async Task A_flow_about_a_conversation_finds_one_that_is_there_as_it_was_simulated(string trigger, string said)
    {
        await using var workspace = await Workspace.StartAsync();
        var flow = await workspace.PublishAsync("""
            {"name":"About","trigger":{"on":"TRIGGER"},"start":"say","steps":{"say":{"type":"send","text":"{{ conversation.messageCount }} {{ conversation.status }}","next":null}}}
            """.Replace("TRIGGER", trigger, StringComparison.Ordinal));
        var simulated = await workspace.PostAsync($"/api/flows/{flow}/simulate", new { version = 1 }, HttpStatusCode.OK);
        var phone = Workspaces.Calls.NewPhone();
        var conversation = await workspace.OpenAsync(phone);
        if (trigger == "conversation.resolved") await workspace.CallAsync("PATCH", $"/api/conversations/{conversation}", new { status = "resolved" });
        await workspace.DrainAsync();
        await workspace.TwilioTellsAsync();
        Assert.Equal([said], workspace.Got(phone));
        Assert.Equal([said], simulated.GetProperty("texts").EnumerateArray().Select(text => text.Word("text")));
    }
}
