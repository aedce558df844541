using PPMessage.Http;

namespace PPMessage.Agents;

/// <summary>What the API's document says of agents.</summary>
internal static class AgentsOperations
{
    private const string Tag = "Agents";

    private const string Fields =
        $$"""
        "id":"{{Samples.Agent}}","name":"王芳","email":"wang.fang@example.cn","role":"agent","teams":["{{Samples.Team}}"],"availability":"ready",
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-02T03:14:15Z"
        """;

    public static Operation List() =>
        new Operation(Tag, "listAgents", "Lists agents").Pages()
            .Answers(200, "Agents.", AgentJson.Default.PageAgentView, $$"""{"items":[{{{Fields}}}],"next":null}""");

    public static Operation GetMe() =>
        Shown(new Operation(Tag, "getMe", "Reads the agent whose token this is").Refuses(404, "The admin key stands for no agent."));

    public static Operation SetMyAvailability() =>
        Shown(new Operation(Tag, "setMyAvailability", "Says whether one is ready for work").IfMatch()
            .Takes(new Shape("AvailabilityChange").Word<Availability>("availability", "busy: full hands, no new conversations by assignment; away: gone.").Required("availability"), """
                {"availability":"busy"}
                """)
            .Refuses(404, "The admin key stands for no agent.").Refuses(409));

    public static Operation Get() => Shown(One("getAgent", "Reads an agent"));

    public static Operation Create() =>
        new Operation(Tag, "createAgent", "Makes an agent",
                "The answer holds the agent's token: it is shown this once, and null in a repetition under the same Idempotency-Key.").Repeatable()
            .Takes(Shape("NewAgent").Required("name"), $$"""{"name":"王芳","email":"wang.fang@example.cn","role":"agent","teams":["{{Samples.Team}}"],"availability":"ready"}""")
            .Refuses(409, "Another agent has this e-mail address.")
            .Answers(201, "The agent, with its token.", AgentJson.Default.AgentWithToken, WithToken).With("Location", "ETag");

    public static Operation Change() =>
        Shown(One("changeAgent", "Changes an agent", "What is left out stays; null clears the e-mail address.").IfMatch()
            .Takes(Shape("AgentChange"), $$"""{"name":"王芳（售后）","teams":["{{Samples.Team}}"]}""").Refuses(409, "Another agent has this e-mail address."));

    public static Operation Delete() => One("deleteAgent", "Deletes an agent",
            "Its token is worth nothing from now on, and what it had open or pending is given back: by the rule, or to everybody.").IfMatch().Refuses(409).Answers(204, "It is gone.");

    public static Operation RotateToken() =>
        One("rotateAgentToken", "Draws a new token for an agent", "The old one is worth nothing from now on.").Repeatable()
            .Answers(200, "The agent, with its token.", AgentJson.Default.AgentWithToken, WithToken).With("ETag");

    private const string WithToken = $$"""{"token":"agent_01kap10c3e5g7h9j1k3m5n7p9q_k3m5n7p9q1r3s5t7v9w1x3y5z7a9b1c3",{{Fields}}}""";

    private static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The agent's id.", Samples.Agent);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The agent.", AgentJson.Default.AgentView, $"{{{Fields}}}").With("ETag");

    private static Shape Shape(string name) => new Shape(name)
        .Text("name", "As contacts see it; at most 200 characters.")
        .OptionalText("email", "Belongs to at most one agent.")
        .Word<Role>("role", "agent: conversations, contacts, own settings; admin: everything.")
        .Texts("teams", "Ids of teams; at most 40.")
        .Word<Availability>("availability", "busy: full hands, no new conversations by assignment; away: gone.");
}
