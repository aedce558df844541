using System.Text.Json;
using System.Text.Json.Nodes;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>One flow, the one that it calls, and what happens to it: all of it made of a seed.</summary>
/// <param name="Called">The sub-flow.</param>
/// <param name="Contact">Whom it is about, without addresses.</param>
/// <param name="Rule">How the workspace assigns.</param>
/// <param name="IntoWeek">When it begins.</param>
/// <param name="Past">What was before it; null: nothing.</param>
/// <param name="Message">What starts it; null: a person does.</param>
internal sealed record RandomCase(int Seed, JsonObject Called, JsonObject Flow, JsonObject Contact, string Rule, TimeSpan IntoWeek, Past? Past, string? Message, JsonArray Events)
{
    /// <summary>Stands in the flow for the id of the one that it calls, which has none yet.</summary>
    public const string CalledId = "fl_called";

    // Nobody answers that: only the first message starts the flow. One that comes while the run does not listen may start another run, of which a simulation knows nothing.
    private const string Opening = "begin 订单 1001";

    private static readonly string[] Replies =
    [
        "1", "2", "3", "１", "2。", "二", "Order", "人工", "what?", "你好，订单 1002", "order 77", "yes", "START", "HELP", "👍", "pro", "STOP", "退订", "1", "2",
    ];

    public static RandomCase Of(int seed, RandomWorld world)
    {
        var (dice, program) = (new Dice(seed), $"{world.Program.Origin}/{seed}");
        var values = new RandomValues(dice);
        var byMessage = dice.Falls(65);
        var called = RandomFlow.Of(dice, new RandomSteps(dice, world, program, null), $"called {seed}", ByHand(), "sub", 2 + dice.Below(5));
        var flow = RandomFlow.Of(dice, new RandomSteps(dice, world, program, CalledId), $"random {seed}", byMessage ? ByMessage() : ByHand(), "步", 5 + dice.Below(11));
        var (rule, into, past) = (dice.Of("all", "in_turn"), TimeSpan.FromMinutes(dice.Below(7 * 24 * 60)), PastOf(dice, world, values, byMessage));
        // Where nothing was said there is no conversation that an agent could answer.
        var events = EventsOf(dice, world, [.. CallsIn(flow), .. CallsIn(called)], withAgents: byMessage || past is not null);
        return new RandomCase(seed, called, flow, ContactOf(dice, values), rule, into, past, byMessage ? Opening : null, events);
    }

    /// <summary>As a simulation wants it.</summary>
    /// <param name="conversation">That there is; null: it opens.</param>
    public JsonElement Script(string contactId, JsonObject? conversation)
    {
        var script = new JsonObject { ["version"] = 1, ["contact"] = new JsonObject { ["id"] = contactId }, ["conversation"] = conversation, ["lastAgent"] = Past?.AnsweredBy?.Id, ["events"] = Events.DeepClone() };
        if (Message is not null) script["message"] = new JsonObject { ["text"] = Message };
        return JsonSerializer.SerializeToElement(script);
    }

    private static JsonObject ByHand() => new() { ["on"] = "api" };

    private static JsonObject ByMessage() =>
        new() { ["on"] = "message.received", ["channelKind"] = "sms", ["when"] = new JsonObject { ["field"] = "message.text", ["op"] = "eq", ["value"] = Opening } };

    private static IEnumerable<string> CallsIn(JsonObject flow) => flow["steps"]!.AsObject().Where(step => step.Value!["type"]!.GetValue<string>() == "http").Select(step => step.Key);

    // A flow that a person starts goes on in a resolved conversation, and the conversation of a script is never resolved at first.
    private static Past? PastOf(Dice dice, RandomWorld world, RandomValues values, bool byMessage) => dice.Below(byMessage ? 5 : 3) switch
    {
        0 => new Past(null, new JsonObject { ["tags"] = new JsonArray(values.Tag()) }),
        1 => new Past(null, dice.Of(new JsonObject { ["assignee"] = dice.Of(world.Agents).Id }, new JsonObject { ["team"] = dice.Of(world.Teams) })),
        3 => new Past(dice.Of(world.Agents), new JsonObject { ["status"] = "resolved" }),
        _ => null,
    };

    private static JsonObject ContactOf(Dice dice, RandomValues values)
    {
        var contact = new JsonObject { ["tags"] = dice.Falls(50) ? new JsonArray(values.Tag()) : new JsonArray(), ["attributes"] = dice.Falls(50) ? new JsonObject { ["plan"] = "pro" } : new JsonObject() };
        if (dice.Falls(60)) contact["name"] = dice.Of("李薇", "Mia");
        if (dice.Falls(50)) contact["timeZone"] = dice.Of("Asia/Shanghai", "Asia/Kolkata", "Pacific/Honolulu");
        return contact;
    }

    private static JsonArray EventsOf(Dice dice, RandomWorld world, IReadOnlyList<string> calls, bool withAgents)
    {
        var events = new JsonArray();
        for (var left = 1 + dice.Below(8); left > 0; left--) events.Add(EventOf(dice, world, withAgents));
        foreach (var step in calls)
            for (var left = dice.Below(4); left > 0; left--) events.Add(AnswerOf(dice, step));
        return events;
    }

    private static JsonObject EventOf(Dice dice, RandomWorld world, bool withAgents)
    {
        var happening = new JsonObject { ["after"] = dice.Of("PT0S", "PT1M", "PT5M", "PT10M", "PT30M", "PT1H", "PT3H") };
        var drawn = dice.Below(100);
        if (drawn < 60) happening["reply"] = dice.Of(Replies);
        else if (drawn < 85 && withAgents) happening["agent"] = dice.Of(world.Agents).Id;
        return happening;
    }

    // That a program gives no answer at all has other words in reality than in a simulation.
    private static JsonObject AnswerOf(Dice dice, string step) => new()
    {
        ["http"] = new JsonObject { ["status"] = dice.Of(200, 201, 404, 409, 429, 500, 500, 503), ["body"] = JsonNode.Parse(dice.Of("{\"state\":\"shipped\"}", "{\"state\":7,\"list\":[\"订单\",2]}", "[]", "{\"state\":null}")) },
        ["step"] = step,
    };
}

/// <summary>The contact has written once before, and no flow heard it.</summary>
/// <param name="AnsweredBy">Null: nobody.</param>
/// <param name="Change">What then became of the conversation.</param>
internal sealed record Past((string Id, HttpClient Client)? AnsweredBy, JsonObject Change);
