using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Segments;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Segments;

public sealed class ContactGlanceTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-23T08:00:00Z");

    private static readonly Contact Wei = new()
    {
        Id = "ct_1", Name = "李薇 \"mergedInto\"", Phones = ["+8613800138000", "+8613800138001"], Emails = ["li.wei@example.cn"], ExternalId = "crm-4711", Tags = ["老客户", "VIP"],
        TimeZone = "Asia/Shanghai", Locale = "zh-CN", FirstSeenAt = Now, CreatedAt = Now.AddDays(1), UpdatedAt = Now.AddDays(2), FormerExternalIds = ["a"], FlowChanges = ["b"], MergedFrom = ["ct_0"],
        Attributes = JsonElement.Parse("""{"name":"不是名字","等级":{"tags":[1,[2]]},"orders":3,"likes":["茶"]}""").EnumerateObject().ToDictionary(one => one.Name, one => one.Value),
    };

    [Fact]
    public void Each_field_reads_as_of_the_whole_contact()
    {
        foreach (var name in ContactFields.All.Select(field => field.Name).Concat(Wei.Attributes.Keys.Append("nothing").Select(key => $"contact.attributes.{key}")))
            Assert.Equal(ContactFields.Value(name, Wei).ToString(), ContactFields.Value(name, new ContactGlance([name]).Of(RowOf(Wei))).ToString());
    }

    [Fact]
    public void All_together_read_as_of_the_whole_contact()
    {
        string[] names = [.. ContactFields.All.Select(field => field.Name), "contact.attributes.likes", "contact.attributes.name", "consent.sms"];
        var glance = new ContactGlance(names).Of(RowOf(Wei));
        Assert.All(names[..^1], name => Assert.Equal(ContactFields.Value(name, Wei).ToString(), ContactFields.Value(name, glance).ToString()));
    }

    [Fact]
    public void What_is_not_asked_for_is_not_read()
    {
        var glance = new ContactGlance(["contact.locale"]).Of(RowOf(Wei with { Name = "李薇" }))!;
        Assert.Equal(("ct_1", "zh-CN", null, 0), (glance.Id, glance.Locale, glance.Name, glance.Tags.Count + glance.Attributes.Count));
    }

    [Fact]
    public void How_somebody_is_reached_reads_as_of_the_whole_contact()
    {
        foreach (var contact in new[] { Wei, Wei with { Phones = [], Emails = [], ExternalId = null }, Wei with { ExternalId = null, FormerExternalIds = [], TimeZone = null } })
        {
            var reach = ContactGlance.Reach.Of(RowOf(contact))!;
            Assert.All(Enum.GetValues<AddressKind>(), kind => Assert.Equal(contact.Addresses().FirstOrDefault(address => address.Kind == kind)?.Value, reach.First(kind)));
            Assert.Equal((contact.Id, contact.TimeZone), (reach.Id, reach.TimeZone));
        }
    }

    [Fact]
    public void Who_was_merged_or_erased_is_nobody()
    {
        Assert.Null(new ContactGlance([]).Of(RowOf(Wei with { MergedInto = "ct_2" })));
        Assert.Null(new ContactGlance([]).Of(RowOf(Wei with { ErasedAt = Now })));
        Assert.NotNull(new ContactGlance([]).Of(RowOf(Wei)));
    }

    private static Row RowOf(Contact contact) => new("c|" + contact.Id, "1", string.Empty, JsonSerializer.SerializeToUtf8Bytes(contact, ContactsJson.Default.Contact));
}
