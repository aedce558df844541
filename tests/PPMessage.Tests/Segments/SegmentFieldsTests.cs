using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Contacts.Attributes;
using PPMessage.Contacts.Facts;
using PPMessage.Filters;
using PPMessage.Segments;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Segments;

public sealed class SegmentFieldsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-23T08:00:00Z");

    private static readonly KnownAttributes Attributes = new(new AttributeDefinition[]
    {
        new("city", "城市", AttributeType.Text, [], string.Empty, Now, Now), new("orders", "订单", AttributeType.Number, [], string.Empty, Now, Now),
        new("vip", "贵宾", AttributeType.Boolean, [], string.Empty, Now, Now), new("birthday", "生日", AttributeType.Date, [], string.Empty, Now, Now),
        new("level", "等级", AttributeType.Choice, ["金卡", "银卡"], string.Empty, Now, Now), new("likes", "喜好", AttributeType.List, [], string.Empty, Now, Now),
    }.ToDictionary(definition => definition.Key));

    private static readonly Candidate Wei = new(new Contact
    {
        Id = "ct_1", Name = "李薇", Phones = ["+8613800138000"], Emails = ["li.wei@example.cn"], ExternalId = "crm-4711", Tags = ["老客户", "VIP"], TimeZone = "Asia/Shanghai", Locale = "zh-CN",
        FirstSeenAt = Now.AddDays(-40), CreatedAt = Now.AddDays(-40), UpdatedAt = Now.AddDays(-2),
        Attributes = JsonElement.Parse("""{"city":"上海","orders":3,"vip":true,"birthday":"2026-11-24","level":"金卡","likes":["茶","咖啡"],"other":"随便"}""").EnumerateObject().ToDictionary(one => one.Name, one => one.Value),
    })
    {
        Facts = KnownFacts.Of("ct_1",
        [
            Row("f|ct_1|a|cp_a|answered", """{"at":"2026-11-20T00:00:00Z"}"""), Row("f|ct_1|a|cp_a|clicked", """{"at":"2026-11-20T00:00:00Z"}"""),
            Row("f|ct_1|a|cp_b|clicked", """{"at":"2026-11-20T00:00:00Z"}"""), Row("f|ct_1|c|sms", """{"at":"2026-11-20T00:00:00Z","stopped":true}"""),
            Row("f|ct_1|seen", """{"at":"2026-11-20T08:00:00Z","channelKind":"sms"}"""),
        ]),
        Standing = new Standing { Receipts = [new("cp_a", 2, Now.AddDays(-5)), new("cp_b", 1, Now.AddDays(-3))] },
        Conversations = 3,
        LastConversationAt = Now.AddDays(-3),
        Presence = new Presence(true, Now.AddSeconds(-30)),
    };

    private static readonly Candidate Nobody = new(new Contact { Id = "ct_2", FirstSeenAt = Now, CreatedAt = Now, UpdatedAt = Now });

    [Theory]
    [InlineData("contact.id", "eq", "\"ct_1\"")]
    [InlineData("contact.name", "contains", "\"薇\"")]
    [InlineData("contact.phones", "contains", "\"+8613800138000\"")]
    [InlineData("contact.emails", "exists", null)]
    [InlineData("contact.externalId", "starts_with", "\"CRM-\"")]
    [InlineData("contact.tags", "contains_all", """["老客户","ｖｉｐ"]""")]
    [InlineData("contact.timeZone", "eq", "\"Asia/Shanghai\"")]
    [InlineData("contact.locale", "starts_with", "\"zh\"")]
    [InlineData("contact.firstSeenAt", "lt", "\"2026-11-01\"")]
    [InlineData("contact.createdAt", "between", """["2026-10-01","2026-10-31"]""")]
    [InlineData("contact.updatedAt", "lte", "\"2026-11-21\"")]
    [InlineData("contact.lastSeenAt", "within", "\"PT1M\"")]
    [InlineData("contact.online", "eq", "true")]
    [InlineData("contact.attributes.city", "in", """["北京","上海"]""")]
    [InlineData("contact.attributes.orders", "gte", "3")]
    [InlineData("contact.attributes.vip", "eq", "true")]
    [InlineData("contact.attributes.birthday", "within_next", "\"P1D\"")]
    [InlineData("contact.attributes.level", "eq", "\"金卡\"")]
    [InlineData("contact.attributes.likes", "contains_any", """["可可","茶"]""")]
    [InlineData("contact.attributes.other", "eq", "\"随便\"")]
    [InlineData("consent.sms", "eq", "\"stopped\"")]
    [InlineData("conversations.count", "eq", "3")]
    [InlineData("conversations.lastStartedAt", "within", "\"P3D\"")]
    [InlineData("campaigns.got", "contains_all", """["cp_a","cp_b"]""")]
    [InlineData("campaigns.answered", "contains", "\"cp_a\"")]
    [InlineData("campaigns.clicked", "contains_all", """["cp_b","cp_a"]""")]
    [InlineData("campaigns.count", "eq", "3")]
    [InlineData("campaigns.lastAt", "within", "\"P3D\"")]
    public void Each_field_is_told_of_who_has_it_and_of_nobody_else(string field, string op, string? value)
    {
        var segment = Compiled(Condition(field, op, value));
        Assert.True(segment.Matches(Wei, Now));
        Assert.False(segment.Matches(Nobody, Now));
    }

    [Theory]
    [InlineData("campaigns.got", "not_contains", "\"cp_a\"")]
    [InlineData("campaigns.answered", "missing", null)]
    [InlineData("campaigns.lastAt", "missing", null)]
    [InlineData("campaigns.count", "eq", "0")]
    [InlineData("conversations.count", "eq", "0")]
    [InlineData("contact.lastSeenAt", "not_within", "\"P30D\"")]
    [InlineData("contact.online", "missing", null)]
    [InlineData("consent.sms", "eq", "\"open\"")]
    public void Who_has_nothing_of_it_can_be_asked_for(string field, string op, string? value)
    {
        var segment = Compiled(Condition(field, op, value));
        Assert.True(segment.Matches(Nobody, Now));
        Assert.False(segment.Matches(Wei, Now));
    }

    [Fact]
    public void Every_field_but_those_of_campaigns_that_nobody_opened_is_asked_for_above()
    {
        var asked = GetType().GetMethods().SelectMany(method => method.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>()).Select(data => data.Data[0]).ToHashSet();
        Assert.Equal(["campaigns.opened"], SegmentFields.All(["sms"]).Select(field => field.Name).Where(name => !asked.Contains(name)));
    }

    [Fact]
    public void Who_left_the_site_was_seen_there()
    {
        var left = Nobody with { Presence = new Presence(false, Now.AddMinutes(-5)) };
        Assert.True(Compiled(Condition("contact.lastSeenAt", "within", "\"PT5M\"")).Matches(left, Now));
        Assert.True(Compiled(Condition("contact.online", "eq", "false")).Matches(left, Now));
    }

    [Fact]
    public void Days_are_the_contacts_or_else_the_workspaces()
    {
        var segment = Compiled(Condition("contact.updatedAt", "between", """["2026-11-23","2026-11-23"]"""), "America/Los_Angeles");
        var contact = Wei.Contact with { UpdatedAt = DateTimeOffset.Parse("2026-11-22T23:00:00Z") };
        Assert.True(segment.Matches(new Candidate(contact), Now));
        Assert.False(segment.Matches(new Candidate(contact with { TimeZone = null }), Now));
    }

    [Theory]
    [InlineData("""{"field":"contact.tags","op":"contains","value":"a"}""", Family.None)]
    [InlineData("""{"field":"contact.lastSeenAt","op":"exists"}""", Family.Facts | Family.Presence)]
    [InlineData("""{"any":[{"field":"campaigns.got","op":"exists"},{"not":{"field":"conversations.count","op":"gt","value":1}}]}""", Family.Standing | Family.Conversations)]
    [InlineData("""{"all":[{"field":"consent.sms","op":"exists"},{"field":"contact.online","op":"exists"}]}""", Family.Facts | Family.Presence)]
    internal void Only_what_a_filter_looks_at_is_read(string json, Family families)
    {
        using var filter = JsonDocument.Parse(json);
        Assert.Equal(families, SegmentFields.FamiliesOf(Filter.Compile(filter.RootElement, Find, string.Empty, (_, what) => Assert.Fail(what))!.Fields));
    }

    private static Row Row(string key, string json) => new(key, "1", string.Empty, System.Text.Encoding.UTF8.GetBytes(json));

    private static Field? Find(string name) => SegmentFields.Find(name, key => ContactFields.OfAttribute(key, Attributes), kind => kind == "sms");

    private static string Condition(string field, string op, string? value) => $$"""{"field":"{{field}}","op":"{{op}}"{{(value is null ? string.Empty : $",\"value\":{value}")}}}""";

    private static CompiledSegment Compiled(string json, string timeZone = "UTC")
    {
        using var filter = JsonDocument.Parse(json);
        return new CompiledSegment(Filter.Compile(filter.RootElement, Find, string.Empty, (where, what) => Assert.Fail($"{where} {what}"))!, null!, timeZone);
    }
}
