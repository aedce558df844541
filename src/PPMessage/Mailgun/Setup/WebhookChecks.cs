using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <summary>The domain's event webhooks, judged. Pure.</summary>
internal static class WebhookChecks
{
    private const string Name = "events";

    // What contacts do with mail is nice to know; what becomes of it must be known.
    private static readonly string[] NiceToKnow = ["opened", "clicked"];

    public static Check Refused(string words) => Check.Warn(Name, $"Mailgun does not tell the domain's webhooks ({words}).", "Check again later; an API key that may only send can't read them.");

    public static IEnumerable<Check> Of(IReadOnlyDictionary<string, IReadOnlyList<string>> webhooks, MailHooks urls)
    {
        var missing = MailgunWebhooks.Types.Where(type => !webhooks.GetValueOrDefault(type, []).Contains(urls.Events)).ToList();
        var mistaken = webhooks.Where(one => one.Value.Any(url => urls.OwnerOf(url) == HookOwner.Current && url != urls.Events)).Select(one => one.Key).ToList();
        var old = webhooks.Where(one => one.Value.Any(url => urls.OwnerOf(url) is HookOwner.Gone or HookOwner.Moved)).Select(one => one.Key).ToList();
        var full = missing.Where(type => webhooks.GetValueOrDefault(type, []).Count(url => !urls.IsOurs(url)) >= MailgunWebhooks.MostUrls).ToList();
        if (mistaken.Count > 0) yield return Check.Fail("events-mistaken", $"The webhooks {Named(mistaken)} call another URL of this channel than its eventsUrl. {Misroutings.EventsOnMailUrl}", Connect(urls));
        if (old.Count > 0) yield return Check.Fail("events-gone", $"The webhooks {Named(old)} call an old URL of ours, which leads nowhere.", Connect(urls));
        if (full.Count > 0)
            yield return Check.Fail(
                "events-full", $"All three URLs of the webhooks {Named(full)} are others' ({Others(full.SelectMany(type => webhooks[type]))}): there is no room for ours.",
                "Take one of them away in Mailgun's console (Send, Webhooks); connecting with overwrite takes the place of the last one.");
        if (missing.Except(full).ToList() is { Count: > 0 } plain) yield return Missing(plain, urls);
        else if (missing.Count + mistaken.Count + old.Count == 0) yield return Check.Pass(Name, $"The webhooks of all {MailgunWebhooks.Types.Count} events call us.");
    }

    private static string Connect(MailHooks urls) => $"Connect the channel (POST /api/channels/{urls.ChannelId}/connect), or enter its eventsUrl in Mailgun's console (Send, Webhooks).";

    private static Check Missing(List<string> types, MailHooks urls) => types.TrueForAll(NiceToKnow.Contains)
        ? Check.Warn(Name, $"The webhooks {Named(types)} do not call us: whether mail is read is not shown.", Connect(urls))
        : Check.Fail(Name, $"The webhooks {Named(types)} do not call us: what becomes of mail is not told.", Connect(urls));

    private static string Named(IEnumerable<string> types) => string.Join(", ", types);

    private static string Others(IEnumerable<string> urls) => string.Join(", ", urls.Select(HookUrls.Shown).Distinct());
}
