using System.Collections.Concurrent;
using PhoneNumbers;
using PPMessage.Contacts;

namespace PPMessage.Campaigns.Rules;

/// <summary>
/// By which clock a contact lives: what it says itself, else what its first phone number says of its country or area, else the workspace's. Where numbers of
/// a country or area may be in zones whose clocks differ, a number says nothing. Thread-safe.
/// </summary>
internal static class ContactZone
{
    // Country and area lie within the first seven digits.
    private const int PrefixLength = 8;

    // So that numbers of nowhere don't fill the memory.
    private const int MostPrefixes = 50_000;

    private const int WeeksCompared = 16 * 52;

    // Clocks of zones that are told apart for their history alone have shown the same since.
    private static readonly DateTimeOffset ComparedFrom = new(2020, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private static readonly ConcurrentDictionary<string, TimeZoneInfo?> Prefixes = new();

    public static TimeZoneInfo Of(Contact contact, TimeZoneInfo workspaceZone)
    {
        if (contact.TimeZone is { } named && TimeZoneInfo.TryFindSystemTimeZoneById(named, out var own)) return own;
        return (contact.Phones.Count > 0 ? OfPhone(contact.Phones[0]) : null) ?? workspaceZone;
    }

    /// <summary>Null: it says nothing.</summary>
    public static TimeZoneInfo? OfPhone(string number)
    {
        if (number.Length <= PrefixLength || number[0] != '+') return null;
        if (Prefixes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(number.AsSpan(0, PrefixLength), out var known)) return known;
        if (ZonesOf(number) is not { Count: > 0 } zones) return null;
        var zone = zones.All(other => HaveSameClock(zones[0], other)) ? zones[0] : null;
        if (Prefixes.Count < MostPrefixes) Prefixes[number[..PrefixLength]] = zone;
        return zone;
    }

    /// <summary>Empty for what is no valid number: that says nothing of others that begin so.</summary>
    private static List<TimeZoneInfo> ZonesOf(string number)
    {
        try
        {
            var names = PhoneNumberToTimeZonesMapper.GetInstance().GetTimeZonesForNumber(PhoneNumberUtil.GetInstance().Parse(number, null));
            return [.. names.Select(name => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null).OfType<TimeZoneInfo>()];
        }
        catch (NumberParseException)
        {
            return [];
        }
    }

    private static bool HaveSameClock(TimeZoneInfo one, TimeZoneInfo other) =>
        one.Id == other.Id || Enumerable.Range(0, WeeksCompared).Select(week => ComparedFrom.AddDays(7 * week)).All(at => one.GetUtcOffset(at) == other.GetUtcOffset(at));
}
