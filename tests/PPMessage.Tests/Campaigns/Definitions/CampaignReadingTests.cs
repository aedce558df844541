using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;
using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Campaigns.Definitions;

public sealed class CampaignReadingTests
{
    private const string Sms = """ "channels":["sms"],"content":{"sms":{"text":"八折"}} """;
    private const string Begin = """ "name":"新品","segmentId":"active","schedule":{"every":"once"} """;

    private static readonly IServiceProvider Senders = new ServiceCollection().AddKeyedSingleton<IChannelSender>("twilio/sms", (_, _) => new TwilioSmsSender(null!, null!, null!, null!, null!)).BuildServiceProvider();

    private static readonly Campaign Blank = Planned.Campaign() with { Id = string.Empty, Name = string.Empty, SegmentId = string.Empty, Channels = [] };

    [Fact]
    public void All_that_a_campaign_may_have_is_read()
    {
        var (read, mistakes) = Read($$"""
            {"name":" 每周新品 🎉 ","segmentId":"active","schedule":{"every":"week","days":[1,5],"at":"10:00"},"channels":["email","sms"],
             "rules":{"frequencyCap":{"max":1,"per":"P7D"},"quietHours":null,"allowedHours":{"from":"10:00","to":"20:00"},"allowedDays":[1,2],"holidays":true,"oncePerContact":true,"priority":9,"ratePerSecond":0.5},
             "abTest":{"variants":[{"content":{"sms":{"text":"甲"},"email":{"subject":"甲","text":"甲"} },"weight":3},{"name":"乙","content":{"sms":{"text":"乙"},"email":{"subject":"乙","html":"<p>乙</p>"} } }]} }
            """);
        Assert.Empty(mistakes);
        Assert.Equal(("每周新品 🎉", "active", Every.Week, "Asia/Shanghai"), (read.Name, read.SegmentId, read.Schedule.Every, read.Schedule.TimeZone));
        Assert.Equal([("A", 3), ("乙", 1)], read.Variants.Select(variant => (variant.Name, variant.Weight)));
        Assert.Equal((new FrequencyCap(1, "P7D"), true, 9, 0.5, false, false), (read.Rules.FrequencyCap, read.Rules.OncePerContact, read.Rules.Priority, read.Rules.RatePerSecond, read.Rules.UsualQuietHours, read.Rules.UsualHolidays));
        Assert.Null(read.Rules.Times.QuietHours);
        var plain = Read($$"""{{{Begin}},{{Sms}}}""").Read.Rules;
        Assert.Equal((5, true, true, null), (plain.Priority, plain.UsualQuietHours, plain.UsualHolidays, plain.RatePerSecond));
    }

