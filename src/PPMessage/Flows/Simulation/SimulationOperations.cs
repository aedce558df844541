using PPMessage.Http;

namespace PPMessage.Flows.Simulation;

/// <summary>What the API's document says of trying flows out.</summary>
internal static class SimulationOperations
{
    private const string Tag = "Flows";

    private const string Script = """
        "contact":{"name":"李薇","phones":["+8613800138000"],"attributes":{"plan":"pro"},"tags":["vip"],"timeZone":"Asia/Shanghai","locale":"zh-CN","online":false},
        "message":{"text":"你好","subject":null,"channelKind":"sms"},"at":"2026-11-23T02:00:00Z",
        "agents":[{"name":"小李","availability":"ready","teams":[]}],"lastAgent":null,"conversation":{"tags":["售后"],"isNew":true},"variables":{},"http":"ok",
        "events":[{"after":"PT5M","reply":"1"},{"http":{"status":200,"body":{"state":"shipped"}},"step":"lookup"},{"after":"PT2M","agent":true},{"after":"PT1H"}]
        """;

    private const string Definition = """
        {"name":"订单","trigger":{"on":"message.received","channelKind":"sms"},"start":"menu","steps":{
        "menu":{"type":"ask","text":"{{ contact.name }}，您好！回 1 查订单，回 2 找人工。","options":[{"key":"1","outcome":"order"},{"key":"2","outcome":"person"}],"timeout":"PT1H",
        "on":{"order":"lookup","person":"everybody","invalid":"everybody","timeout":null}},
        "lookup":{"type":"http","url":"https://example.cn/orders","into":{"state":"/state"},"next":"told","on":{"failed":"everybody"}},
        "told":{"type":"send","text":"您的订单：{{ vars.state }}","next":null},
        "everybody":{"type":"assign","to":"all","next":null}}}
        """;

    private const string Entry = """
        {"at":"2026-11-23T02:05:00Z","visit":2,"step":"lookup","type":"http","flow":null,"outcome":"ok","next":"told","error":null,"texts":[],
        "notes":["GET https://example.cn/orders: 200 {\"state\":\"shipped\"}"],"findings":[],"waitsUntil":null}
        """;

    public static Operation Simulate() =>
        One("simulateFlow", "Tries a flow out", """
            On a simulated clock and with a described world around it, by the very steps that real runs take: nothing is sent, nothing stored. Without version and definition
            it is the draft, else what is published. What the script leaves out is as in this workspace: agents, business hours, teams, attributes, other flows.
            Events happen one after the other; what is due before one happens first. Behind the last one time passes until the run is over, 400 days at most.
            Whom no active channel reaches gets nothing, and has no conversation unless the script has one; a described contact is taken to be reachable unless phones or emails say otherwise.
            Programs are not called: an http step takes the next event with http that is for it. Whether a text can be sent is asked of the active channel of its kind. What happens, happens on the trigger's channel, else on the active one of the kind that the script or
            the contact's addresses name: a flow of one channel does not start on another (not_started).
            """)
            .Takes(Shape(ScriptShape.Of("Script")), $$"""{"version":null,"definition":{{Definition}},{{Script}}}""")
            .Refuses(422, "There is no such version, or neither a draft nor a published one.")
            .Answers(200, "What the flow did.", SimulationJson.Default.SimulationView, $$"""
                {"state":"completed","reason":"completed","error":null,"value":null,"variables":{"state":"shipped"},
                "conversation":{"status":"open","assignee":null,"assigneeName":null,"team":null,"tags":["售后"]},"contact":{"name":"李薇","tags":["vip"],"attributes":{"plan":"pro"} },
                "texts":[{"at":"2026-11-23T02:05:00Z","by":"订单","channelKind":"sms","subject":null,"text":"您的订单：shipped"}],"trace":[{{Entry}}],"endedAt":"2026-11-23T02:05:00Z","warnings":[]}
                """);

    public static Operation Test() =>
        One("testFlow", "Plays a flow's own cases", "Those that stand in tests of its definition: of the draft, else of what is published.")
            .Query("version", "Those of this version.", null, """{"type":"integer","minimum":1}""")
            .Refuses(422, "There is no such version, or neither a draft nor a published one.")
            .Answers(200, "What came of each.", SimulationJson.Default.FlowTestsView, """
                {"passed":1,"failed":1,"results":[{"name":"回 1","passed":true,"failures":[]},{"name":"不回","passed":false,"failures":["state: expected failed, came completed"]}]}
                """);

    private static Operation One(string id, string summary, string description) => new Operation(Tag, id, summary, description).Path("id", "The flow's id.", Samples.Flow);

    private static Shape Shape(Shape script) => script
        .Json("version", "The version to try; null: the draft, else the published one.", """{"type":["integer","null"]}""")
        .Json("definition", "A definition to try, in place of a stored one.", """{"type":["object","null"]}""");
}
