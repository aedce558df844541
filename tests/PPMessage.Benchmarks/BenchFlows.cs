namespace PPMessage.Benchmarks;

/// <summary>What is measured.</summary>
internal static class BenchFlows
{
    /// <summary>Steps of <see cref="Long"/>.</summary>
    public const int LongSteps = 20;

    /// <summary>A condition on the contact, and an automatic answer.</summary>
    public const string Answer = """
        {"name":"Answer","trigger":{"on":"message.received","channelKind":"sms"},"start":"plan","steps":{
          "plan":{"type":"branch","cases":[{"outcome":"pro","when":{"field":"contact.attributes.plan","op":"eq","value":"pro"}}],"on":{"pro":"answer","else":"answer"}},
          "answer":{"type":"send","text":"Thank you, {{ contact.name | default: \"dear customer\" }}. We have got your text and answer within the hour.","next":null}}}
        """;

    /// <summary>Steps that only decide: variables, conditions, expressions and weights, in turn.</summary>
    public static string Long => $$"""
        {"name":"Long","trigger":{"on":"api"},"start":"s0","variables":{"text":"my order 20451 please","n":0},"steps":{ {{string.Join(',', Enumerable.Range(0, LongSteps).Select(StepOf))}} } }
        """;

    private static string StepOf(int i)
    {
        var next = i == LongSteps - 1 ? "null" : $"\"s{i + 1}\"";
        return (i % 4) switch
        {
            0 => $$$"""  "s{{{i}}}":{"type":"set","variables":{"n":"{{ vars.n | plus: 1 }}"},"next":{{{next}}} } """,
            1 => $$"""  "s{{i}}":{"type":"branch","cases":[{"outcome":"yes","when":{"field":"vars.n","op":"eq","value":"1"} }],"on":{"yes":{{next}},"else":{{next}} } } """,
            2 => $$$"""  "s{{{i}}}":{"type":"match","text":"{{ vars.text }}","pattern":"order (?<number>[0-9]+)","on":{"matched":{{{next}}},"no_match":{{{next}}} } } """,
            _ => $$"""  "s{{i}}":{"type":"split","arms":{"a":1,"b":1},"on":{"a":{{next}},"b":{{next}} } } """,
        };
    }
}
