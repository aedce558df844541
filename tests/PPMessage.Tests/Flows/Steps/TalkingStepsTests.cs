using PPMessage.Contacts;
using Xunit;
using static PPMessage.Tests.Flows.Playing;

namespace PPMessage.Tests.Flows.Steps;

public sealed class TalkingStepsTests
{
    private const string Menu = """
        "a":{"type":"ask","text":"1 or 2?","into":"choice","timeout":"PT1H","attempts":2,"invalidText":"1 or 2!","options":[{"key":"1","label":"一号","outcome":"one"},{"key":"2","outcome":"two","words":["zwei"]}],
        "on":{"one":null,"two":null,"invalid":null,"timeout":null}}
        """;

    private readonly Playing _playing = new();

    [Fact]
    public async Task Send_says_it_in_liquid()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"send","text":" {{ contact.name }}，{{ vars.x }} ","next":null}
            """, "\"variables\":{\"x\":1}"), """{"contact":{"name":"李薇"}}""");
        Assert.Equal(("completed", "completed"), (played.State, played.Reason));
        Assert.Equal(["李薇，1"], played.Said());
        Assert.Equal(("试", "sms"), (played.Texts[0].By, played.Texts[0].ChannelKind));
        Assert.Equal(["a:sent"], played.Taken());
    }

    [Theory]
    [InlineData(""" "text":"{{ contact.name }}" """, "The text came out empty.")]
    [InlineData(""" "text":"x","agentId":"ag_1" """, "There is no agent ag_1.")]
    [InlineData(""" "text":"x","channelKind":"email" """, "It can't be said there: channelId the contact has no address for email.")]
    public async Task What_can_t_be_said_is_failed(string speech, string why)
    {
        var playing = _playing with { Channels = new Dictionary<string, PPMessage.Flows.Simulation.SimulatedChannel> { ["email"] = Channel(AddressKind.Email) } };
        var played = await playing.PlayAsync(FlowOf($$"""
            "a":{"type":"send",{{speech}},"next":null}
            """));
        Assert.Equal(("failed", "failed", why), (played.State, played.Reason, played.Error));
        Assert.Equal(["a:failed"], (await playing.PlayAsync(FlowOf($$"""
            "a":{"type":"send",{{speech}},"next":null,"on":{"failed":"b"} },"b":{"type":"end"}
            """))).Taken());
    }

    [Fact]
    public async Task The_channel_is_asked_whether_it_can_express_it()
    {
        var playing = _playing with { Channels = new Dictionary<string, PPMessage.Flows.Simulation.SimulatedChannel> { ["sms"] = Channel(AddressKind.Phone, "is too long") } };
        var played = await playing.PlayAsync(FlowOf("""
            "a":{"type":"send","text":"x","next":null}
            """));
        Assert.Equal("It can't be said there: text is too long.", played.Error);
        Assert.Empty(played.Warnings);
        Assert.Contains("No channel of the kind sms is active", Assert.Single((await _playing.PlayAsync(FlowOf("""
            "a":{"type":"send","text":"x","next":null}
            """))).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_STOP_was_received_from_gets_nothing()
    {
        const string Flow = """
            "a":{"type":"wait","for":"PT1H","next":"b"},"b":{"type":"send","text":"x","next":null,"on":{"suppressed":"c"}},"c":{"type":"end","value":"stopped"}
            """;
        var played = await _playing.PlayAsync(FlowOf(Flow), """{"events":[{"after":"PT1M","reply":"ＳＴＯＰ"}]}""");
        Assert.Equal(["a:elapsed", "b:suppressed"], played.Taken());
        Assert.Empty(played.Texts);
        var again = await _playing.PlayAsync(FlowOf(Flow), """{"events":[{"after":"PT1M","reply":"STOP"},{"reply":"START"}]}""");
        Assert.Equal(["x"], again.Said());
        Assert.Equal("ended", (await _playing.PlayAsync(FlowOf(Flow.Replace(",\"on\":{\"suppressed\":\"c\"}},\"c\":{\"type\":\"end\",\"value\":\"stopped\"}", "}", StringComparison.Ordinal)), """{"events":[{"reply":"STOP"}]}""")).State);
    }

    [Theory]
    [InlineData("1", "one", "1")]
    [InlineData(" １。", "one", "1")]
    [InlineData("一号", "one", "1")]
    [InlineData("ZWEI!", "two", "2")]
    public async Task Ask_takes_an_option_however_it_is_typed(string answer, string outcome, string kept)
    {
        var played = await _playing.PlayAsync(FlowOf(Menu), $$"""{"events":[{"after":"PT5M","reply":"{{answer}}"}]}""");
        Assert.Equal([$"a:{outcome}"], played.Taken());
        Assert.Equal($"\"{kept}\"", played.Value("choice"));
        Assert.Equal(TimeSpan.FromMinutes(5), played.Lasted());
    }

    [Fact]
    public async Task Ask_says_so_of_an_answer_that_is_none_and_listens_as_often_as_attempts_says()
    {
        var played = await _playing.PlayAsync(FlowOf(Menu), """{"events":[{"after":"PT1M","reply":"3"},{"after":"PT1M","reply":"4"}]}""");
        Assert.Equal(["1 or 2?", "1 or 2!"], played.Said());
        Assert.Equal(["a:invalid"], played.Taken());
        Assert.Equal("\"4\"", played.Value("choice"));
        var second = await _playing.PlayAsync(FlowOf(Menu), """{"events":[{"after":"PT1M","reply":"3"},{"after":"PT59M","reply":"2"}]}""");
        Assert.Equal(["a:two"], second.Taken());
    }

    [Fact]
    public async Task Ask_times_out_anew_behind_each_answer()
    {
        Assert.Equal(TimeSpan.FromHours(1), (await _playing.PlayAsync(FlowOf(Menu))).Lasted());
        var played = await _playing.PlayAsync(FlowOf(Menu), """{"events":[{"after":"PT30M","reply":"3"}]}""");
        Assert.Equal(("a:timeout", TimeSpan.FromMinutes(90)), (played.Way(), played.Lasted()));
        Assert.Equal("absent", played.Value("choice"));
    }

    [Fact]
    public async Task Ask_without_options_takes_any_answer()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"ask","text":"Name?","into":"name","next":"b","on":{"timeout":null}},"b":{"type":"send","text":"{{ vars.name }}: {{ message.text }}","next":null}
            """), """{"events":[{"reply":" 李\n薇 "}]}""");
        Assert.Equal(["a:answered", "b:sent"], played.Taken());
        Assert.Equal("李\n薇:  李\n薇", played.Said().Last());
    }

    [Fact]
    public async Task Who_writes_STOP_or_is_answered_by_an_agent_is_not_asked_any_more()
    {
        var stopped = await _playing.PlayAsync(FlowOf(Menu), """{"events":[{"after":"PT1M","reply":"stop"}]}""");
        Assert.Equal(("ended", "opted_out"), (stopped.State, stopped.Reason));
        var taken = await _playing.PlayAsync(FlowOf(Menu), """{"agents":[{"name":"小李"}],"events":[{"after":"PT1M","agent":true}]}""");
        Assert.Equal(("ended", "taken_over", "小李"), (taken.State, taken.Reason, taken.Conversation.Assignee));
        Assert.Equal(("a", "ask", "taken_over"), (taken.Trace[^1].Step, taken.Trace[^1].Type, taken.Trace[^1].Outcome));
    }

    [Fact]
    public async Task Wait_lets_time_pass()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"wait","for":"P1DT2H","next":"b"},"b":{"type":"send","text":"{{ now | date: '%d %H' }}","next":null}
            """));
        Assert.Equal(["a:elapsed", "b:sent"], played.Taken());
        Assert.Equal(TimeSpan.FromHours(26), played.Lasted());
        Assert.Equal(Begin.AddHours(26), played.Trace[0].WaitsUntil);
    }

    [Theory]
    [InlineData("""{"events":[{"after":"PT10M","reply":"x"}]}""", "replied", 10)]
    [InlineData("""{"events":[{"after":"PT10M","agent":true}]}""", "agent", 10)]
    [InlineData("""{"events":[{"after":"PT61M","reply":"x"}]}""", "elapsed", 60)]
    public async Task Wait_listens_meanwhile(string script, string outcome, int minutes)
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"wait","for":"PT1H","unless":["reply","agent"],"next":null,"on":{"replied":null,"agent":null}}
            """), script);
        Assert.Equal(($"a:{outcome}", TimeSpan.FromMinutes(minutes)), (played.Way(), played.Lasted()));
    }

    [Fact]
    public async Task A_wait_that_listens_to_the_contact_alone_is_over_when_an_agent_answers()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"wait","for":"PT1H","unless":["reply"],"next":null,"on":{"replied":null}}
            """), """{"events":[{"after":"PT10M","agent":true}]}""");
        Assert.Equal(("ended", "taken_over"), (played.State, played.Reason));
    }

    [Theory]
    [InlineData("Asia/Shanghai", "2026-11-23T00:59:59Z", "09:00", "2026-11-23T01:00:00Z")]
    [InlineData("Asia/Shanghai", "2026-11-23T01:00:00Z", "09:00", "2026-11-24T01:00:00Z")]
    [InlineData("America/New_York", "2026-11-23T02:00:00Z", "21:30", "2026-11-23T02:30:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29T00:30:00Z", "02:30", "2026-03-29T01:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-24T23:30:00Z", "02:30", "2026-10-25T00:30:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25T00:30:00Z", "02:30", "2026-10-26T01:30:00Z")]
    public async Task Wait_goes_by_the_clock_on_the_contacts_wall(string zone, string at, string until, string ends)
    {
        var played = await _playing.PlayAsync(FlowOf($$"""
            "a":{"type":"wait","until":"{{until}}","next":null}
            """), $$"""{"at":"{{at}}","contact":{"timeZone":"{{zone}}"} }""");
        Assert.Equal(DateTimeOffset.Parse(ends), played.EndedAt);
    }

    [Fact]
    public async Task Wait_goes_by_business_hours()
    {
        var weekly = new Dictionary<DayOfWeek, IReadOnlyList<PPMessage.Agents.Hours.ClockRange>> { [DayOfWeek.Tuesday] = [new(9 * 60, 18 * 60)] };
        var playing = _playing with { Hours = new() { TimeZone = "Asia/Shanghai", Weekly = weekly, Version = 1 } };
        const string Flow = """
            "a":{"type":"wait","untilOpen":true,"next":null}
            """;
        Assert.Equal(DateTimeOffset.Parse("2026-11-24T01:00:00Z"), (await playing.PlayAsync(FlowOf(Flow))).EndedAt);
        Assert.Equal(TimeSpan.Zero, (await _playing.PlayAsync(FlowOf(Flow))).Lasted());
        Assert.Equal("There are no business hours within a year.", (await (playing with { Hours = playing.Hours with { Weekly = new Dictionary<DayOfWeek, IReadOnlyList<PPMessage.Agents.Hours.ClockRange>>() } }).PlayAsync(FlowOf(Flow))).Error);
    }

    [Fact]
    public async Task Note_and_resolve_stay_in_the_house()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"note","text":"{{ contact.tags | join: ',' }}","next":"b"},"b":{"type":"resolve","next":null}
            """), """{"contact":{"tags":["vip","b2b"]}}""");
        Assert.Empty(played.Texts);
        Assert.Equal(["vip,b2b"], played.Trace[0].Texts);
        Assert.Equal("Resolved", played.Conversation.Status.ToString());
    }

    [Theory]
    [InlineData("{{ 'a%00b%1B%0D%0A%09c%7F%C2%85' | url_decode }}", "ab\r\n\tc")]
    [InlineData("a\\u0001b", "ab")]
    [InlineData("{{ message.text }}", "bell and zero")]
    [InlineData("{{ 'a%E2%80%8Bb' | url_decode }}", "a\u200Bb")]
    public async Task Control_characters_are_taken_out_of_whatever_is_said_or_noted(string text, string said)
    {
        var played = await _playing.PlayAsync("""
            {"name":"试","trigger":{"on":"message.received"},"start":"a","steps":{"a":{"type":"send","text":"TEXT","next":"b"},"b":{"type":"ask","text":"TEXT","next":"c","on":{"timeout":"c"}},
            "c":{"type":"note","text":"TEXT","next":null}}}
            """.Replace("TEXT", text, StringComparison.Ordinal), """{"message":{"text":"bell\u0007 and \u0000zero"}}""");
        Assert.Equal([said, said], played.Said());
        Assert.Equal([said], played.Trace[^1].Texts);
    }

    [Theory]
    [InlineData("{{ '%00%1F' | url_decode }}")]
    [InlineData("{{ '%E2%80%8B %EF%BB%BF%E2%81%A0%C2%AD%0A' | url_decode }}")]
    [InlineData("{{ '%E3%85%A4' | url_decode }}")]
    public async Task A_text_in_which_nothing_can_be_seen_came_out_empty(string text)
    {
        foreach (var step in new[] { """ "type":"send" """, """ "type":"note" """ })
            Assert.Equal("The text came out empty.", (await _playing.PlayAsync(FlowOf($$"""
                "a":{ {{step}},"text":"{{text}}","next":null}
                """))).Error);
    }

    [Fact]
    public async Task A_subject_is_one_line()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"send","text":"x","subject":"{{ 'a%00b%0D%0ABcc: c' | url_decode }}","next":null}
            """));
        Assert.Equal("ab Bcc: c", played.Texts[0].Subject);
    }
}
