using System.Diagnostics;
using PPMessage.Campaigns.Rules;
using PPMessage.Contacts;
using Xunit;

namespace PPMessage.Tests.Campaigns.Rules;

public sealed class ContactZoneTests
{
    private static readonly TimeZoneInfo Workspace = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu");

    [Theory]
    [InlineData("Europe/Berlin", "+8613800138000", "Europe/Berlin")]
    [InlineData("Nowhere/Land", "+8613800138000", "Asia/Shanghai")]
    [InlineData(null, "+8613800138000", "Asia/Shanghai")]
    [InlineData(null, "+85291234567", "Asia/Hong_Kong")]
    [InlineData(null, "+12125550123", "America/New_York")]
    [InlineData(null, "+13105550123", "America/Los_Angeles")]
    [InlineData(null, "+442079460123", "Europe/London")]
    // A country with several clocks, whose mobile numbers say nothing of the place; a number of nowhere; a short code; nothing.
    [InlineData(null, "+79161234567", "Asia/Kathmandu")]
    [InlineData(null, "+18005550123", "Asia/Kathmandu")]
    [InlineData(null, "+99912345678", "Asia/Kathmandu")]
    [InlineData(null, "12345", "Asia/Kathmandu")]
    [InlineData(null, "商家", "Asia/Kathmandu")]
    [InlineData(null, null, "Asia/Kathmandu")]
    public void A_contacts_clock_is_its_own_or_its_numbers_or_the_workspaces(string? zone, string? phone, string expected)
    {
        var found = ContactZone.Of(Contact(zone, phone), Workspace);
        var at = new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(TimeZoneInfo.FindSystemTimeZoneById(expected).GetUtcOffset(at), found.GetUtcOffset(at));
        Assert.Equal(TimeZoneInfo.FindSystemTimeZoneById(expected).GetUtcOffset(at.AddMonths(6)), found.GetUtcOffset(at.AddMonths(6)));
    }

    [Fact]
    public void A_hundred_thousand_numbers_are_looked_up_quickly()
    {
        var contacts = Enumerable.Range(0, 100_000).Select(i => Contact(null, $"+86138{i % 100:D4}{i % 10_000:D4}")).ToList();
        ContactZone.Of(contacts[0], Workspace);
        var watch = Stopwatch.StartNew();
        Assert.All(contacts, contact => Assert.Equal("Asia/Shanghai", ContactZone.Of(contact, Workspace).Id));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(3), $"It took {watch.Elapsed}.");
    }

    private static Contact Contact(string? zone, string? phone) =>
        new() { Id = "ct_1", TimeZone = zone, Phones = phone is null ? [] : [phone], FirstSeenAt = default, CreatedAt = default, UpdatedAt = default };
}
