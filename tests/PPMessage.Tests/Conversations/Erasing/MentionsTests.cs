using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Conversations.Erasing;
using Xunit;

namespace PPMessage.Tests.Conversations.Erasing;

public sealed class MentionsTests
{
    private static readonly Mentions Ann = new(["ct_ANN"], [new(AddressKind.Email, "ann@x.com"), new(AddressKind.Phone, "+4930123456"), new(AddressKind.Phone, "12345"), new(AddressKind.External, "invoices")]);

    [Theory]
    [InlineData("ann@x.com", true)]
    [InlineData("lifted for Ann@X.com.", true)]
    [InlineData("<ann@x.com>", true)]
    [InlineData("joann@x.com", false)]
    [InlineData("ann@x.com.cn", false)]
    [InlineData("jo-ann@x.com", false)]
    [InlineData("joann@x.com, ann@x.com", true)]
    [InlineData("+49301234567", false)]
    [InlineData("to +4930123456: no answer", true)]
    [InlineData("room 12345", true)]
    [InlineData("order 123456", false)]
    [InlineData("into ct_ANN", true)]
    [InlineData("all invoices", false)]
    public void A_text_names_somebody_by_an_address_that_stands_for_itself(string text, bool named) => Assert.Equal(named, Ann.In(text));

    [Theory]
    [InlineData("""{"from":"ann@x.com"}""", true)]
    [InlineData("""{"fields":{"From":"Ann <ann@x.com>"}}""", true)]
    [InlineData("""{"message":{"media":[],"from":"+4930123456"}}""", true)]
    [InlineData("""{"externalId":"invoices"}""", true)]
    [InlineData("""{"work":{"contactId":"ct_ANN"}}""", true)]
    [InlineData("""{"from":"bob@x.com","cc":"ann@x.com"}""", false)]
    [InlineData("""{"from":"bob@x.com","text":"write to ann@x.com"}""", false)]
    [InlineData("""{"from":"joann@x.com","text":"the invoices"}""", false)]
    [InlineData("""{"count":12345}""", false)]
    public void A_value_is_about_somebody_who_is_named_in_it_as_a_whole(string json, bool named) => Assert.Equal(named, Ann.In(JsonSerializer.Deserialize<JsonElement>(json)));
}
