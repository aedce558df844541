using System.Text.Json;
using System.Text.Json.Nodes;
using PPMessage.Flows.BuiltIn;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Schema;
using Xunit;

namespace PPMessage.Tests.Flows.Schema;

/// <summary>The published schema and the reader of definitions agree.</summary>
public sealed class FlowSchemaTests
{
    private static readonly JsonObject Document = JsonNode.Parse(FlowSchema.Document().ToJsonString())!.AsObject();

    private static readonly DefinitionSchema Schema = new(Document);

    /// <summary>A step of each type, with all that it may have in it.</summary>
    private static readonly Dictionary<string, string> Whole = new()
    {
        ["send"] = """{"type":"send","text":"x","subject":"s","channelKind":"email","agentId":null,"next":null,"on":{"suppressed":null,"failed":null}}""",
        ["ask"] = """{"type":"ask","text":"x","options":[{"key":"1","label":"一","outcome":"x","words":["w"]}],"into":"y","timeout":"PT1H","attempts":3,"invalidText":"?","on":{"x":null,"timeout":null,"invalid":null}}""",
        ["wait"] = """{"type":"wait","until":"09:30","unless":["reply","agent"],"next":null,"on":{"replied":null,"agent":null}}""",
        ["branch"] = """{"type":"branch","cases":[{"outcome":"x","when":{"all":[{"field":"contact.tags","op":"exists"}]}}],"next":null,"on":{"else":null}}""",
        ["match"] = """{"type":"match","text":"{{ message.text }}","pattern":"(?<n>\\d+)","ignoreCase":false,"next":null,"on":{"no_match":null}}""",
        ["set"] = """{"type":"set","variables":{"x":1},"contact":{"attributes":{"x":null},"name":"n","addTags":["t"],"removeTags":[]},"conversation":{"addTags":[],"removeTags":["t"]},"next":null}""",
        ["assign"] = """{"type":"assign","to":"team","teamId":"tm_1","must":"be_ready","method":"least_busy","next":null,"on":{"nobody":null}}""",
        ["note"] = """{"type":"note","text":"x","next":null}""",
        ["resolve"] = """{"type":"resolve","next":null}""",
        ["http"] = """{"type":"http","method":"POST","url":"https://example.cn","headers":{"X":"y"},"body":{"a":1},"timeout":"PT5S","attempts":2,"into":{"x":"/y"},"statusInto":"z","next":null,"on":{"refused":null}}""",
        ["split"] = """{"type":"split","arms":{"x":1,"y":2},"on":{"x":null,"y":null}}""",
        ["subflow"] = """{"type":"subflow","flowId":"fl_1","with":{"x":1},"into":"y","next":null}""",
        ["end"] = """{"type":"end","value":{"x":1}}""",
    };

    private const string Given = """
        {"contact":{"name":"n"},"message":{"text":"hi"},"at":"2026-11-23T02:00:00Z","agents":[{"name":"a"}],"lastAgent":"a","conversation":{"tags":[]},"variables":{"x":1},"http":"failed",
        "events":[{"after":"PT5M","reply":"1"},{"agent":true},{"http":{"status":200,"body":[1]},"step":"a"}]}
        """;

    private const string Expect = """{"texts":["x",{"contains":"y"}],"path":["a"],"state":"completed","reason":null,"outcomes":{"a":"x"},"variables":{"x":1},"assignee":null,"tags":[],"attributes":{"x":1},"conversation":{"status":"open","team":null,"tags":[]}}""";

    public static IEnumerable<TheoryDataRow<string>> Types => StepTypes.All.Select(type => new TheoryDataRow<string>(type));

