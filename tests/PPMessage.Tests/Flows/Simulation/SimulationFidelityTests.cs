using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Flows;
using PPMessage.Flows.Runs;
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
        var (_, agent) = await workspace.HireAsync("li");
        var flow = await PublishAsync(workspace);
        var answer = await workspace.Client.PostAsync($"/api/flows/{flow}/simulate", JsonContent.Create(JsonElement.Parse($$"""{"version":1,"message":{"text":"hi"},"events":{{events}} }""")));
        var simulated = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.IsSuccessStatusCode, simulated.ToString());
        var run = await HappenAsync(workspace, agent, JsonElement.Parse(events));
        Assert.Equal((simulated.Word("state"), Said(simulated)), (PPMessage.Http.Words<RunState>.Of(run.Run.State), await SaidAsync(workspace)));
        Assert.Equal(Taken(simulated), run.History.SelectMany(one => one.Entries).Where(entry => entry.Outcome is not null).Select(entry => $"{entry.Step}:{entry.Outcome}"));
        Assert.Equal(simulated.GetProperty("endedAt").GetDateTimeOffset(), run.Run.UpdatedAt);
        Assert.Equal(simulated.GetProperty("variables").ToString(), JsonSerializer.Serialize(run.Run.Frames[0].Variables, ReadableJson.Of(JsonSerializerOptions.Default)));
    }

    private static async Task<(Run Run, IReadOnlyList<RunHistory> History)> HappenAsync(Workspace workspace, HttpClient agent, JsonElement events)
    {
        var phone = Workspaces.Calls.NewPhone();
        await workspace.TextAsync(phone, "hi");
        var conversation = (await workspace.ConversationsAsync())[0].Word("id");
        var first = (await workspace.MessagesAsync(conversation))[^1].Word("id");
        foreach (var happening in events.EnumerateArray())
        {
            await PassAsync(workspace, System.Xml.XmlConvert.ToTimeSpan(happening.GetProperty("after").GetString()!));
            if (happening.TryGetProperty("reply", out var text)) await workspace.TextAsync(phone, text.GetString()!);
            else (await workspace.ReplyAsync(conversation, "I am here", by: agent)).EnsureSuccessStatusCode();
        }

        await PassAsync(workspace, TimeSpan.FromHours(3));
        return (await workspace.Services.GetRequiredService<RunStore>().WholeAsync(RunKeys.Prefix + first["msg_".Length..], default))!.Value;
    }

    // By the minute: whatever is due is done when it is.
    private static async Task PassAsync(Workspace workspace, TimeSpan time)
    {
        await workspace.DrainAsync();
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMinutes(1))
        {
            workspace.Time.Advance(TimeSpan.FromMinutes(1));
            await workspace.DrainAsync();
        }
    }

    private static async Task<string> PublishAsync(Workspace workspace)
    {
        var (flows, now) = (workspace.Services.GetRequiredService<FlowStore>(), workspace.Time.GetUtcNow());
        var flow = new Flow { Id = Flow.IdPrefix + Ids.NewUlid(now), Name = "订单", CreatedAt = now, UpdatedAt = now };
        await flows.InsertAsync(flow, default);
        await flows.AddVersionAsync(flow.Id, 1, new FlowText(JsonElement.Parse(Definition), now, "test", null), default);
        var trigger = TriggerSummary.Of(new Playing().Read(Definition).Trigger);
        var stored = (await flows.FindAsync(flow.Id, default))!;
        Assert.True(await flows.ReplaceAsync(stored, flow with { Trigger = trigger, Published = 1, LastVersion = 1, Started = true }, [new SlotChange(trigger.Slot!, null, flow.Id)], default));
        workspace.Services.GetRequiredService<FlowLibrary>().Forget();
        return flow.Id;
    }

    private static string Said(JsonElement simulated) => string.Join(" | ", simulated.GetProperty("texts").EnumerateArray().Select(text => text.Word("text")));

    private static IEnumerable<string> Taken(JsonElement simulated) =>
        simulated.GetProperty("trace").EnumerateArray().Where(entry => entry.GetProperty("outcome").ValueKind == JsonValueKind.String).Select(entry => $"{entry.Word("step")}:{entry.Word("outcome")}");

    private static async Task<string> SaidAsync(Workspace workspace)
    {
        var messages = new List<JsonElement>();
        foreach (var conversation in await workspace.ConversationsAsync()) messages.AddRange(await workspace.MessagesAsync(conversation.Word("id")));
        return string.Join(" | ", messages.Where(message => message.GetProperty("author").Word("type") == "flow" && message.Word("kind") == "reply").Reverse().Select(message => message.Word("text")));
    }
}
