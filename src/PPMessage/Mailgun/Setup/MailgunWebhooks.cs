using System.Text.Json;
using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <summary>
/// The places <c>webhooks.{type}</c>: which URLs are told of which events of the domain. A value is the list of URLs, one a line. Ours stands beside others';
/// where three others leave no room, connecting would take the place of the last of them, so the place is foreign. Pure.
/// </summary>
internal sealed class MailgunWebhooks(MailHooks urls, string domain)
{
    /// <summary>Source: documentation.mailgun.com, "Create a domain webhook".</summary>
    public const int MostUrls = 3;

    public static readonly IReadOnlyList<string> Types =
        ["accepted", "delivered", "opened", "clicked", "unsubscribed", "complained", "temporary_fail", "permanent_fail"];

    private const string PlacePrefix = "webhooks.";

    /// <summary>Null: this is not what a list of webhooks looks like.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>>? ListOf(JsonElement json) =>
        json.At("webhooks") is { ValueKind: JsonValueKind.Object } webhooks
            ? Types.Select(type => (Type: type, Urls: UrlsOf(webhooks.At(type)))).Where(one => one.Urls.Count > 0).ToDictionary(one => one.Type, one => one.Urls)
            : null;

    /// <summary>Null: the place is none of these.</summary>
    public static string? TypeOf(string place) =>
        place.StartsWith(PlacePrefix, StringComparison.Ordinal) && Types.Contains(place[PlacePrefix.Length..]) ? place[PlacePrefix.Length..] : null;

    /// <summary>What stands now with what a wish takes away and adds: who has joined or left in between stays so.</summary>
    public static IReadOnlyList<string> Merged(IReadOnlyList<string> stand, Wish wish)
    {
        var (stood, value) = (Lines(wish.Stood), Lines(wish.Value));
        return [.. stand.Except(stood.Except(value)), .. value.Except(stood).Except(stand)];
    }

    private static IReadOnlyList<string> Lines(string? value) => value?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public IEnumerable<Place> Places(IReadOnlyDictionary<string, IReadOnlyList<string>> webhooks) =>
        Types.Select(type => Place(type, webhooks.GetValueOrDefault(type, [])));

    private Place Place(string type, IReadOnlyList<string> stand)
    {
        var others = stand.Where(url => !urls.IsOurs(url)).ToList();
        var isOurs = others.Count < stand.Count;
        var holder = isOurs ? PlaceHolder.Ours : others.Count < MostUrls ? PlaceHolder.Free : PlaceHolder.Foreign;
        return new Place(PlacePrefix + type, Value(stand), Value(Wanted(stand, others)), Value(others), holder) { Resource = domain, IsShared = true };
    }

    // What is as it should be stays in its order: the place is connected when it stands as wanted.
    private IReadOnlyList<string> Wanted(IReadOnlyList<string> stand, List<string> others) =>
        stand.Contains(urls.Events) && others.Count == stand.Count - 1 ? stand : [.. others.Take(MostUrls - 1), urls.Events];

    private static string? Value(IReadOnlyList<string> urls) => urls.Count == 0 ? null : string.Join('\n', urls);

    // Old answers have one url.
    private static IReadOnlyList<string> UrlsOf(JsonElement webhook) => webhook.At("urls") is { ValueKind: JsonValueKind.Array } urls
        ? [.. urls.EnumerateArray().Select(url => url.Text()).OfType<string>()]
        : webhook.Text("url") is { } one ? [one] : [];
}
