using System.Text.Json;
using PPMessage.Contacts;
using Xunit;

namespace PPMessage.Tests.Contacts;

public sealed class ContactMergeTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

    private static readonly Contact Into = Named("ct_B", "王芳") with { Phones = ["+8613800000001"], Tags = ["vip"], Attributes = Attributes(("city", "上海")), FirstSeenAt = At };

    [Fact]
    public void What_the_contact_that_stays_says_stands_and_the_other_fills_in_the_rest()
    {
        var from = Named("ct_A", "Fang") with { Emails = ["fang@example.cn"], Tags = ["vip", "新客"], TimeZone = "Asia/Shanghai", Attributes = Attributes(("city", "北京"), ("plan", "pro")), FirstSeenAt = At.AddDays(-1) };
        var whole = ContactMerge.Of(from, Into, At.AddDays(1));
        Assert.Equal(("王芳", "Asia/Shanghai", At.AddDays(-1)), (whole.Name, whole.TimeZone, whole.FirstSeenAt));
        Assert.Equal(["+8613800000001", "fang@example.cn"], [.. whole.Phones, .. whole.Emails]);
        Assert.Equal(["vip", "新客"], whole.Tags);
        Assert.Equal(("上海", "pro"), (whole.Attributes["city"].GetString(), whole.Attributes["plan"].GetString()));
        Assert.Equal(["ct_A"], whole.MergedFrom);
    }

    [Fact]
    public void Both_ids_of_somebody_elses_system_go_on_finding_it()
    {
        var whole = ContactMerge.Of(Named("ct_A", null) with { ExternalId = "crm-1", FormerExternalIds = ["crm-0"] }, Into with { ExternalId = "crm-2" }, At);
        Assert.Equal("crm-2", whole.ExternalId);
        Assert.Equal(["crm-1", "crm-0"], whole.FormerExternalIds);
        Assert.Equal("crm-1", ContactMerge.Of(Named("ct_A", null) with { ExternalId = "crm-1" }, Into, At).ExternalId);
    }

    [Fact]
    public void Merged_twice_it_is_merged_once()
    {
        var from = Named("ct_A", null) with { MergedFrom = ["ct_0"] };
        var once = ContactMerge.Of(from, Into, At);
        Assert.Equal(["ct_0", "ct_A"], once.MergedFrom);
        Assert.Same(once, ContactMerge.Of(from, once, At.AddDays(1)));
    }

    [Fact]
    public void What_would_be_too_much_for_one_contact_is_said_beforehand()
    {
        Contact With(string id, int phones) => Named(id, null) with { Phones = [.. Enumerable.Range(0, phones).Select(n => $"+86138{id}{n:D7}")] };
        Assert.Null(ContactMerge.Problem(With("ct_A", 10), With("ct_B", 10)));
        Assert.Contains("phones", ContactMerge.Problem(With("ct_A", 11), With("ct_B", 10)), StringComparison.Ordinal);
    }

    private static Contact Named(string id, string? name) => new() { Id = id, Name = name, FirstSeenAt = At, CreatedAt = At, UpdatedAt = At };

    private static Dictionary<string, JsonElement> Attributes(params IEnumerable<(string Name, string Value)> values) =>
        values.ToDictionary(value => value.Name, value => JsonSerializer.SerializeToElement(value.Value));
}
