using System.Text.Json.Nodes;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>Texts, conditions and times of random flows. Few of each, so that they meet.</summary>
internal sealed class RandomValues(Dice dice)
{
    private static readonly string[] Variables = ["choice", "答案", "num", "n"];
    private static readonly string[] Attributes = ["plan", "等级", "score", "topics"];
    private static readonly string[] Tags = ["vip", "老客户", "new"];

    private static readonly string[] Texts =
    [
        "Hello {{ contact.name }}", "您好，{{ contact.attributes.plan | default: '无' }}！", "{{ conversation.messageCount }} messages", "You wrote {{ message.text }}",
        "{{ vars.choice }} {{ vars.答案 }} {{ vars.num }}", "{% if vars.choice == '1' %}one{% else %}other{% endif %}", "{{ contact.tags | join: ',' }}|{{ conversation.tags | join: ',' }}",
        "{{ conversation.assignee.name }} of {{ agents.ready }}", "{{ hours.open }} {{ now | date: 'yyyy-MM-dd HH:mm' }}", "{{ conversation.status }} {{ contact.attributes.score }} {{ vars.n }}",
        "{{ message.receivedAt | date: 'HH:mm' }} {{ flow.name }}",
        // Empty, as long as nothing is in it: what says it fails then.
        "{{ vars.num }}",
    ];

    private static readonly string[] Values = ["1", "pro", "{{ vars.choice }}", "{{ message.text }}", "{{ vars.n | plus: 1 }}", "a, {{ vars.答案 }}", "{{ conversation.messageCount }}", "12.5"];

    private static readonly string[] Conditions =
    [
        """{"field":"contact.tags","op":"contains","value":"vip"}""", """{"field":"contact.attributes.plan","op":"eq","value":"pro"}""", """{"field":"contact.attributes.score","op":"gt","value":2}""",
        """{"field":"contact.attributes.topics","op":"contains_any","value":["a","2"]}""", """{"field":"contact.attributes.等级","op":"exists"}""", """{"field":"contact.name","op":"starts_with","value":"李"}""",
        """{"field":"conversation.isNew","op":"eq","value":true}""", """{"field":"conversation.isAssigned","op":"eq","value":true}""", """{"field":"conversation.messageCount","op":"gte","value":4}""",
        """{"field":"conversation.tags","op":"contains","value":"老客户"}""", """{"field":"conversation.status","op":"eq","value":"resolved"}""", """{"field":"conversation.team","op":"exists"}""",
        """{"field":"conversation.lastAgent","op":"exists"}""", """{"field":"message.text","op":"contains","value":"订单"}""", """{"field":"message.text","op":"in","value":["1","2","what?"]}""",
        """{"field":"message.hasFiles","op":"eq","value":false}""", """{"field":"vars.choice","op":"eq","value":"1"}""", """{"field":"vars.答案","op":"exists"}""", """{"field":"vars.num","op":"gt","value":1000}""",
        """{"field":"vars.n","op":"ne","value":"1"}""", """{"field":"agents.ready","op":"gte","value":1}""", """{"field":"hours.open","op":"eq","value":true}""",
        """{"field":"contact.firstSeenAt","op":"within","value":"PT1H"}""", """{"field":"contact.timeZone","op":"eq","value":"Asia/Shanghai"}""",
    ];

    public string Variable() => dice.Of(Variables);

    public string Attribute() => dice.Of(Attributes);

    public string Tag() => dice.Of(Tags);

    public string Text() => $"{(dice.Falls(60) ? $"{dice.Below(100)} " : string.Empty)}{dice.Of(Texts)}";

    /// <summary>A text with Liquid in it, or another value. Attributes hold no objects.</summary>
    public JsonNode? Value(bool isAttribute = false) =>
        dice.Falls(75) ? dice.Of(Values) : JsonNode.Parse(dice.Of("7", "true", "null", "[\"a\",\"b\"]", isAttribute ? "1.50" : "{\"k\":1.50}", "\"\""));

    public string Name() => dice.Of("李薇", "{{ contact.name }}!", "{{ vars.choice }}", "Mia {{ vars.n }}");

    /// <summary>How long something is waited for.</summary>
    public string Duration() => dice.Weighed([("PT1M", 2), ("PT5M", 3), ("PT10M", 3), ("PT30M", 3), ("PT1H", 3), ("PT2H", 2), ("P1D", 1), ("P8D", 1)]);

    public string ClockTime() => dice.Of("09:00", "12:30", "18:00", "23:59");

    public string Pattern() => dice.Of(@"(?<num>\d{2,})", @"^(?<答案>\p{L}+)", "订单|order", @"(?<choice>[123１２３])", "^what");

    public JsonNode Condition(int depth = 0)
    {
        if (depth > 1 || dice.Falls(70)) return JsonNode.Parse(dice.Of(Conditions))!;
        return dice.Falls(30)
            ? new JsonObject { ["not"] = Condition(depth + 1) }
            : new JsonObject { [dice.Of("all", "any")] = new JsonArray(Condition(depth + 1), Condition(depth + 1)) };
    }
}
