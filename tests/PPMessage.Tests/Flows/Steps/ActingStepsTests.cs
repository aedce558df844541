using PPMessage.Agents.Teams;
using PPMessage.Contacts.Attributes;
using Xunit;
using static PPMessage.Tests.Flows.Playing;

namespace PPMessage.Tests.Flows.Steps;

public sealed class ActingStepsTests
{
    private const string Staff = """
        "agents":[{"id":"ag_2","name":"ready","teams":["tm_1"]},{"id":"ag_1","name":"busy","availability":"busy","teams":["tm_1"]},{"id":"ag_0","name":"away","availability":"away","teams":["tm_1"]},{"id":"ag_3","name":"other"}]
        """;

    private readonly Playing _playing = new() { Teams = [TeamOf("tm_1", AssignmentMethod.InTurn), TeamOf("tm_2")] };

    [Fact]
    public async Task Set_changes_variables_contact_and_conversation()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"set","variables":{"x":"{{ contact.name }}","n":[1]},"contact":{"name":"{{ vars.y }}","attributes":{"plan":"pro","old":null},"addTags":["vip"],"removeTags":["new"]},
            "conversation":{"addTags":["售后"],"removeTags":["售前"]},"next":"b"},"b":{"type":"send","text":"{{ contact.name }} {{ contact.attributes.plan }} {{ vars.x }}","next":null}
            """, "\"variables\":{\"y\":\"王芳\"}"), """{"contact":{"name":"李薇","tags":["new","x"],"attributes":{"old":1}},"conversation":{"tags":["售前"]}}""");
        Assert.Equal(["王芳 pro 李薇"], played.Said());
        Assert.Equal(["vip", "x"], played.Contact.Tags.Order());
        Assert.Equal(["plan"], played.Contact.Attributes.Keys);
        Assert.Equal(["售后"], played.Conversation.Tags);
        Assert.Equal("[1]", played.Value("n"));
    }

    [Fact]
    public async Task Set_makes_tags_of_texts_and_leaves_out_what_comes_out_empty()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"set","variables":{"plan":"pro"},"contact":{"addTags":["套餐 {{ vars.plan }}"," {{ contact.name | downcase }} ","{{ vars.none }}","{{ vars.plan }}","pro"],"removeTags":["old-{{ contact.locale }}"]},
            "conversation":{"addTags":["{{ vars.plan | upcase }}","{{ vars.none }}"],"removeTags":["{% if contact.name %}售前{% endif %}"]},"next":null}
            """), """{"contact":{"name":"MIA","locale":"de","tags":["old-de","x"]},"conversation":{"tags":["售前"]}}""");
        Assert.Equal("completed", played.State);
        Assert.Equal(["mia", "pro", "x", "套餐 pro"], played.Contact.Tags.Order(StringComparer.Ordinal));
        Assert.Equal(["PRO"], played.Conversation.Tags);
    }

    [Theory]
    [InlineData("contact")]
    [InlineData("conversation")]
    public async Task Set_fails_and_changes_nothing_where_a_text_makes_no_tag(string whose)
    {
        foreach (var (text, why) in new[] { ("{{ vars.long }}", "has more than 50 characters"), ("{{ vars.lines }}", "has control characters"), ("{{ 'x' | split: 5 | nonsense }}", "") })
        {
            var flow = FlowOf($$$$"""
                "a":{"type":"set","contact":{"attributes":{"x":1},"addTags":["first"]},"next":"b"},
                "b":{"type":"set","{{{{whose}}}}":{"addTags":["{{{{text}}}}"]},"next":null}
                """, $$"""
                "variables":{"long":"{{new string('x', 51)}}","lines":"a\nb"}
                """);
            if (why.Length == 0)
            {
                Assert.Contains("There is no filter", Mistakes(flow)[$"steps.b.{whose}.addTags[0]"][0], StringComparison.Ordinal);
                continue;
            }

            var played = await _playing.PlayAsync(flow);
            Assert.Equal("failed", played.State);
            Assert.Contains(why, played.Error, StringComparison.Ordinal);
            Assert.Equal(["first"], played.Contact.Tags);
            Assert.Empty(played.Conversation.Tags);
        }
    }

    [Fact]
    public async Task Set_gives_a_conversation_no_more_than_fifty_tags()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"set","variables":{"n":"{{ vars.n | plus: 1 }}"},"conversation":{"addTags":["t{{ vars.n }}"]},"next":"w"},"w":{"type":"wait","for":"PT1M","next":"a"}
            """, "\"variables\":{\"n\":0}"));
        Assert.Equal("failed", played.State);
        Assert.Contains("more than 50 tags", played.Error, StringComparison.Ordinal);
        Assert.Equal(50, played.Conversation.Tags.Count);
    }

    [Theory]
    [InlineData("[5]", "[0]", "must be a text")]
    [InlineData("[\"a\",\" \"]", "[1]", "must not be empty")]
    [InlineData("[\"{{ contact.name\"]", "[0]", "Line 1")]
    [InlineData("\"a\"", "", "must be a list of texts")]
    [InlineData("[\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"]", "[0]", "may have at most 50 characters")]
    [InlineData("[\"a\\nb\"]", "[0]", "must not have control characters")]
    public void Tags_that_are_none_are_told_with_their_place(string tags, string place, string words)
    {
        foreach (var (whose, which) in new[] { ("contact", "addTags"), ("conversation", "removeTags") })
        {
            var mistakes = Mistakes(FlowOf($$"""
                "a":{"type":"set","{{whose}}":{"{{which}}":{{tags}} },"next":null}
                """));
            Assert.True(mistakes.TryGetValue($"steps.a.{whose}.{which}{place}", out var told), string.Join("; ", mistakes.Keys));
            Assert.Contains(words, told[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(nameof(AttributeType.Number), "\"{{ 1.5 | plus: 1 }}\"", "2.5")]
    [InlineData(nameof(AttributeType.Boolean), "\"true\"", "true")]
    [InlineData(nameof(AttributeType.List), "\"a, b\"", """["a","b"]""")]
    [InlineData(nameof(AttributeType.Date), "\"2026-11-23\"", "\"2026-11-23\"")]
    [InlineData(nameof(AttributeType.Text), "\"5\"", "\"5\"")]
    [InlineData(nameof(AttributeType.Number), "7", "7")]
    public async Task Set_gives_an_attribute_what_its_type_wants(string type, string value, string kept)
    {
        var played = await (_playing with { Attributes = Known(("x", Enum.Parse<AttributeType>(type))) }).PlayAsync(FlowOf($$"""
            "a":{"type":"set","contact":{"attributes":{"x":{{value}} } },"next":null}
            """));
        Assert.Equal(kept, played.Contact.Attributes["x"].GetRawText());
    }

    [Theory]
    [InlineData(nameof(AttributeType.Number), "\"many\"", "The attribute x must be a number.")]
    [InlineData(nameof(AttributeType.Date), "\"soon\"", "The attribute x must be a date such as 2026-11-22.")]
    public async Task Set_refuses_what_an_attribute_can_t_hold(string type, string value, string why)
    {
        var played = await (_playing with { Attributes = Known(("x", Enum.Parse<AttributeType>(type))) }).PlayAsync(FlowOf($$"""
            "a":{"type":"set","contact":{"attributes":{"x":{{value}} } },"next":null}
            """));
        Assert.Equal(("failed", why), (played.State, played.Error));
        Assert.Empty(played.Contact.Attributes);
    }

    [Theory]
    [InlineData("{{ vars.x }}{{ vars.x }}", "The contact's name may have at most 200 characters.")]
    [InlineData("a{{ vars.line }}b", "The contact's name must not have control characters.")]
    [InlineData("{{ vars.nobody }} ", "The contact's name must not be empty.")]
    public async Task Set_refuses_a_name_that_no_contact_can_have(string name, string why)
    {
        var flow = FlowOf($$"""
            "a":{"type":"set","contact":{"name":"{{name}}"},"next":null}
            """, $"\"variables\":{{\"x\":\"{new string('长', 101)}\",\"line\":\"\\n\"}}");
        var played = await _playing.PlayAsync(flow, """{"contact":{"name":"李薇"}}""");
        Assert.Equal(("failed", why, "李薇"), (played.State, played.Error, played.Contact.Name));
        Assert.Equal((why, "failed"), (played.Trace[0].Error, played.Trace[0].Outcome));
    }

    [Fact]
    public async Task Set_trims_a_name()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"set","contact":{"name":" {{ vars.x }} "},"next":null}
            """, $"\"variables\":{{\"x\":\"{new string('长', 200)}\"}}"));
        Assert.Equal(new string('长', 200), played.Contact.Name);
    }

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("[1]")]
    [InlineData("""["x",null]""")]
    public void Set_gives_an_attribute_only_what_the_API_takes(string value)
    {
        var mistakes = Mistakes(FlowOf($$"""
            "a":{"type":"set","variables":{"x":{{value}} },"contact":{"attributes":{"x":{{value}} } },"next":null}
            """));
        Assert.Equal(("steps.a.contact.attributes.x", "must be a text, a number, true, false or a list of texts"), (Assert.Single(mistakes).Key, mistakes.Values.First()[0]));
    }

    [Fact]
    public async Task Set_keeps_variables_within_their_bounds()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"set","variables":{"x":"{{ vars.x }}{{ vars.x }}","y":"{{ vars.y }}{{ vars.y }}"},"next":"b"},"b":{"type":"wait","for":"PT1S","next":"a"}
            """, $"\"variables\":{{\"x\":\"{new string('x', 600)}\",\"y\":\"{new string('y', 600)}\"}}"));
        Assert.Equal(("failed", "The variables together would have more than 32000 characters."), (played.State, played.Error));
    }

    [Theory]
    [InlineData(""" "to":"all" """, "", "assigned", null)]
    [InlineData(""" "to":"agent","agentId":"ag_1" """, "", "assigned", "ag_1")]
    [InlineData(""" "to":"agent","agentId":"ag_0" """, "", "nobody", "ag_3")]
    [InlineData(""" "to":"agent","agentId":"ag_0","must":"exist" """, "", "assigned", "ag_0")]
    [InlineData(""" "to":"agent","agentId":"ag_1","must":"be_ready" """, "", "nobody", "ag_3")]
    [InlineData(""" "to":"last_agent" """, "", "assigned", "ag_3")]
    [InlineData(""" "to":"team","teamId":"tm_1" """, "", "assigned", "ag_2")]
    [InlineData(""" "to":"team","teamId":"tm_1","must":"be_on_duty" """, "", "assigned", "ag_1")]
    [InlineData(""" "to":"team","teamId":"tm_2" """, "", "nobody", null)]
    [InlineData(""" "to":"team","teamId":"tm_2","method":"random" """, "", "nobody", null)]
    [InlineData(""" "to":"rule" """, "", "assigned", "ag_3")]
    public async Task Assign_gives_a_conversation_that_somebody_has(string to, string more, string outcome, string? assignee)
    {
        var played = await _playing.PlayAsync(Assigning(to), $$"""{ {{Staff}},"conversation":{"assignee":"other"}{{more}} }""");
        Assert.Equal([$"a:{outcome}"], played.Taken());
        Assert.Equal(assignee, played.Conversation.Assignee);
    }

    [Theory]
    [InlineData(""" "to":"last_agent" """, "busy", "assigned", "ag_1")]
    [InlineData(""" "to":"last_agent","must":"be_ready" """, "busy", "nobody", null)]
    [InlineData(""" "to":"last_agent" """, "away", "nobody", null)]
    [InlineData(""" "to":"last_agent","must":"exist" """, "gone", "nobody", null)]
    [InlineData(""" "to":"rule" """, "busy", "nobody", null)]
    [InlineData(""" "to":"rule","method":"in_turn" """, "busy", "assigned", "ag_2")]
    public async Task Assign_gives_a_new_conversation(string to, string lastAgent, string outcome, string? assignee)
    {
        var played = await _playing.PlayAsync(Assigning(to), $$"""{ {{Staff}},"lastAgent":"{{lastAgent}}" }""");
        Assert.Equal([$"a:{outcome}"], played.Taken());
        Assert.Equal(assignee, played.Conversation.Assignee);
    }

    [Fact]
    public async Task Assign_by_a_rule_says_whom_the_simulation_took()
    {
        var played = await (_playing with { Rule = new AssignmentRule(AssignmentMethod.LeastBusy, null) }).PlayAsync(Assigning(""" "to":"rule" """), $$"""{ {{Staff}} }""");
        Assert.Equal("ag_2", played.Conversation.Assignee);
        Assert.Equal(["By the rule \"least_busy\" ready takes it: the first by id, in a simulation."], played.Trace[0].Notes);
    }

    [Theory]
    [InlineData("""[{"after":"PT5M","reply":"1"}]""", "a:answered b:assigned")]
    [InlineData("[]", "a:timeout b:assigned")]
    public async Task Assign_by_a_rule_gives_a_conversation_that_a_question_kept_from_everybody(string events, string way)
    {
        var played = await InTurn().PlayAsync(FlowOf("""
            "a":{"type":"ask","text":"?","timeout":"PT1H","next":"b","on":{"timeout":"b"}},"b":{"type":"assign","to":"rule","next":null,"on":{"nobody":null}}
            """), $$"""{ {{Staff}},"events":{{events}} }""");
        Assert.Equal((way, "ag_2"), (played.Way(), played.Conversation.Assignee));
    }

    [Theory]
    [InlineData("[]", "a:elapsed b:assigned", "ag_2")]
    [InlineData("""[{"after":"PT5M","reply":"1"}]""", "a:elapsed b:nobody", null)]
    public async Task Assign_by_a_rule_gives_a_conversation_that_opens_only_then(string events, string way, string? assignee)
    {
        var played = await InTurn().PlayAsync(FlowOf("""
            "a":{"type":"wait","for":"PT1H","next":"b"},"b":{"type":"assign","to":"rule","next":null,"on":{"nobody":null}}
            """), $$"""{ {{Staff}},"events":{{events}} }""");
        Assert.Equal((way, assignee), (played.Way(), played.Conversation.Assignee));
    }

    [Fact]
    public async Task A_conversation_that_a_flow_lets_go_is_handed_out_where_a_rule_assigns()
    {
        var flow = FlowOf("""
            "a":{"type":"ask","text":"?","timeout":"PT1H","next":"b","on":{"timeout":"b"}},"b":{"type":"wait","for":"PT1H","next":"c"},
            "c":{"type":"send","text":"{{ conversation.assignee.name }} is there","next":null}
            """);
        var played = await InTurn().PlayAsync(flow, $$"""{ {{Staff}} }""");
        Assert.Equal(["?", "ready is there"], played.Said());
        Assert.Equal(["The conversation waits and is handed out: ready gets it, the first by id, in a simulation."], played.Trace.SelectMany(entry => entry.Notes));
        Assert.Equal(["?", "is there"], (await _playing.PlayAsync(flow, $$"""{ {{Staff}} }""")).Said());
    }

    [Fact]
    public async Task Assign_to_a_team_that_is_gone_is_failed() =>
        Assert.Equal("There is no team tm_9.", (await _playing.PlayAsync(Assigning(""" "to":"team","teamId":"tm_9" """))).Error);

    private Playing InTurn() => _playing with { Rule = new AssignmentRule(AssignmentMethod.InTurn, null) };

    private static string Assigning(string to) => FlowOf($$"""
        "a":{"type":"assign",{{to}},{{(to.Contains("\"all\"", StringComparison.Ordinal) ? "\"next\":null" : "\"next\":null,\"on\":{\"nobody\":null}")}}}
        """);
}
