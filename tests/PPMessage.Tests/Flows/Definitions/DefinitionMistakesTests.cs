using System.Text;
using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using Xunit;
using static PPMessage.Tests.Flows.Playing;

namespace PPMessage.Tests.Flows.Definitions;

/// <summary>Each mistake is told with its place, in words that say what to do.</summary>
public sealed class DefinitionMistakesTests
{
    private const string Ends = """{"type":"end"}""";

    [Theory]
    [InlineData("""{"type":"send","text":"hi","next":"nowhere"}""", "steps.a.next", "there is no step 'nowhere'")]
    [InlineData("""{"type":"assign","to":"rule","next":null,"on":{"nobody":"nowhere"}}""", "steps.a.on.nobody", "there is no step 'nowhere'")]
    [InlineData("""{"type":"assign","to":"rule","next":null}""", "steps.a.on.nobody", "is missing: say which step follows when 'a' is nobody, or null")]
    [InlineData("""{"type":"send","text":"hi"}""", "steps.a.on.sent", "is missing")]
    [InlineData("""{"type":"send","text":"hi","next":null,"on":{"sent":null}}""", "steps.a.on.sent", "is said twice")]
    [InlineData("""{"type":"send","text":"hi","next":null,"on":{"timeout":null}}""", "steps.a.on.timeout", "is no outcome of a step of the type send: it has sent, suppressed, failed")]
    [InlineData("""{"type":"send","text":"hi","next":1}""", "steps.a.next", "must be the name of a step, or null")]
    [InlineData("""{"type":"send","text":"hi","next":null,"on":[]}""", "steps.a.on", "must be an object")]
    [InlineData("""{"type":"end","next":null}""", "steps.a.next", "nothing follows a step that ends the flow")]
    [InlineData("""{"type":"speak","next":null}""", "steps.a.type", "'speak' is no type of step: it may be send, ask, wait")]
    [InlineData("""{"next":null}""", "steps.a.type", "is required")]
    [InlineData("5", "steps.a", "must be an object")]
    [InlineData("""{"type":"send","text":"hi","txt":"ho","next":null}""", "steps.a.txt", "is not known; it may be type,")]
    [InlineData("""{"type":"send","text":"{{ contact.name ","next":null}""", "steps.a.text", "Line 1")]
    [InlineData("""{"type":"send","text":"{{ customer.name }}","next":null}""", "steps.a.text", "customer")]
    [InlineData("""{"type":"send","text":"","next":null}""", "steps.a.text", "must not be empty")]
    [InlineData("""{"type":"send","text":5,"next":null}""", "steps.a.text", "must be a text")]
    [InlineData("""{"type":"send","next":null}""", "steps.a.text", "is required")]
    [InlineData("""{"type":"wait","next":null}""", "steps.a.for", "name one of: for")]
    [InlineData("""{"type":"wait","for":null,"next":null}""", "steps.a.for", "name one of: for")]
    [InlineData("""{"type":"wait","until":null,"next":null}""", "steps.a.for", "name one of: for")]
    [InlineData("""{"type":"wait","for":"PT1H","until":"09:00","next":null}""", "steps.a.for", "name one of: for")]
    [InlineData("""{"type":"wait","for":"P1M","next":null}""", "steps.a.for", "must be a duration from PT1S to P90D")]
    [InlineData("""{"type":"wait","for":"P91D","next":null}""", "steps.a.for", "must be a duration from PT1S to P90D")]
    [InlineData("""{"type":"wait","until":"9:00","next":null}""", "steps.a.until", "must be a time of the day such as 09:00")]
    [InlineData("""{"type":"wait","for":"PT1H","unless":["rain"],"next":null}""", "steps.a.unless", "'rain' can't be listened to")]
    [InlineData("""{"type":"assign","to":"agent","next":null,"on":{"nobody":null}}""", "steps.a.agentId", "is required")]
    [InlineData("""{"type":"assign","to":"all","teamId":"tm_1","next":null}""", "steps.a.teamId", "goes with to: team only")]
    [InlineData("""{"type":"assign","to":"all","method":"random","next":null}""", "steps.a.method", "goes with to: team and to: rule only")]
    [InlineData("""{"type":"set","next":null}""", "steps.a.variables", "name something to set")]
    [InlineData("""{"type":"set","variables":{"1x":1},"next":null}""", "steps.a.variables.1x", "not beginning with a digit")]
    [InlineData("""{"type":"set","contact":{"age":1},"next":null}""", "steps.a.contact.age", "is not known; it may be attributes, name, addTags, removeTags")]
    [InlineData("""{"type":"split","arms":{"x":1},"next":null}""", "steps.a.arms", "must be an object of 2 to 10 weights")]
    [InlineData("""{"type":"split","arms":{"x":0,"y":0},"next":null,"on":{"y":null}}""", "steps.a.arms", "need a weight above 0")]
    [InlineData("""{"type":"http","url":"ftp://example.cn","next":null}""", "steps.a.url", "must")]
    [InlineData("""{"type":"http","url":"https://example.cn","headers":{"Host":"x"},"next":null}""", "steps.a.headers.Host", "")]
    [InlineData("""{"type":"http","url":"https://example.cn","into":{"x":"state"},"next":null}""", "steps.a.into.x", "must be a JSON Pointer")]
    [InlineData("""{"type":"http","url":"https://example.cn","method":"HEAD","next":null}""", "steps.a.method", "must be one of: GET")]
    [InlineData("""{"type":"ask","text":"?","attempts":0,"next":null,"on":{"timeout":null}}""", "steps.a.attempts", "must be a whole number from 1 to 10")]
    [InlineData("""{"type":"ask","text":"?","options":[],"next":null,"on":{"timeout":null}}""", "steps.a.options", "must be a list of 1 to 20")]
    [InlineData("""{"type":"ask","text":"?","options":[{"key":"1","outcome":"timeout"}],"next":null,"on":{"timeout":null,"invalid":null}}""", "steps.a.options[0].outcome", "'timeout' is an outcome of its own")]
    [InlineData("""{"type":"ask","text":"?","options":[{"key":"1","outcome":"x","colour":1}],"next":null,"on":{"timeout":null,"invalid":null}}""", "steps.a.options[0].colour", "is not known")]
    public void A_step_that_is_wrong(string step, string place, string words) => AssertTold(FlowOf($$"""
        "a":{{step}}
        """), place, words);