    [Fact]
    public void Each_type_of_step_has_a_form() => Assert.Equal(StepTypes.All.Order(StringComparer.Ordinal), FlowSchema.Steps.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Types))]
    public void A_steps_form_has_what_the_reader_asks_for(string type)
    {
        var asked = Asked(Flow(With(Whole[type])), "steps.a");
        // It is asked for in order to be refused.
        if (type == "end") asked.Remove("next");
        Assert.Equal(asked.Order(StringComparer.Ordinal), PropertiesOf(Document["$defs"]![$"step.{type}"]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("trigger", "trigger")]
    [InlineData("tests[0]", "tests.items")]
    [InlineData("tests[0].given", "tests.items.given")]
    [InlineData("tests[0].given.contact", "tests.items.given.contact")]
    [InlineData("tests[0].given.message", "tests.items.given.message")]
    [InlineData("tests[0].given.conversation", "tests.items.given.conversation")]
    [InlineData("tests[0].given.agents[0]", "tests.items.given.agents.items")]
    [InlineData("tests[0].given.events[0]", "tests.items.given.events.items")]
    [InlineData("tests[0].given.events[2].http", "tests.items.given.events.items.http")]
    [InlineData("tests[0].expect", "tests.items.expect")]
    [InlineData("tests[0].expect.conversation", "tests.items.expect.conversation")]
    public void The_other_forms_have_what_the_reader_asks_for(string place, string form)
    {
        var flow = JsonNode.Parse(Flow(Whole["note"]))!;
        Find(flow, place).AsObject()["undescribed"] = 1;
        Assert.Equal(Asked(flow.ToJsonString(), place).Order(StringComparer.Ordinal), PropertiesOf(FormOf(form)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ask", "options[0]", "options.items")]
    [InlineData("branch", "cases[0]", "cases.items")]
    [InlineData("set", "contact", "contact")]
    [InlineData("set", "conversation", "conversation")]
    public void What_stands_within_a_step_has_what_the_reader_asks_for(string type, string place, string form)
    {
        var step = JsonNode.Parse(Whole[type])!;
        Find(step, place).AsObject()["undescribed"] = 1;
        Assert.Equal(Asked(Flow(step.ToJsonString()), $"steps.a.{place}").Order(StringComparer.Ordinal), PropertiesOf(FormOf(form, Document["$defs"]![$"step.{type}"]!)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void What_the_reader_takes_is_valid_and_what_it_does_not_know_is_not(string type)
    {
        Assert.Empty(Playing.Mistakes(Flow(Whole[type])));
        Assert.Empty(Schema.Mistakes(Playing.Json(Flow(Whole[type]))));
        Assert.NotEmpty(Schema.Mistakes(Playing.Json(Flow(With(Whole[type])))));
        Assert.NotEmpty(Schema.Mistakes(Playing.Json(Flow(Whole[type].Replace($"\"type\":\"{type}\"", "\"type\":\"other\"", StringComparison.Ordinal)))));
    }

    [Fact]
    public void The_built_in_flows_are_valid() => Assert.All(BuiltInFlows.All, flow => Assert.Empty(Schema.Mistakes(flow.Json)));

    [Fact]
    public void The_example_of_a_simulation_is_valid()
    {
        var example = PPMessage.Flows.Simulation.SimulationOperations.Simulate().Bodies[0].Example!["definition"]!;
        Assert.Empty(Schema.Mistakes(JsonSerializer.SerializeToElement(example)));
        Assert.Empty(Playing.Mistakes(example.ToJsonString()));
    }

    [Fact]
    public async Task The_readmes_flow_is_valid_and_passes_its_own_case()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "..", "README.md"));
        var flow = readme[readme.IndexOf("{\"name\": \"How did we do?\"", StringComparison.Ordinal)..].Split("\n```")[0];
        Assert.Empty(Schema.Mistakes(Playing.Json(flow)));
        var (playing, read) = (new Playing(), new Playing().Read(flow));
        Assert.NotEmpty(read.Tests);
        foreach (var test in read.Tests) Assert.Empty(test.Expected.Failures(await PPMessage.Flows.Simulation.Simulator.PlayAsync(playing.SceneOf(read, test.Given), default)));
    }

    [Fact]
    public void It_is_of_the_draft_that_editors_know()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", (string?)Document["$schema"]);
        Assert.Equal("/api/flows/schema.json", (string?)Document["$id"]);
        Assert.All(FlowSchema.Steps.Values, shape => Assert.All(shape.Schema["properties"]!.AsObject(), property => Assert.NotNull(property.Value!["description"])));
    }

    private static string ThisFile([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    private static string Flow(string step) =>
        $$"""{"$schema":"/api/flows/schema.json","name":"n","trigger":{"on":"message.received","when":null},"start":"a","steps":{"a":{{step}}},"variables":{"q":1},"tests":[{"name":"t","given":{{Given}},"expect":{{Expect}}}]}""";

    private static string With(string step)
    {
        var json = JsonNode.Parse(step)!;
        json["undescribed"] = 1;
        return json.ToJsonString();
    }

    /// <summary>What the reader says that there may be.</summary>
    private static List<string> Asked(string flow, string place)
    {
        var json = JsonNode.Parse(flow)!;
        var mistakes = Playing.Mistakes(json.ToJsonString());
        var key = place.Length == 0 ? "undescribed" : $"{place}.undescribed";
        Assert.True(mistakes.ContainsKey(key), $"{key} is taken: {string.Join("; ", mistakes.Select(one => $"{one.Key} {one.Value[0]}"))}");
        return [.. mistakes[key][0].Split("it may be ")[1].Split(", ")];
    }

    private static JsonNode FormOf(string path, JsonNode? within = null)
    {
        var form = within ?? Document;
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries)) form = part == "items" ? form["items"]! : form["properties"]![part]!;
        return form;
    }

    private static IEnumerable<string> PropertiesOf(JsonNode form)
    {
        Assert.False((bool)form["additionalProperties"]!);
        return form["properties"]!.AsObject().Select(property => property.Key);
    }

    private static JsonNode Find(JsonNode json, string place)
    {
        foreach (var part in place.Replace("[", ".", StringComparison.Ordinal).Replace("]", string.Empty, StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
            json = int.TryParse(part, out var index) ? json[index]! : json[part]!;
        return json;
    }
}
