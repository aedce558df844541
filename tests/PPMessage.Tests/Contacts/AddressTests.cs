using PPMessage.Contacts;
using Xunit;

namespace PPMessage.Tests.Contacts;

public sealed class AddressTests
{
    [Theory]
    [InlineData("+8613800001111", "+8613800001111")]
    [InlineData(" +14155550123 ", "+14155550123")]
    [InlineData("50555", "50555")]
    [InlineData("Support", "SUPPORT")]
    [InlineData("+123", "+123")]
    [InlineData("+86 138", "+86 138")]
    [InlineData("抖音", "抖音")]
    public void A_sender_is_an_address_whatever_its_form(string from, string value) => Assert.Equal(new Address(AddressKind.Phone, value), Address.OfSender(AddressKind.Phone, from));

    [Theory]
    [InlineData("138 0000 1111", "CN", "+8613800001111")]
    [InlineData("(415) 555-0123", "US", "+14155550123")]
    [InlineData("07400 123456", "GB", "+447400123456")]
    [InlineData("0151 23456789", "DE", "+4915123456789")]
    [InlineData("+86 138-0000-1111", "US", "+8613800001111")]
    [InlineData("+8613800001111", null, "+8613800001111")]
    [InlineData("＋８６１３８００００１１１１", null, "+8613800001111")]
    [InlineData("13800001111", null, null)]
    [InlineData("13900139000", "US", null)]
    [InlineData("8613800001111", "CN", "+8613800001111")]
    [InlineData("+15005550006", "CN", "+15005550006")]
    [InlineData("12", "CN", null)]
    [InlineData("hello", "US", null)]
    [InlineData("", "US", null)]
    [InlineData("+999999999999999999999", null, null)]
    public void A_typed_number_is_read_with_the_regions_habits(string text, string? region, string? value) => Assert.Equal(value, Address.OfPhone(text, region)?.Value);

    [Theory]
    [InlineData(" Wang.Fang@Example.COM ", "wang.fang@example.com")]
    [InlineData("王芳@例子.中国", "王芳@例子.中国")]
    [InlineData("a@b", "a@b")]
    [InlineData("@b", null)]
    [InlineData("a@", null)]
    [InlineData("a@b@c", null)]
    [InlineData("a b@c", null)]
    [InlineData("nobody", null)]
    [InlineData("", null)]
    public void An_email_address_is_compared_without_case(string text, string? value) => Assert.Equal(value, Address.OfEmail(text)?.Value);

    [Fact]
    public void An_email_address_of_more_than_254_characters_is_none() => Assert.Null(Address.OfEmail(new string('a', 250) + "@b.cn"));

    [Theory]
    [InlineData("+15005550006", "US")]
    [InlineData("+8613800001111", "CN")]
    [InlineData("+447400123456", "GB")]
    [InlineData("50555", null)]
    public void A_number_has_the_region_of_its_country_code_and_a_short_code_none(string number, string? region) => Assert.Equal(region, Address.RegionOf(number));

    [Theory]
    [InlineData(" 用户-1 ", "用户-1")]
    [InlineData("  ", null)]
    public void An_external_id_is_kept_as_it_is(string text, string? value) => Assert.Equal(value, Address.OfExternalId(text)?.Value);
}