    [Theory]
    [InlineData("""{"field":"contact.nmae","op":"eq","value":"x"}""", "steps.a.cases[0].when.field", "is not a known field")]
    [InlineData("""{"field":"vars.unset","op":"eq","value":"x"}""", "steps.a.cases[0].when.field", "is not a known field")]
    [InlineData("""{"field":"contact.attributes.age","op":"gt","value":"old"}""", "steps.a.cases[0].when.value", "must be a number")]
    [InlineData("""{"field":"contact.online","op":"eq","value":"yes"}""", "steps.a.cases[0].when.value", "must be true or false")]
    [InlineData("""{"all":[{"field":"contact.tags","op":"contains","value":"vip"},{"not":{"field":"now","op":"within","value":"soon"}}]}""", "steps.a.cases[0].when.all[1].not.value", "must be an ISO 8601 duration")]
    [InlineData("""{"all":[]}""", "steps.a.cases[0].when.all", "must not be empty")]
    public void A_condition_that_is_wrong(string when, string place, string words) => AssertTold(FlowOf($$"""
        "a":{"type":"branch","cases":[{"outcome":"x","when":{{when}} }],"next":null,"on":{"else":null} }
        """), place, words, Known(("age", AttributeType.Number)));

    [Theory]
    [InlineData("""{"name":"n","trigger":{"on":"api"},"start":"b","steps":{"a":{"type":"end"}}}""", "start", "there is no step 'b'")]
    [InlineData("""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{}}""", "steps", "must be an object of 1 to 200 steps")]
    [InlineData("""{"name":"n","trigger":{"on":"moon"},"start":"a","steps":{"a":{"type":"end"}}}""", "trigger.on", "'moon' starts nothing: it may be message.received")]
    [InlineData("""{"name":"n","trigger":{"on":"api","when":{"field":"x","op":"eq","value":1}},"start":"a","steps":{"a":{"type":"end"}}}""", "trigger.when.field", "is not a known field")]
    [InlineData("""{"name":"n","start":"a","steps":{"a":{"type":"end"}}}""", "trigger.on", "is required")]
    [InlineData("""{"trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"end"}}}""", "name", "is required")]
    [InlineData("""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"end"}},"color":1}""", "color", "is not known")]
    [InlineData("""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"end"}},"variables":{"a b":1}}""", "variables.a b", "letters (of any language)")]
    [InlineData("""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"end"},"b":{"type":"end"}}}""", "steps.b", "can't be reached")]
    [InlineData("""{"name":"n","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"end"},"b c":{"type":"end"}}}""", "steps.b c", "is no name for a step")]
    [InlineData("[]", "$", "must be a JSON object")]
    public void A_whole_that_is_wrong(string flow, string place, string words) => AssertTold(flow, place, words);

