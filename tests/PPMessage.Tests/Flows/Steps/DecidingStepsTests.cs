using Xunit;
using static PPMessage.Tests.Flows.Playing;

namespace PPMessage.Tests.Flows.Steps;

public sealed class DecidingStepsTests
{
    private readonly Playing _playing = new();

    [Theory]
    [InlineData("""["vip"]""", "pro", "vip")]
    [InlineData("[]", "pro", "pro")]
    [InlineData("[]", "free", "else")]
    public async Task Branch_takes_the_first_case_that_holds_and_tells_what_it_found(string tags, string plan, string outcome)
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"branch","cases":[{"outcome":"vip","when":{"field":"contact.tags","op":"contains","value":"vip"}},{"outcome":"pro","when":{"field":"contact.attributes.plan","op":"eq","value":"pro"}}],
            "on":{"vip":null,"pro":null,"else":null}}
            """), $$"""{"contact":{"tags":{{tags}},"attributes":{"plan":"{{plan}}"} } }""");
        Assert.Equal([$"a:{outcome}"], played.Taken());
        var found = played.Trace[0].Findings;
        Assert.Equal(outcome == "vip" ? 1 : 2, found.Count);
        Assert.Equal(("contact.tags", "vip", outcome == "vip"), (found[0].Field, found[0].Wanted, found[0].Holds));
    }

    [Theory]
    [InlineData("""{"contact":{"online":true}}""", "contact.online", "true", true)]
    [InlineData("{}", "contact.online", "true", false)]
    [InlineData("{}", "conversation.isNew", "true", true)]
    [InlineData("""{"conversation":{}}""", "conversation.messageCount", "1", true)]
    [InlineData("""{"lastAgent":"小李","agents":[{"name":"小李"}]}""", "conversation.lastAgent", "\"小李\"", true)]
    [InlineData("""{"agents":[{"name":"a"},{"name":"b","availability":"busy"},{"name":"c","availability":"away"}]}""", "agents.onDuty", "2", true)]
    [InlineData("""{"agents":[{"name":"a"},{"name":"b","availability":"busy"}]}""", "agents.ready", "1", true)]
    [InlineData("""{"variables":{"x":"y"}}""", "vars.x", "\"y\"", true)]
    public async Task Branch_sees_what_the_script_describes(string script, string field, string value, bool holds)
    {
        var played = await _playing.PlayAsync(FlowOf($$"""
            "a":{"type":"branch","cases":[{"outcome":"yes","when":{"field":"{{field}}","op":"eq","value":{{value}} } }],"next":null,"on":{"else":null} }
            """, "\"variables\":{\"x\":null}"), script);
        Assert.Equal([holds ? "a:yes" : "a:else"], played.Taken());
    }

    [Theory]
    [InlineData("订单 AB-77 呢", "matched", "\"AB-77\"")]
    [InlineData("ab-77", "matched", "\"ab-77\"")]
    [InlineData("你好", "no_match", "absent")]
    public async Task Match_keeps_named_groups(string text, string outcome, string number)
    {
        var played = await _playing.PlayAsync("""
            {"name":"n","trigger":{"on":"message.received"},"start":"a","steps":{"a":{"type":"match","pattern":"(?<number>[A-Z]{2}-\\d+)","next":null,"on":{"no_match":null}}}}
            """, $$"""{"message":{"text":"{{text}}"} }""");
        Assert.Equal([$"a:{outcome}"], played.Taken());
        Assert.Equal(number, played.Value("number"));
    }

    [Fact]
    public async Task Split_is_sticky_and_by_weight()
    {
        const string Flow = """
            "a":{"type":"split","arms":{"x":30,"y":70,"z":0},"on":{"x":null,"y":null,"z":null}}
            """;
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 300; i++)
        {
            var played = (await _playing.PlayAsync(FlowOf(Flow), $$"""{"contact":{"externalId":"c{{i}}"} }""")).Taken().Single();
            counts[played] = counts.GetValueOrDefault(played) + 1;
            if (i < 20) Assert.Equal([played], (await _playing.PlayAsync(FlowOf(Flow), $$"""{"contact":{"externalId":"c{{i}}"} }""")).Taken());
        }

        Assert.InRange(counts["a:x"], 60, 125);
        Assert.Equal(300, counts["a:x"] + counts["a:y"]);
    }

    [Fact]
    public async Task Subflow_gets_its_arguments_and_returns_a_value()
    {
        var playing = _playing with { Others = new Dictionary<string, string> { ["fl_other"] = FlowOf("""
            "a":{"type":"ask","text":"{{ vars.question }}","into":"answer","timeout":"PT1H","next":"b","on":{"timeout":null}},"b":{"type":"end","value":"got {{ vars.answer }}"}
            """, "\"variables\":{\"question\":\"?\",\"own\":1}") } };
        const string Flow = """
            "a":{"type":"subflow","flowId":"fl_other","with":{"question":"{{ vars.what }}, really?"},"into":"result","next":"b"},"b":{"type":"send","text":"{{ vars.result }}{{ vars.own }}","next":null}
            """;
        var played = await playing.PlayAsync(FlowOf(Flow, "\"variables\":{\"what\":\"Tea\",\"result\":null}"), """{"events":[{"after":"PT1M","reply":"yes"}]}""");
        Assert.Equal(["Tea, really?", "got yes"], played.Said());
        Assert.Equal(["a:answered", "a:returned", "b:sent"], played.Taken());
        Assert.Equal([null, "fl_other", "fl_other", "fl_other", null, null], played.Trace.Select(entry => entry.Flow));
        var silent = await playing.PlayAsync(FlowOf(Flow, "\"variables\":{\"what\":\"Tea\"}"));
        Assert.Equal("null", silent.Value("result"));
    }

    [Fact]
    public async Task Subflow_that_is_not_there_is_failed()
    {
        var played = await (_playing with { Others = new Dictionary<string, string> { ["fl_x"] = FlowOf("\"a\":{\"type\":\"end\"}") } }).PlayAsync(FlowOf("""
            "a":{"type":"subflow","flowId":"fl_tested","next":null,"on":{"failed":"b"}},"b":{"type":"end","value":"deep"}
            """));
        Assert.Equal("completed", played.State);
        Assert.Equal(["fl_tested", "fl_tested", "fl_tested", "fl_tested"], played.Trace.Where(entry => entry.Type == "subflow" && entry.Next == "试").Select(_ => "fl_tested"));
        Assert.Contains(played.Trace, entry => entry.Error == "Sub-flows may be 4 deep.");
    }

    [Fact]
    public async Task End_returns_what_it_says_and_fails_where_it_can_t()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"end","value":{"x":[1,"{{ raw }}"]}}
            """));
        Assert.Equal("""{"x":[1,"{{ raw }}"]}""", played.Value!.Value.GetRawText());
        Assert.Equal(("completed", null), (played.State, played.Error));
    }

    [Theory]
    [InlineData("""{"on":"message.received","when":{"field":"message.text","op":"contains","value":"订单"}}""", "你好", "The trigger's condition does not hold.")]
    [InlineData("""{"on":"message.received"}""", "STOP", "The message is nothing but STOP or HELP, which starts this flow only with includeOptOut.")]
    [InlineData("""{"on":"message.received","includeOptOut":true}""", "STOP", null)]
    [InlineData("""{"on":"message.received","when":{"field":"message.text","op":"contains","value":"订单"}}""", "查订单", null)]
    public async Task The_trigger_decides_whether_it_begins(string trigger, string text, string? why)
    {
        var played = await _playing.PlayAsync($$"""{"name":"n","trigger":{{trigger}},"start":"a","steps":{"a":{"type":"end"} } }""", $$"""{"message":{"text":"{{text}}"} }""");
        Assert.Equal((why is null ? "completed" : "not_started", why), (played.State, played.Error));
    }
}