    public static TheoryData<string, string, string> Mistakes() => new()
    {
        { "{}", "name", "required" }, { "{}", "segmentId", "required" }, { "{}", "schedule", "required" }, { "{}", "channels", "at least one" },
        { With("\"x\":1"), "x", "not known" }, { With("\"Name\":\"x\""), "Name", "not known" }, { With("\"id\":\"cp_1\""), "id", "not known" }, { With("\"status\":\"active\""), "status", "not known" },
        { Rules("\"x\":1"), "rules.x", "not known" }, { Rules("\"frequencyCap\":{\"max\":1,\"per\":\"P7D\",\"x\":1}"), "rules.frequencyCap.x", "not known" },
        { Content("""{"sms":{"text":"x","x":1}}"""), "content.sms.x", "not known" }, { Content("""{"sms":{"text":"x"},"voice":{"text":"x"}}"""), "content.voice", "nothing here can send by voice" },
        { Content("""{"sms":{"text":"x"},"email":{"subject":"x","text":"x"}}"""), "content.email", "none of channels" }, { Content("{}"), "content.sms", "one of channels" }, { Content("5"), "content", "object" },
        { Content("""{"sms":"x"}"""), "content.sms", "object" }, { Content("""{"sms":{"text":5}}"""), "content.sms.text", "text" }, { Content($$$"""{"sms":{"text":"{{{new string('字', 1601)}}}"}}"""), "content.sms.text", "at most 1600" }, { Content("""{"sms":{"text":"\u0000"}}"""), "content.sms.text", "control" },
        { Content("""{"sms":{"text":" \n "}}"""), "content.sms.text", "blank" }, { Content("""{"sms":{"text":"\ud800"}}"""), "content.sms.text", "text" }, { Content("""{"sms":{"text":"x","subject":"x"}}"""), "content.sms.subject", "has none" },
        { Content("""{"sms":{"text":"{{ contact.nickname }}"}}"""), "content.sms.text", "Line 1" }, { Content("""{"sms":null}"""), "content.sms.text", "required" },
        { $$"""{{{Begin}},"channels":["sms","fax"],"content":{"sms":{"text":"x"} } }""", "channels", "nothing here can send by fax" },
        { $$"""{{{Begin}},"channels":"sms","content":{"sms":{"text":"x"} } }""", "channels", "list" }, { $$"""{{{Begin}},"channels":[1],"content":{} }""", "channels[0]", "text" }, { $$"""{{{Begin}},"channels":["sms","email","a","b"]}""", "channels", "at most 2" },
        { $$"""{{{Begin}},"channels":["email"],"content":{"email":{"text":"x"} } }""", "content.email.subject", "required" },
        { With("\"flow\":{\"flowId\":\"fl_1\"}"), "content", "beside flow" }, { With("\"flow\":{\"flowId\":\"fl_1\"}"), "channels", "beside flow" }, { $$"""{{{Begin}},"flow":{} }""", "flow.flowId", "required" }, { $$"""{{{Begin}},"flow":"fl_1"}""", "flow", "object" },
        { $$"""{{{Begin}},"flow":{"flowId":"fl_1","x":1} }""", "flow.x", "not known" }, { $$"""{{{Begin}},"flow":{"flowId":"fl_1"},"abTest":{{Test("甲", "乙")}} }""", "abTest", "beside flow" },
        { With($"\"abTest\":{Test("甲", "乙")}"), "content", "beside abTest" }, { Ab(Test("甲")), "abTest.variants", "2 to 10" }, { Ab("{}"), "abTest.variants", "2 to 10" }, { Ab("[]"), "abTest", "object" },
        { Ab(Test([.. Enumerable.Range(0, 11).Select(i => $"v{i}")])), "abTest.variants", "2 to 10" }, { Ab(Test("甲", "甲")), "abTest.variants", "different" }, { Ab("""{"variants":[1,{"content":{"sms":{"text":"x"}}}]}"""), "abTest.variants[0]", "object" },
        { Ab("""{"variants":[{"content":{"sms":{"text":"x"}}},{"weight":0,"content":{"sms":{"text":"x"}}}]}"""), "abTest.variants[1].weight", "1 to 1000" }, { Ab("""{"variants":[{"content":{"sms":{"text":"x"}}},{}]}"""), "abTest.variants[1].content", "required" },
        { Ab("""{"variants":[{"content":{"sms":{"text":"x"}}},{"content":{}}]}"""), "abTest.variants[1].content.sms", "one of channels" }, { Ab("""{"variants":[{"content":{"sms":{"text":"{{ x }}"}}},{"content":{"sms":{"text":"x"}}}]}"""), "abTest.variants[0].content.sms.text", "Line 1" },
        { Rules("\"priority\":11"), "rules.priority", "1 to 10" }, { Rules("\"priority\":1.5"), "rules.priority", "whole" }, { Rules("\"ratePerSecond\":0"), "rules.ratePerSecond", "number from" }, { Rules("\"ratePerSecond\":\"fast\""), "rules.ratePerSecond", "number" },
        { Rules("\"ratePerSecond\":1e999"), "rules.ratePerSecond", "number from" }, { Rules("\"oncePerContact\":\"yes\""), "rules.oncePerContact", "true or false" }, { Rules("\"frequencyCap\":{\"per\":\"P7D\"}"), "rules.frequencyCap.max", "required" },
        { Rules("\"frequencyCap\":{\"max\":101,\"per\":\"P7D\"}"), "rules.frequencyCap.max", "1 to 100" }, { Rules("\"frequencyCap\":{\"max\":1,\"per\":\"P2M\"}"), "rules.frequencyCap.per", "P31D" }, { Rules("\"frequencyCap\":7"), "rules.frequencyCap", "object" },
        { Rules("\"quietHours\":{\"from\":\"25:00\",\"to\":\"09:00\"}"), "rules.quietHours.from", "time" }, { Rules("\"allowedDays\":[7]"), "rules.allowedDays", "0 (Sunday)" },
        { Rules("\"quietHours\":{\"from\":\"21:00\",\"to\":\"09:00\"},\"allowedHours\":{\"from\":\"22:00\",\"to\":\"08:00\"}"), "rules.allowedHours", "quiet hours" }, { With("\"rules\":[]"), "rules", "object" },
        { $$"""{"name":"x","segmentId":"active","schedule":{"every":"day"},{{Sms}}}""", "schedule.at", "required" }, { $$"""{"name":"x","segmentId":"active","schedule":"daily",{{Sms}}}""", "schedule", "object" },
        { $$"""{"name":" ","segmentId":"active","schedule":{"every":"once"},{{Sms}}}""", "name", "empty" }, { $$"""{"name":"{{new string('字', 201)}}","segmentId":"active","schedule":{"every":"once"},{{Sms}}}""", "name", "200" },
        { $$"""{"name":"x","segmentId":5,"schedule":{"every":"once"},{{Sms}}}""", "segmentId", "text" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_where_it_is(string json, string field, string message)
    {
        var (_, mistakes) = Read(json);
        Assert.True(mistakes.TryGetValue(field, out var told) && told[0].Contains(message, StringComparison.OrdinalIgnoreCase), string.Join("; ", mistakes.Select(one => $"{one.Key} {one.Value[0]}")));
    }

    [Fact]
    public void What_is_left_out_of_a_change_stays_and_null_takes_away()
    {
        var before = Read($$"""{{{Begin}},{{Sms}},"rules":{"priority":9} }""").Read with { Id = Planned.CampaignId };
        Assert.Equal(("新名", 9, "八折"), Read("""{"name":"新名"}""", before).Read is var renamed ? (renamed.Name, renamed.Rules.Priority, renamed.Content["sms"].Text) : default);
        Assert.Equal(5, Read("""{"rules":{}}""", before).Read.Rules.Priority);
        var (tested, none) = Read($$"""{"content":null,"abTest":{{Test("甲", "乙")}}}""", before);
        Assert.Empty(none);
        Assert.Equal((2, 0), (tested.Variants.Count, tested.Content.Count));
        Assert.Empty(Read("""{"abTest":null,"content":{"sms":{"text":"又八折"}}}""", tested).Mistakes);
        var (flowing, alsoNone) = Read("""{"flow":{"flowId":"fl_1"},"content":null}""", before);
        Assert.Empty(alsoNone);
        Assert.Equal(("fl_1", 0), (flowing.FlowId, flowing.Channels.Count));
        Assert.Empty(Read($$"""{"flow":null,{{Sms}}}""", flowing).Mistakes);
        Assert.Contains("content.email", Read("""{"channels":["sms","email"]}""", before).Mistakes.Keys);
    }

    private static (Campaign Read, IDictionary<string, string[]> Mistakes) Read(string json, Campaign? before = null)
    {
        var fields = new Fields(JsonElement.Parse(json));
        var read = new CampaignReading(Planned.Kinds, new ContentChecks(Planned.Kinds, Senders)).Read(fields, before ?? Blank, "Asia/Shanghai");
        return (read, fields.Mistakes());
    }

    private static string With(string more) => $$"""{{{Begin}},{{Sms}},{{more}} }""";

    private static string Rules(string rules) => With($$"""
        "rules":{ {{rules}} }
        """);

    private static string Content(string content) => $$"""{{{Begin}},"channels":["sms"],"content":{{content}} }""";

    private static string Ab(string test) => $$"""{{{Begin}},"channels":["sms"],"abTest":{{test}} }""";

    private static string Test(params string[] names) => $$"""{"variants":[{{string.Join(",", names.Select(Variant))}}]}""";

    private static string Variant(string name) => $$"""{"name":"{{name}}","content":{"sms":{"text":"x"} } }""";
}