    [Theory]
    [InlineData("(", "at offset 1: a bracket '(' is not closed")]
    [InlineData("a)", "a bracket ')' closes nothing")]
    [InlineData("[a", "at offset 2: a bracket '[' is not closed")]
    [InlineData("订单*+?+", "what is repeated is repeated again")]
    [InlineData("*a", "what is to be repeated is missing")]
    [InlineData("[z-a]", "a range of characters goes backwards")]
    [InlineData("x{3,1}", "a number of repetitions goes backwards")]
    [InlineData("a\\", "a backslash stands at the end")]
    [InlineData("\\p{Nope}", "there is no such class of characters")]
    [InlineData("a(?=x)", "at offset 1: a look-ahead '(?=' can't be used here. Look-around, back references")]
    [InlineData("a(?!x)", "at offset 1: a look-ahead '(?!' can't be used")]
    [InlineData("[(?=](?<=x)", "at offset 5: a look-behind '(?<=' can't be used")]
    [InlineData("[](?=x](?<!x)", "at offset 7: a look-behind '(?<!' can't be used")]
    [InlineData("\\((a)\\1", "at offset 5: a back reference '\\1' can't be used")]
    [InlineData("(?<n>a)\\k<n>", "at offset 7: a back reference '\\k' can't be used")]
    [InlineData("(?>a)", "at offset 0: an atomic group '(?>' can't be used")]
    [InlineData("(a)?(?(1)b|c)", "at offset 4: a condition '(?(' can't be used")]
    [InlineData("(?:(?:x{1000}){1000}){1000}", "would be too large")]
    public void An_expression_that_is_wrong_is_told_in_words_of_ours_with_its_place(string pattern, string words)
    {
        var flow = FlowOf($$"""
            "a":{"type":"match","pattern":{{JsonSerializer.Serialize(pattern)}},"next":null,"on":{"no_match":null} }
            """);
        AssertTold(flow, "steps.a.pattern", words);
        Assert.DoesNotContain("NonBacktracking", Mistakes(flow)["steps.a.pattern"][0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_that_never_rests_is_told_with_its_way()
    {
        AssertTold(FlowOf($$"""
            "a":{"type":"send","text":"1","next":"b"},"b":{"type":"note","text":"2","next":"c"},"c":{"type":"branch","cases":[{"outcome":"x","when":{"field":"agents.ready","op":"gt","value":0} }],"next":"b","on":{"else":"d"} },"d":{{Ends}}
            """), "steps.b", "goes round without ever waiting: b → c → b");
        Assert.Empty(Mistakes(FlowOf("""
            "a":{"type":"send","text":"1","next":"b"},"b":{"type":"wait","for":"PT1H","next":"a"}
            """)));
    }

    [Fact]
    public void A_loop_of_calls_alone_never_rests_either() => AssertTold(FlowOf("""
        "a":{"type":"http","url":"https://example.cn","next":"a"}
        """), "steps.a", "goes round without ever waiting: a → a");

    [Fact]
    public void An_answer_means_one_option_however_it_is_typed()
    {
        AssertTold(FlowOf("""
            "a":{"type":"ask","text":"?","options":[{"key":"1","outcome":"x"},{"key":"１","outcome":"y"}],"on":{"x":null,"y":null,"timeout":null,"invalid":null}}
            """), "steps.a.options", "has '1' twice: an answer must mean one option");
        AssertTold(FlowOf("""
            "a":{"type":"ask","text":"?","options":[{"key":"1","label":"Ja","outcome":"x"},{"key":"2","words":["ja."],"outcome":"y"}],"on":{"x":null,"y":null,"timeout":null,"invalid":null}}
            """), "steps.a.options", "twice");
    }

    [Fact]
    public void All_mistakes_are_told_at_once() => Assert.Equal(
        ["colour", "name", "steps.a.on.timeout", "steps.a.text"],
        Mistakes("""{"name":"","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"ask","text":"{{","next":null}},"colour":1}""").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Names_are_of_any_language() => Assert.Empty(Mistakes("""
        {"name":"订单","trigger":{"on":"api"},"start":"问","steps":{"问":{"type":"ask","text":"?","into":"编号","options":[{"key":"一","outcome":"是"}],"on":{"是":"结束","timeout":null,"invalid":null}},
        "结束":{"type":"branch","cases":[{"outcome":"大","when":{"field":"vars.编号","op":"eq","value":"一"}}],"on":{"大":null,"else":null}}},"variables":{"地区":"上海"}}
        """));

    [Fact]
    public void Two_hundred_steps_are_read_and_one_more_is_not()
    {
        Assert.Empty(Mistakes(Chain(200)));
        AssertTold(Chain(201), "steps", "must be an object of 1 to 200 steps");
    }

    [Fact]
    public void The_largest_definition_is_read_within_a_moment()
    {
        var text = new string('请', 1200);
        var flow = FlowOf(string.Join(',', Enumerable.Range(0, 70).Select(i => $$"""
            "{{(i == 0 ? "a" : $"s{i}")}}":{"type":"send","text":"{{text}}","next":{{(i == 69 ? "null" : $"\"s{i + 1}\"")}}}
            """)));
        Assert.InRange(Encoding.UTF8.GetByteCount(flow), 240 * 1024, DefinitionReader.LargestBytes);
        Assert.Empty(Mistakes(flow));
    }

    [Fact]
    public void Steps_that_wait_may_stand_in_a_ring_of_two_hundred() => Assert.Empty(Mistakes(Chain(200, last: "\"a\"", waits: true)));

    [Fact]
    public void A_text_that_is_none_is_a_mistake_and_no_failure()
    {
        AssertTold(FlowOf("""
            "a":{"type":"send","text":"\ud800","next":null}
            """), "steps.a.text", "must be a text");
        AssertTold(FlowOf("""
            "a":{"type":"set","variables":{"x":"\ud800"},"next":null}
            """), "steps.a.variables.x", "must be a text");
        AssertTold(FlowOf("""
            "a":{"type":"end","value":[{"x":"\ud800"}]}
            """), "steps.a.value", "has a text in it that is none");
        AssertTold(FlowOf("""
            "a":{"type":"end"}
            """, """
            "variables":{"x":["\ud800"]}
            """), "variables.x", "has a text in it that is none");
    }

    [Fact]
    public void The_schemas_url_may_stand_in_it() => Assert.Empty(Mistakes(FlowOf($"\"a\":{Ends}", "\"$schema\":\"https://example.cn/api/flows/schema.json\"")));

    [Fact]
    public void What_it_says_is_kept_when_the_request_is_gone()
    {
        using var document = JsonDocument.Parse(FlowOf("""
            "a":{"type":"end","value":{"x":[1]}}
            """, """
            "variables":{"x":{"y":1}},"tests":[{"name":"t","given":{"variables":{"x":2}},"expect":{"variables":{"x":2}}}]
            """));
        var flow = FlowLibrary.Read(document.RootElement, KnownAttributes.None, out _)!;
        document.Dispose();
        Assert.Equal("""{"y":1}""", flow.Variables["x"].GetRawText());
        Assert.Equal("2", flow.Tests[0].Given.Variables["x"].GetRawText());
    }

    private static string Chain(int steps, string last = "null", bool waits = false) => FlowOf(string.Join(',', Enumerable.Range(0, steps).Select(i => $$"""
        "{{(i == 0 ? "a" : $"s{i}")}}":{ {{(waits ? "\"type\":\"wait\",\"for\":\"PT1H\"" : "\"type\":\"note\",\"text\":\"x\"")}},"next":{{(i == steps - 1 ? last : $"\"s{i + 1}\"")}}}
        """)));

    private static void AssertTold(string flow, string place, string words, KnownAttributes? known = null)
    {
        var mistakes = Mistakes(flow, known);
        Assert.True(mistakes.TryGetValue(place, out var told), $"Nothing is told of {place}: {string.Join("; ", mistakes.Select(one => $"{one.Key} {one.Value[0]}"))}");
        Assert.Contains(words, told[0], StringComparison.Ordinal);
    }
}
