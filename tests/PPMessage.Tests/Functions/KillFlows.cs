namespace PPMessage.Tests.Functions;

/// <summary>What runs while the program is killed: questions, time-outs, calls, automatic answers, a sub-flow that waits, and changes of the contact.</summary>
internal static class KillFlows
{
    public const string Words = """
        {"name":"Words","trigger":{"on":"api"},"start":"moment","variables":{"round":"","state":""},"steps":{
          "moment":{"type":"send","text":"{{ vars.round }}: a moment","next":"think"},
          "think":{"type":"wait","for":"PT1S","next":"words"},
          "words":{"type":"end","value":"it is {{ vars.state }}"}}}
        """;

    /// <param name="words">Id of the flow that puts an answer into words.</param>
    public static string Menu(string words, Uri orders) => $$$"""
        {"name":"Menu","trigger":{"on":"message.received","channelKind":"sms","when":{"field":"message.text","op":"starts_with","value":"{{{FlowScript.Begins}}}"}},"start":"keep",
         "variables":{"round":"","state":"","words":""},"steps":{
          "keep":{"type":"set","variables":{"round":"{{ message.text }}"},"next":"patience"},
          "patience":{"type":"branch","cases":[{"outcome":"short","when":{"field":"message.text","op":"contains","value":"{{{FlowScript.Short}}}"}}],"on":{"short":"nudge","else":"menu"}},
          "nudge":{"type":"ask","text":"{{ vars.round }}: are you there?","timeout":"PT2S","next":"there","on":{"timeout":"bye"}},
          "there":{"type":"send","text":"{{ vars.round }}: there you are","next":null},
          "bye":{"type":"send","text":"{{ vars.round }}: good bye","next":null},
          "menu":{"type":"ask","text":"{{ vars.round }}: 1 or 2?","timeout":"PT1H","attempts":2,"invalidText":"{{ vars.round }}: please, 1 or 2",
            "options":[{"key":"1","outcome":"order"},{"key":"2","outcome":"remember"}],"on":{"order":"order","remember":"remember","timeout":"trouble","invalid":"trouble"}},
          "order":{"type":"http","url":"{{{orders}}}/1001?round={{ vars.round | url_encode }}","into":{"state":"/state"},"next":"words","on":{"refused":"trouble"}},
          "words":{"type":"subflow","flowId":"{{{words}}}","with":{"round":"{{ vars.round }}","state":"{{ vars.state }}"},"into":"words","next":"status"},
          "status":{"type":"send","text":"{{ vars.round }}: {{ vars.words }}","next":null},
          "remember":{"type":"set","contact":{"attributes":{"remembered":"{{ vars.round }}"}},"next":"noted"},
          "noted":{"type":"send","text":"{{ vars.round }}: noted","next":null},
          "trouble":{"type":"send","text":"{{ vars.round }}: this must not happen","next":null} } }
        """;
}
