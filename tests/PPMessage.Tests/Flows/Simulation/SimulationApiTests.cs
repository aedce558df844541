using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Flows;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Simulation;

public sealed class SimulationApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string BuiltIn = "fl_00000000000000000000000001";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_built_in_flow_is_played_with_who_is_there()
    {
        var (agent, _) = await Workspace.HireAsync($"sim{Workspaces.Calls.NewPhone()[1..]}");
        var played = await PostAsync(BuiltIn, "simulate", $$"""{"message":{"text":"你好"},"lastAgent":"{{agent}}"}""");
        Assert.Equal("completed", played.Word("state"));
        Assert.Equal(agent, played.GetProperty("conversation").Word("assignee"));
        Assert.Equal("last_agent", played.GetProperty("trace")[0].Word("step"));
    }

    [Fact]
    public async Task A_draft_is_played_unpublished_and_nothing_comes_of_it()
    {
        var flow = await DraftAsync("""{"type":"send","text":"{{ contact.name }}","next":null}""");
        var before = (await Workspace.ConversationsAsync()).Count;
        var played = await PostAsync(flow, "simulate", """{"contact":{"name":"李薇"}}""");
        Assert.Equal("李薇", played.GetProperty("texts")[0].Word("text"));
        Assert.Equal(Workspace.Time.GetUtcNow(), played.GetProperty("endedAt").GetDateTimeOffset());
        // The channel's own sender was asked.
        Assert.Empty(played.GetProperty("warnings").EnumerateArray());
        Assert.Equal(before, (await Workspace.ConversationsAsync()).Count);
    }

    [Fact]
    public async Task A_text_that_no_channel_can_express_is_failed()
    {
        var flow = await DraftAsync($$"""{"type":"send","text":"{{new string('长', 2000)}}","next":null}""");
        var played = await PostAsync(flow, "simulate", "{}");
        Assert.Equal("failed", played.Word("state"));
        Assert.StartsWith("It can't be said there: text ", played.Word("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_contact_is_read_and_stays_as_it_is()
    {
        var contact = (await Workspace.PostAsync("/api/contacts", new { name = "王芳", phones = new[] { Workspaces.Calls.NewPhone() } })).Word("id");
        var flow = await DraftAsync("""{"type":"set","contact":{"name":"{{ contact.name }} 2","addTags":["x"]},"next":null}""");
        var played = await PostAsync(flow, "simulate", $$"""{"contact":{"id":"{{contact}}"} }""");
        Assert.Equal("王芳 2", played.GetProperty("contact").Word("name"));
        Assert.Equal("王芳", (await Workspace.GetAsync($"/api/contacts/{contact}")).Word("name"));
        await RefusedAsync(flow, "simulate", """{"contact":{"id":"ct_nobody"}}""", HttpStatusCode.BadRequest, "contact.id");
    }

    [Fact]
    public async Task A_definition_may_come_along()
    {
        var played = await PostAsync(BuiltIn, "simulate", """{"definition":{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"end","value":7}}}}""");
        Assert.Equal(7, played.GetProperty("value").GetInt32());
        await RefusedAsync(BuiltIn, "simulate", """{"at":"x","definition":{"name":"n","trigger":{"on":"api"},"start":"b","steps":{"a":{"type":"end"}}}}""", HttpStatusCode.BadRequest, "definition.start", "at");
        await RefusedAsync(BuiltIn, "simulate", """{"variables":{"n":[1e400]},"definition":{"name":"n"}}""", HttpStatusCode.BadRequest, "variables.n[0]");
        await RefusedAsync(BuiltIn, "simulate", """{"version":9}""", HttpStatusCode.UnprocessableEntity);
        await RefusedAsync("fl_nobody", "simulate", "{}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_agent_who_is_not_there_does_nothing_and_the_place_is_named()
    {
        var flow = await DraftAsync("""{"type":"wait","for":"PT1H","unless":["agent"],"next":null,"on":{"agent":null}}""", """
            [{"name":"knows nobody","given":{"agents":[{"name":"小李"}],"events":[{"after":"PT5M","agent":"小王"}]},"expect":{}}]
            """);
        const string Events = """ "events":[{"http":{"status":200}},{"after":"PT5M","agent":"ag_nobody"}] """;
        await RefusedAsync(flow, "simulate", $$"""{ {{Events}} }""", HttpStatusCode.BadRequest, "events[1].agent");
        await RefusedAsync(flow, "simulate", $$"""{"agents":[{"name":"小李"}],{{Events}} }""", HttpStatusCode.BadRequest, "events[1].agent");
        var played = await PostAsync(flow, "simulate", """{"agents":[{"id":"ag_1","name":"小李"},{"id":"ag_2","name":"小王"}],"events":[{"after":"PT5M","agent":"小王"}]}""");
        Assert.Equal("ag_2", played.GetProperty("conversation").Word("assignee"));
        var tested = await PostAsync(flow, "test", "");
        Assert.Equal("given.events[0].agent: there is no agent 小王", tested.GetProperty("results")[0].GetProperty("failures")[0].GetString());
    }

    [Fact]
    public async Task A_flow_of_one_channel_does_not_start_on_another()
    {
        var definition = $$"""{"name":"n","trigger":{"on":"message.received","channelId":"{{Workspace.ChannelId}}"},"start":"a","steps":{"a":{"type":"end"} } }""";
        var played = await PostAsync(BuiltIn, "simulate", $$"""{"message":{"text":"hi"},"definition":{{definition}} }""");
        Assert.Equal("completed", played.Word("state"));
        var other = await PostAsync(BuiltIn, "simulate", $$"""{"message":{"text":"hi","channelKind":"email"},"definition":{{definition}} }""");
        Assert.Equal("not_started", other.Word("state"));
        Assert.StartsWith($"It starts on the channel {Workspace.ChannelId} only", other.Word("error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cases_of_a_draft_are_played_and_failures_say_what_came()
    {
        var flow = await DraftAsync("""{"type":"ask","text":"1 or 2?","into":"x","timeout":"PT1H","next":"b","on":{"timeout":null}},"b":{"type":"set","conversation":{"addTags":["t"]},"next":"c"},"c":{"type":"send","text":"Bye {{ vars.x }}","next":null}""", """
            [{"name":"answers","given":{"contact":{"tags":["vip"]},"events":[{"after":"PT5M","reply":"2"}]},"expect":{"texts":["1 or 2?",{"contains":"2"}],"path":["a","c"],"state":"completed","reason":"completed","outcomes":{"a":"answered"},
              "variables":{"x":"2","y":null},"assignee":null,"tags":["vip"],"attributes":{"plan":null},"conversation":{"status":"open","team":null,"tags":["t"]}}},
             {"name":"is silent","expect":{"texts":["1 or 2?","Bye"],"path":["c","a"],"outcomes":{"a":"answered"},"variables":{"x":"2"},"assignee":"小李","conversation":{"tags":["t"],"status":"resolved"},"state":"failed","reason":null}},
             {"name":"knows nobody","given":{"contact":{"id":"ct_nobody"}},"expect":{}}]
            """);
        var tested = await PostAsync(flow, "test", "");
        Assert.Equal((1, 2), (tested.GetProperty("passed").GetInt32(), tested.GetProperty("failed").GetInt32()));
        Assert.Equal(
            [
                "texts[1]: expected \"Bye\", but only 1 came", "path: expected c → a, came a", "state: expected failed, came completed", "reason: expected nothing, came \"completed\"",
                "assignee: expected \"小李\", came nothing", "conversation.tags: expected t, came none", "conversation.status: expected \"resolved\", came \"open\"", "outcomes.a: expected \"answered\", came \"timeout\"", "variables.x: expected \"2\", came null",
            ],
            tested.GetProperty("results")[1].GetProperty("failures").EnumerateArray().Select(failure => failure.GetString()));
        Assert.Equal("given.contact.id: there is no contact ct_nobody", tested.GetProperty("results")[2].GetProperty("failures")[0].GetString());
    }

    [Fact]
    public async Task The_schema_is_read_without_a_token_and_asked_for_again_costs_nothing()
    {
        using var stranger = new HttpClient { BaseAddress = Workspace.BaseUrl };
        using var first = await stranger.GetAsync("/api/flows/schema.json");
        Assert.Equal((HttpStatusCode.OK, "application/schema+json"), (first.StatusCode, first.Content.Headers.ContentType!.MediaType));
        Assert.Equal(TimeSpan.FromHours(1), first.Headers.CacheControl!.MaxAge);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/flows/schema.json");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await stranger.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    private async Task<string> DraftAsync(string step, string tests = "[]")
    {
        var now = Workspace.Time.GetUtcNow();
        var id = Flow.IdPrefix + Ids.NewUlid(now);
        var flows = Workspace.Services.GetRequiredService<FlowStore>();
        await flows.InsertAsync(new Flow { Id = id, Name = "n", CreatedAt = now, UpdatedAt = now }, default);
        var definition = $$"""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{{step}}},"variables":{"y":null},"tests":{{tests}} }""";
        await flows.PutDraftAsync(id, new FlowText(JsonElement.Parse(definition), now, "test", null), null, default);
        return id;
    }

    private async Task<JsonElement> PostAsync(string flow, string verb, string body)
    {
        using var answer = await SendAsync(flow, verb, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task RefusedAsync(string flow, string verb, string body, HttpStatusCode status, params string[] places)
    {
        using var answer = await SendAsync(flow, verb, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, text);
        foreach (var place in places) Assert.Contains($"\"{place}\":", text, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> SendAsync(string flow, string verb, string body) =>
        Workspace.Client.PostAsync($"/api/flows/{flow}/{verb}", body.Length == 0 ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
}
