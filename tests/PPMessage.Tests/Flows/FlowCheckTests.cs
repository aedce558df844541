using System.Text.Json;
using PPMessage.Flows;
using PPMessage.Tests.Workspaces;
using Xunit;
using static PPMessage.Tests.Flows.Playing;

namespace PPMessage.Tests.Flows;

/// <summary>What can be read and yet never works is a mistake; what works only where others help is a warning.</summary>
public sealed class FlowCheckTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Theory]
    [InlineData("{{ contact.nope }}", "Line 1: There is no 'contact.nope'. 'contact' has attributes, emails, externalId")]
    [InlineData("您好\\n{% if contact.fullName == 'x' %}!{% endif %}", "Line 2: There is no 'contact.fullName'.")]
    [InlineData("{{ contact['nope'] }}", "There is no 'contact.nope'.")]
    [InlineData("{{ contact.name.first_name }}", "There is no 'contact.name.first_name': 'contact.name' is a value of its own.")]
    [InlineData("{{ conversation.assignee.mail }}", "There is no 'conversation.assignee.mail'. 'conversation.assignee' has id, name.")]
    [InlineData("{{ message.body }}", "There is no 'message.body'. 'message' has channelKind, hasFiles")]
    [InlineData("{{ contact.phones.main }}", "There is no 'contact.phones.main'")]
    [InlineData("{{ now.year }}", "There is no 'now.year'")]
    [InlineData("{% for tag in contact.labels %}{{ tag }}{% endfor %}x", "There is no 'contact.labels'")]
    [InlineData("{{ contact.name | append: hours.close }}", "There is no 'hours.close'")]
    [InlineData("{{ vars[flow.key] }}", "There is no 'flow.key'")]
    public async Task A_text_that_names_what_no_object_has_is_a_mistake(string text, string words) =>
        Assert.Contains(words, MistakeAt(await CheckAsync(Sending(text)), "steps.a.text"), StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ contact.name }} {{ contact.phones[0] }} {{ contact.tags.size }} {{ contact.emails.first }} {{ contact['locale'] }} {{ contact.name.size }}")]
    [InlineData("{{ contact.attributes.plan }} {{ contact.attributes['套餐 2'].name }} {{ vars.known.deep[0].x }} {{ contact[vars.known] }}")]
    [InlineData("{% assign c = contact %}{{ c.anything }}{% for tag in contact.tags %}{{ tag.what }} {{ forloop.index }}{% endfor %}{% capture t %}x{% endcapture %}{{ t.y }}")]
    [InlineData("{% assign contact = vars.known %}{{ contact.anything }}")]
    [InlineData("{% for contact in vars.known %}{{ contact.anything }}{% endfor %}")]
    [InlineData("{{ now | date: '%H' }} {{ hours.nextOpening }} {{ agents.ready }} {{ flow.version }} {{ conversation.assignee.name }}")]
    [InlineData("{% raw %}{{ contact.nope }}{% endraw %}{% comment %}{{ contact.nope }}{% endcomment %}")]
    public async Task What_may_be_there_is_none(string text)
    {
        var told = await CheckAsync(Sending(text, "\"variables\":{\"known\":1}"));
        Assert.Equal(("{}", "{}"), (told.GetProperty("mistakes").GetRawText(), told.GetProperty("warnings").GetRawText()));
    }

    [Theory]
    [InlineData("""{"type":"set","contact":{"attributes":{"x":"{{ contact.nope }}"}},"next":null}""", "steps.a.contact.attributes.x")]
    [InlineData("""{"type":"set","contact":{"addTags":["{{ contact.nope }}"]},"next":null}""", "steps.a.contact.addTags[0]")]
    [InlineData("""{"type":"http","url":"https://example.cn/{{ contact.nope }}","next":null}""", "steps.a.url")]
    [InlineData("""{"type":"http","url":"https://example.cn","body":{"x":"{{ contact.nope }}"},"next":null}""", "steps.a.body")]
    [InlineData("""{"type":"http","url":"https://example.cn","headers":{"X-A":"{{ contact.nope }}"},"next":null}""", "steps.a.headers.X-A")]
    [InlineData("""{"type":"note","text":"{{ contact.nope }}","next":null}""", "steps.a.text")]
    [InlineData("""{"type":"end","value":"{{ contact.nope }}"}""", "steps.a.value")]
    [InlineData("""{"type":"match","text":"{{ contact.nope }}","pattern":"x","next":null,"on":{"no_match":null}}""", "steps.a.text")]
    public async Task Every_text_of_a_step_is_looked_at(string step, string place) =>
        Assert.Contains("There is no 'contact.nope'", MistakeAt(await CheckAsync(FlowOf($"\"a\":{step}")), place), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"send","text":" \n\t ","next":null}""", "steps.a.text")]
    [InlineData("""{"type":"ask","text":"　","next":null,"on":{"timeout":null}}""", "steps.a.text")]
    [InlineData("""{"type":"ask","text":"?","invalidText":" ","options":[{"key":"1","outcome":"x"}],"on":{"x":null,"timeout":null,"invalid":null}}""", "steps.a.invalidText")]
    [InlineData("""{"type":"note","text":" ","next":null}""", "steps.a.text")]
    public async Task A_text_of_nothing_but_blanks_is_a_mistake(string step, string place) =>
        Assert.Contains("nothing but blanks", MistakeAt(await CheckAsync(FlowOf($"\"a\":{step}")), place), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"key":"T","outcome":"x"}""", "api", null, true)]
    [InlineData("""{"key":"1","words":["no","退订"],"outcome":"x"}""", "api", null, true)]
    [InlineData("""{"key":"cancel","outcome":"x"}""", "message.received", "sms", true)]
    [InlineData("""{"key":"cancel","outcome":"x"}""", "message.received", "email", false)]
    [InlineData("""{"key":"Y","words":["yes","help"],"outcome":"x"}""", "api", null, false)]
    public async Task An_option_by_which_a_phone_unsubscribes_is_a_mistake(string option, string on, string? kind, bool isMistake)
    {
        var told = await CheckAsync("""
            {"name":"n","trigger":{"on":"TRIGGER","channelKind":KIND},"start":"a","steps":{"a":{"type":"ask","text":"?","options":[OPTION],"on":{"x":null,"timeout":null,"invalid":null}}}}
            """.Replace("TRIGGER", on, StringComparison.Ordinal).Replace("KIND", kind is null ? "null" : $"\"{kind}\"", StringComparison.Ordinal).Replace("OPTION", option, StringComparison.Ordinal));
        if (!isMistake) Assert.Equal("{}", told.GetProperty("mistakes").GetRawText());
        else Assert.Contains("unsubscribes", MistakeAt(told, "steps.a.options[0]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_whose_label_unsubscribes_is_a_warning()
    {
        var told = await CheckAsync(FlowOf("\"a\":{\"type\":\"ask\",\"text\":\"?\",\"options\":[{\"key\":\"3\",\"label\":\"Cancel\",\"outcome\":\"x\"}],\"on\":{\"x\":null,\"timeout\":null,\"invalid\":null}}"));
        Assert.Equal("{}", told.GetProperty("mistakes").GetRawText());
        Assert.Contains("'Cancel' unsubscribes", told.GetProperty("warnings").GetProperty("steps.a.options[0].label")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"send","text":"x","channelKind":"sms","subject":"x","next":null}""", "steps.a.subject", "an SMS has none")]
    [InlineData("""{"type":"ask","text":"x","channelKind":"sms","subject":"{{ contact.name }}","next":null,"on":{"timeout":null}}""", "steps.a.subject", "an SMS has none")]
    [InlineData("""{"type":"send","text":"LONG","channelKind":"sms","next":null}""", "steps.a.text", "has 1601 characters; an SMS takes at most 1600")]
    [InlineData("""{"type":"ask","text":"?","invalidText":"LONG","channelKind":"sms","options":[{"key":"1","outcome":"x"}],"on":{"x":null,"timeout":null,"invalid":null}}""", "steps.a.invalidText", "has 1601 characters")]
    [InlineData("""{"type":"set","contact":{"name":" "},"next":null}""", "steps.a.contact.name", "must not be empty")]
    [InlineData("""{"type":"set","contact":{"name":"\u3000\u3000"},"next":null}""", "steps.a.contact.name", "must not be empty")]
    [InlineData("""{"type":"send","text":"\u200b\ufeff\u0001","next":null}""", "steps.a.text", "nothing but blanks")]
    public async Task What_no_channel_and_no_contact_ever_takes_is_a_mistake(string step, string place, string words) =>
        Assert.Contains(words, MistakeAt(await CheckAsync(FlowOf($"\"a\":{Long(step, 1601)}")), place), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"send","text":"LONG","next":null}""", true)]
    [InlineData("""{"type":"send","text":"LONG","channelKind":"email","next":null}""", false)]
    [InlineData("""{"type":"note","text":"LONG","next":null}""", false)]
    [InlineData("""{"type":"send","text":"LONG{{ contact.name }}","next":null}""", false)]
    public async Task A_step_says_it_by_the_kind_of_channel_by_which_the_flow_is_started_unless_it_names_another(string step, bool isMistake)
    {
        var flow = Triggered("message.received", $"\"a\":{Long(step, 1601)}");
        Assert.Equal("{}", (await CheckAsync(flow)).GetProperty("mistakes").GetRawText());
        var bySms = await CheckAsync(flow.Replace("\"message.received\"", "\"message.received\",\"channelKind\":\"sms\"", StringComparison.Ordinal));
        Assert.Equal(isMistake, bySms.GetProperty("mistakes").TryGetProperty("steps.a.text", out _));
    }

    [Theory]
    [InlineData("""{"type":"send","text":"LONG","channelKind":"sms","next":null}""")]
    [InlineData("""{"type":"send","text":"x","channelKind":"email","subject":"x","next":null}""")]
    [InlineData("""{"type":"send","text":"x","subject":"x","next":null}""")]
    [InlineData("""{"type":"set","contact":{"name":"{{ contact.attributes.nick }}"},"next":null}""")]
    [InlineData("""{"type":"http","url":"http://127.0.0.1:9/x","next":null}""")]
    public async Task What_may_work_is_none(string step) => Assert.Equal("{}", (await CheckAsync(FlowOf($"\"a\":{Long(step, 1600)}"))).GetProperty("mistakes").GetRawText());

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("http://127.0.0.1:9/x")]
    [InlineData(" https://localhost ")]
    public async Task A_call_of_this_machine_never_works_where_the_Internet_knows_the_app(string url)
    {
        var flow = FlowOf($$"""
            "a":{"type":"http","url":"{{url}}","next":null}
            """);
        await using var workspace = await Workspace.StartAsync(settings: new Dictionary<string, string?> { ["PPMessage:PublicBaseUrl"] = "https://hub.example.com" });
        Assert.StartsWith("must", MistakeAt(await CheckAsync(flow, workspace), "steps.a.url"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_nothing_here_sets_may_come_from_outside_and_is_a_warning()
    {
        var told = await CheckAsync(Sending("{{ vars.colour }} {{ vars.size }}", """
            "variables":{"size":1}
            """));
        Assert.Equal("{}", told.GetProperty("mistakes").GetRawText());
        var warning = Assert.Single(told.GetProperty("warnings").EnumerateObject());
        Assert.Equal("steps.a.text", warning.Name);
        Assert.Contains("vars.colour", warning.Value[0].GetString(), StringComparison.Ordinal);
        foreach (var set in new[] { "\"variables\":{\"colour\":\"\"}", """
            "tests":[{"name":"t","given":{"variables":{"colour":"red","size":1}},"expect":{}}],"variables":{"size":1}
            """ }) Assert.DoesNotContain("colour", (await CheckAsync(Sending("{{ vars.colour }}", set))).GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"set","variables":{"x":1},"next":"b"}""")]
    [InlineData("""{"type":"ask","text":"?","into":"x","next":"b","on":{"timeout":null}}""")]
    [InlineData("""{"type":"match","text":"1","pattern":"(?<x>\\d)","next":"b","on":{"no_match":null}}""")]
    [InlineData("""{"type":"http","url":"https://example.cn","into":{"x":"/x"},"next":"b"}""")]
    [InlineData("""{"type":"http","url":"https://example.cn","statusInto":"x","next":"b"}""")]
    public async Task A_variable_that_any_step_sets_is_known(string step) =>
        Assert.Equal("{}", (await CheckAsync(FlowOf($$$"""
            "a":{{{step}}},"b":{"type":"send","text":"{{ vars.x }}","next":null}
            """))).GetProperty("warnings").GetRawText());

    [Theory]
    [InlineData("""{"type":"send","text":"{{ message.text }}","next":null}""", "steps.a.text")]
    [InlineData("""{"type":"branch","cases":[{"outcome":"x","when":{"field":"message.text","op":"contains","value":"x"}}],"next":null,"on":{"else":null}}""", "steps.a.cases[0].when")]
    [InlineData("""{"type":"match","pattern":"x","next":null,"on":{"no_match":null}}""", "steps.a.text")]
    public async Task A_message_that_nobody_has_written_yet_is_a_warning(string step, string place)
    {
        foreach (var trigger in new[] { "api", "contact.created", "conversation.opened", "schedule" })
        {
            var told = await CheckAsync(Triggered(trigger, $"\"a\":{step}"));
            Assert.Equal("{}", told.GetProperty("mistakes").GetRawText());
            Assert.Contains("message", told.GetProperty("warnings").GetProperty(place)[0].GetString(), StringComparison.Ordinal);
        }

        Assert.Equal("{}", (await CheckAsync(Triggered("message.received", $"\"a\":{step}"))).GetProperty("warnings").GetRawText());
    }

    [Theory]
    [InlineData("""{"type":"ask","text":"?","next":"b","on":{"timeout":null}}""", true)]
    [InlineData("""{"type":"ask","text":"?","next":null,"on":{"timeout":"b"}}""", false)]
    [InlineData("""{"type":"ask","text":"?","options":[{"key":"1","outcome":"x"}],"on":{"x":null,"timeout":"b","invalid":null}}""", true)]
    [InlineData("""{"type":"ask","text":"?","next":null,"on":{"timeout":null,"suppressed":"b"}}""", false)]
    [InlineData("""{"type":"wait","for":"PT1H","unless":["reply"],"next":null,"on":{"replied":"b"}}""", true)]
    [InlineData("""{"type":"wait","for":"PT1H","unless":["reply"],"next":"b","on":{"replied":null}}""", false)]
    [InlineData("""{"type":"wait","for":"PT1H","next":"b"}""", false)]
    public async Task What_was_answered_may_be_looked_at(string step, bool heard)
    {
        var warnings = (await CheckAsync(FlowOf($$$"""
            "a":{{{step}}},"b":{"type":"send","text":"{{ message.text }}","next":null}
            """))).GetProperty("warnings");
        Assert.Equal(!heard, warnings.TryGetProperty("steps.b.text", out _));
    }

    [Fact]
    public async Task A_flow_that_asks_before_it_comes_round_again_hears_what_was_said() => Assert.Equal("{}", (await CheckAsync(FlowOf("""
        "a":{"type":"note","text":"x","next":"b"},"b":{"type":"ask","text":"?","next":"c","on":{"timeout":null}},"c":{"type":"note","text":"{{ message.text }}","next":"d"},
        "d":{"type":"branch","cases":[{"outcome":"x","when":{"field":"message.text","op":"exists"}}],"next":"a","on":{"else":null}}
        """))).GetProperty("warnings").GetRawText());

    [Fact]
    public async Task What_a_trigger_asks_of_a_message_that_does_not_start_it_is_a_warning() => Assert.True((await CheckAsync("""
        {"name":"n","trigger":{"on":"contact.created","when":{"field":"message.text","op":"exists"}},"start":"a","steps":{"a":{"type":"end"}}}
        """)).GetProperty("warnings").TryGetProperty("trigger.when", out _));

    [Fact]
    public async Task The_draft_and_what_is_made_tell_the_same_and_a_mistake_keeps_it_back_while_a_warning_does_not()
    {
        var made = await Workspace.CallAsync("POST", "/api/flows", new { definition = Defined.Of(Sending("{{ vars.colour }}")) });
        Assert.True(made.Json.GetProperty("warnings").TryGetProperty("steps.a.text", out _));
        Assert.True((await Workspace.GetAsync($"/api/flows/{made.Id}/draft")).GetProperty("warnings").TryGetProperty("steps.a.text", out _));
        Assert.Equal(200, (await Workspace.PublishDraftAsync(made.Id)).Status);
        var saved = await Workspace.DraftAsync(made.Id, Defined.Of(Sending("{{ contact.nope }}")));
        Assert.True(saved.Json.GetProperty("mistakes").TryGetProperty("steps.a.text", out _));
        var refused = await Workspace.PublishDraftAsync(made.Id);
        Assert.Equal(400, refused.Status);
        Assert.Contains("contact.nope", refused.Json.GetProperty("errors").GetProperty("steps.a.text")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_published_already_is_run_and_published_again_whatever_would_keep_a_draft_back()
    {
        var odd = Defined.Of(Sending("{{ contact.nope }} "));
        Assert.Empty(Mistakes(odd.GetRawText()));
        var id = await Workspace.PublishedAsync(Defined.Waiting("以前"));
        // As a version of the program published it that knew less.
        var store = new FlowStore(Workspace.Store);
        Assert.Equal(2, await store.AddVersionAsync(id, 2, new FlowText(odd, Workspace.Time.GetUtcNow(), "test", null), default));
        var stored = (await store.FindAsync(id, default))!;
        Assert.True(await store.ReplaceAsync(stored, stored.Flow with { LastVersion = 2 }, [], default));
        var back = await Workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version = 2 });
        Assert.Equal((200, "试"), (back.Status, back.Text("name")));
    }

    [Fact]
    public async Task The_demos_menu_has_neither()
    {
        using var resource = typeof(PPMessage.Local.Launcher).Assembly.GetManifestResourceStream("demo.menu.json")!;
        using var reader = new StreamReader(resource);
        var told = await CheckAsync((await reader.ReadToEndAsync()).Replace("ORDERS", "https://example.cn", StringComparison.Ordinal));
        Assert.Equal(("{}", "{}"), (told.GetProperty("mistakes").GetRawText(), told.GetProperty("warnings").GetRawText()));
    }

    [Fact]
    public async Task Built_in_flows_have_neither()
    {
        foreach (var flow in PPMessage.Flows.BuiltIn.BuiltInFlows.All)
        {
            var told = await CheckAsync(flow.Json.GetRawText());
            Assert.Equal(("{}", "{}"), (told.GetProperty("mistakes").GetRawText(), told.GetProperty("warnings").GetRawText()));
        }
    }

    private static string Sending(string text, string more = "") => FlowOf($$"""
        "a":{"type":"send","text":"{{text}}","next":null}
        """, more);

    private static string Triggered(string on, string steps) => $$"""{"name":"试","trigger":{"on":"{{on}}"},"start":"a","steps":{ {{steps}} } }""";

    private static string MistakeAt(JsonElement told, string place) =>
        told.GetProperty("mistakes").TryGetProperty(place, out var words) ? words[0].GetString()! : $"Nothing is told of {place}: {told.GetRawText()}";

    private static string Long(string step, int length) => step.Replace("LONG", new string('长', length), StringComparison.Ordinal);

    private async Task<JsonElement> CheckAsync(string definition, Workspace? workspace = null)
    {
        workspace ??= Workspace;
        var id = await workspace.FlowAsync(Defined.Waiting());
        var told = await workspace.CallAsync("POST", $"/api/flows/{id}/validate", new { definition = Defined.Of(definition) });
        Assert.Equal(200, told.Status);
        Assert.Equal(204, (await workspace.CallAsync("DELETE", $"/api/flows/{id}")).Status);
        return told.Json;
    }
}
