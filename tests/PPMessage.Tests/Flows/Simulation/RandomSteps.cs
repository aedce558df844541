using System.Text.Json.Nodes;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>Makes up steps: all kinds that the simulator plays. Each comes with its outcomes, and with those that need not be connected.</summary>
/// <param name="program">The URL of the program that answers this case's calls, up to the step's name.</param>
/// <param name="called">The flow that subflow steps call; null: there are none.</param>
internal sealed class RandomSteps(Dice dice, RandomWorld world, string program, string? called)
{
    private static readonly string[] Failing = ["failed"];
    private static readonly string[] Saying = ["failed", "suppressed"];

    private readonly RandomValues _values = new(dice);

    public (JsonObject Step, IReadOnlyList<string> Outcomes, IReadOnlyList<string> More) Any(string name, bool mayEnd)
    {
        var kinds = new List<(Func<(JsonObject, IReadOnlyList<string>, IReadOnlyList<string>)> Make, int Weight)>
        {
            (Ask, 20), (Send, 13), (Wait, 12), (Branch, 12), (Match, 8), (Set, 14), (Assign, 12), (Note, 4), (Resolve, 4), (Split, 6), (() => Http(name), 6),
        };
        if (mayEnd) kinds.Add((End, 3));
        if (called is not null) kinds.Add((Subflow, 7));
        return dice.Weighed(kinds)();
    }

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Send() => (Speech("send"), ["sent"], Saying);

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Ask()
    {
        var step = Speech("ask");
        if (dice.Falls(80)) step["into"] = _values.Variable();
        step["timeout"] = _values.Duration();
        if (dice.Falls(25)) return (step, ["answered", "timeout"], Saying);
        step["options"] = JsonNode.Parse(dice.Of(
            """[{"key":"1","outcome":"one","label":"Order"},{"key":"2","outcome":"two","words":["二","人工"]}]""",
            """[{"key":"1","outcome":"one"},{"key":"2","outcome":"two"},{"key":"3","outcome":"one","words":["三"]}]"""));
        if (dice.Falls(80)) step["attempts"] = dice.Of(1, 1, 2, 3);
        if (dice.Falls(40)) step["invalidText"] = _values.Text();
        return (step, ["one", "two", "timeout", "invalid"], Saying);
    }

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Wait()
    {
        var step = new JsonObject { ["type"] = "wait" };
        var (field, value) = dice.Weighed<(string, JsonNode)>([(("for", _values.Duration()), 8), (("until", _values.ClockTime()), 1), (("untilOpen", true), 1)]);
        step[field] = value;
        var unless = dice.Of<string[]>([], ["reply"], ["agent"], ["reply", "agent"]);
        if (unless.Length > 0) step["unless"] = new JsonArray([.. unless.Select(word => JsonValue.Create(word))]);
        return (step, ["elapsed", .. unless.Select(word => word == "reply" ? "replied" : word)], Failing);
    }

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Branch()
    {
        string[] outcomes = dice.Falls(60) ? ["yes"] : ["yes", "maybe"];
        var cases = outcomes.Select(outcome => new JsonObject { ["outcome"] = outcome, ["when"] = _values.Condition() });
        return (new JsonObject { ["type"] = "branch", ["cases"] = new JsonArray([.. cases]) }, [.. outcomes, "else"], Failing);
    }

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Match()
    {
        var step = new JsonObject { ["type"] = "match", ["pattern"] = _values.Pattern() };
        if (dice.Falls(30)) step["text"] = _values.Text();
        return (step, ["matched", "no_match"], Failing);
    }

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Set()
    {
        var (step, contact, conversation) = (new JsonObject { ["type"] = "set" }, new JsonObject(), new JsonObject());
        if (dice.Falls(50)) step["variables"] = new JsonObject { [_values.Variable()] = _values.Value() };
        if (dice.Falls(50)) contact["attributes"] = new JsonObject { [_values.Attribute()] = _values.Value(isAttribute: true) };
        if (dice.Falls(40)) contact[dice.Of("addTags", "addTags", "removeTags")] = new JsonArray(_values.Tag());
        if (dice.Falls(15)) contact["name"] = _values.Name();
        if (dice.Falls(40)) conversation[dice.Of("addTags", "addTags", "removeTags")] = new JsonArray(_values.Tag());
        if (contact.Count > 0) step["contact"] = contact;
        if (conversation.Count > 0 || step.Count == 1) step["conversation"] = conversation;
        return (step, ["done"], Failing);
    }

    // Whom a rule takes among several the simulator does not tell (it takes the first by id): in each of these ways there is one at most.
    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Assign()
    {
        var step = dice.Of<Func<JsonObject>>(
            () => new JsonObject { ["to"] = "all" },
            () => new JsonObject { ["to"] = "last_agent", ["must"] = dice.Of("be_on_duty", "be_ready") },
            () => new JsonObject { ["to"] = "agent", ["agentId"] = dice.Of(world.Agents).Id, ["must"] = dice.Of("be_on_duty", "be_ready", "exist") },
            () => new JsonObject { ["to"] = "team", ["teamId"] = dice.Of(world.Teams), ["method"] = dice.Of("in_turn", "random", "least_busy", "all") },
            () => new JsonObject { ["to"] = "team", ["teamId"] = dice.Of(world.Teams[0], world.Teams[2]), ["must"] = "be_on_duty" },
            () => new JsonObject { ["to"] = "rule" },
            () => new JsonObject { ["to"] = "rule", ["method"] = dice.Of("in_turn", "least_busy") })();
        step["type"] = "assign";
        return (step, step["to"]!.GetValue<string>() == "all" ? ["assigned"] : ["assigned", "nobody"], Failing);
    }

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Note() => (new JsonObject { ["type"] = "note", ["text"] = _values.Text() }, ["noted"], Failing);

    private static (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Resolve() => (new JsonObject { ["type"] = "resolve" }, ["resolved"], Failing);

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Split() =>
        (new JsonObject { ["type"] = "split", ["arms"] = new JsonObject { ["a"] = dice.Below(3), ["b"] = 1 + dice.Below(3) } }, ["a", "b"], Failing);

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Http(string name)
    {
        var step = new JsonObject { ["type"] = "http", ["url"] = $"{program}/{name}?q={{{{ vars.choice | url_encode }}}}", ["attempts"] = 1 + dice.Below(3) };
        if (dice.Falls(70)) step["into"] = new JsonObject { [_values.Variable()] = dice.Of("/state", "/list/0", "") };
        if (dice.Falls(30)) step["statusInto"] = _values.Variable();
        if (dice.Falls(30)) (step["method"], step["body"]) = ("POST", new JsonObject { ["text"] = "{{ message.text | json }}" });
        return (step, ["ok"], ["failed", "refused"]);
    }

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) Subflow()
    {
        var step = new JsonObject { ["type"] = "subflow", ["flowId"] = called };
        if (dice.Falls(60)) step["with"] = new JsonObject { [_values.Variable()] = _values.Value() };
        if (dice.Falls(60)) step["into"] = _values.Variable();
        return (step, ["returned"], Failing);
    }

    private (JsonObject, IReadOnlyList<string>, IReadOnlyList<string>) End()
    {
        var step = new JsonObject { ["type"] = "end" };
        if (dice.Falls(70)) step["value"] = _values.Value();
        return (step, [], []);
    }

    private JsonObject Speech(string type)
    {
        var step = new JsonObject { ["type"] = type, ["text"] = _values.Text() };
        if (dice.Falls(10)) step["channelKind"] = "sms";
        if (dice.Falls(15)) step["agentId"] = dice.Of(world.Agents).Id;
        return step;
    }
}
