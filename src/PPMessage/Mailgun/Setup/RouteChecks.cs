using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <summary>What becomes of mail to the channel's address, and to others that contacts are told to answer to, judged by the account's routes. Pure.</summary>
internal sealed class RouteChecks(MailgunRoutes ours, MailHooks urls, IReadOnlyList<MailgunRoute> routes)
{
    private const string Route = "route";

    private string Connect => $"Connect the channel (POST /api/channels/{urls.ChannelId}/connect), or correct the route in Mailgun's console (Send, Receiving).";

    private readonly IReadOnlyList<ReachedRoute> _reached = RouteTable.Of(routes, ours.Address);

    /// <summary>Routes could not be had.</summary>
    public static Check Refused(Told<IReadOnlyList<MailgunRoute>> told) => MailgunSetup.IsPlanRefusal(told.Answer.Status)
        ? Check.Fail(Route, $"Mailgun does not let this account have routes ({told.Words}): no mail comes in.", "Choose a Mailgun plan with inbound routing, or give the key the right to read routes.")
        : Check.Warn(Route, $"Mailgun does not tell the account's routes ({told.Words}).", "Check again later; an API key that may only send can't read them.");

    public IEnumerable<Check> All()
    {
        yield return Main();
        if (_reached.Any(reached => reached.Acts && IsOurs(reached.Route)) && !_reached.Any(reached => reached.Acts && reached.Route.Stores))
            yield return Check.Warn("route-safety", "No route for the address has store(): mail that comes while this program is gone for more than eight hours is lost.", Connect);
        foreach (var check in Overlaps()) yield return check;
        if (Gone() is { Count: > 0 } gone)
            yield return Check.Warn("route-gone", $"Routes forward to URLs of ours that lead nowhere any more: {Named(gone)}.", "Delete them, or enter a channel's mimeUrl, in Mailgun's console (Send, Receiving).");
    }

    /// <summary>Whether what is sent to these comes here as well.</summary>
    public Check Answers(IReadOnlyList<string> addresses)
    {
        const string check = "answer-address";
        var lost = addresses.Where(address => !Reach(address).Any(one => one.Acts)).ToList();
        var unsure = lost.Where(address => Reach(address).Any(one => one is { Fit: RouteFit.Sometimes or RouteFit.Unreadable, StoppedBy: null })).ToList();
        var fix = $"Add {string.Join(" and ", lost.Select(RouteExpression.Of))} with forward(\"{urls.Mime}\") and store() to the routes in Mailgun's console (Send, Receiving), or set another address by PUT /api/settings/offline-messages.";
        if (lost.Count == 0) return Check.Pass(check, $"Routes forward mail to {string.Join(", ", addresses)} to us.");
        return unsure.Count == lost.Count
            ? Check.Warn(check, $"Contacts are told to answer to {string.Join(", ", lost)} (the rules for off-line messages), and whether a route of Mailgun forwards all of that to us can't be told here.", fix)
            : Check.Fail(check, $"Contacts are told to answer to {string.Join(", ", lost.Except(unsure))} (the rules for off-line messages), and no route of Mailgun forwards that to us: their answers are lost.", fix);
    }

    /// <summary>The routes to us that mail to an address comes to.</summary>
    private IEnumerable<ReachedRoute> Reach(string address) => RouteTable.Of(routes, address).Where(one => one.Route.Targets.Any(IsMailUrl));

    private Check Main()
    {
        var mine = _reached.Where(reached => reached.Fit == RouteFit.Yes && IsOurs(reached.Route)).ToList();
        var current = mine.Where(reached => Targets(reached).Any(target => urls.OwnerOf(target) == HookOwner.Current)).ToList();
        return current switch
        {
            _ when mine.Count == 0 => None(),
            [] => Check.Fail(Route, $"{Begun(mine)} forwards to an old URL of ours: mail does not come in.", Connect),
            _ when current.TrueForAll(reached => reached.StoppedBy is not null) => Check.Fail(
                Route, $"Mail never comes to {Named(current)}: {current[0].StoppedBy!.Shown} comes before it and ends with stop().", "Give ours the lower priority number, or take stop() away, in Mailgun's console (Send, Receiving)."),
            _ => Form([.. current.Where(reached => reached.StoppedBy is null)]),
        };
    }

    private Check None() => routes.FirstOrDefault(route => route.Targets.Any(urls.IsOurs)) is { } other
        ? Check.Fail(Route, $"No route forwards mail to {ours.Address} to us; {other.Shown} names us, but does not fit the address.", Connect)
        : Check.Fail(Route, $"No route forwards mail to {ours.Address} to us.", Connect);

    private Check Form(List<ReachedRoute> current)
    {
        var forwards = current.SelectMany(reached => reached.Route.Actions).Where(action => action.Kind == "forward").SelectMany(action => action.Targets)
            .Where(target => urls.OwnerOf(target) == HookOwner.Current).Select(urls.FormOf).ToList();
        if (forwards.Contains(HookForm.RawMail)) return Check.Pass(Route, $"{Begun(current)} forwards mail to {ours.Address} to us.");
        if (forwards.Contains(HookForm.ParsedMail))
            return Check.Warn(Route, $"{Begun(current)} posts mail taken apart: it works, but odd mails lose parts on the way.", "Enter the channel's mimeUrl instead of its url: " + Connect);
        return forwards.Count > 0 ? Check.Fail(Route, Misroutings.MailOnEventsUrl, Connect) : Check.Fail(Route, Misroutings.StoreNotify, Connect);
    }

    private IEnumerable<Check> Overlaps()
    {
        var twice = _reached.Where(reached => reached.Acts && reached.Route.Targets.Any(IsMailUrl)).ToList();
        if (twice.Count > 1) yield return Check.Warn("route-twice", $"Mail to {ours.Address} is posted to us more than once: {Named(twice)} all fit.", "Delete or narrow all but one in Mailgun's console (Send, Receiving); connecting deletes those that it made itself.");
        var others = _reached.Where(reached => reached.Acts && reached.Route.Targets.Any(target => urls.OwnerOf(target) == HookOwner.Foreign)).ToList();
        if (others.Count > 0) yield return Check.Warn("route-elsewhere", $"Mail to {ours.Address} is delivered elsewhere as well: {Named(others)} to {Targets(others)}.", "If that is not meant, narrow that route's expression in Mailgun's console (Send, Receiving).");
        var unsure = _reached.Where(reached => reached.Fit is RouteFit.Sometimes && reached.Route.Stops && reached.StoppedBy is null && IsBeforeOurs(reached)).ToList();
        if (unsure.Count > 0) yield return Check.Warn("route-header", $"Some mails to {ours.Address} may never come to us: {Named(unsure)} depends on a header and ends with stop().", "If that is not meant, give our route the lower priority number.");
        var unread = _reached.Where(reached => reached.Fit == RouteFit.Unreadable).ToList();
        if (unread.Count > 0) yield return Check.Warn("route-unreadable", $"The expression of {Named(unread)} could not be read here: whether it fits {ours.Address} is not known.", "Test it with the address in Mailgun's console (Send, Receiving).");
    }

    private bool IsBeforeOurs(ReachedRoute route) => _reached.TakeWhile(reached => !(reached.Acts && IsOurs(reached.Route))).Contains(route);

    private List<ReachedRoute> Gone() =>
        [.. routes.Where(route => route.Targets.Any(target => urls.OwnerOf(target) is HookOwner.Gone or HookOwner.Moved) && !ours.Ours(routes).Contains(route)).Select(route => new ReachedRoute(route, RouteFit.Yes, null))];

    private bool IsOurs(MailgunRoute route) => ours.NamesUs(route);

    // Another channel of ours takes it as well as this one.
    private bool IsMailUrl(string target) => urls.OwnerOf(target) is HookOwner.Current or HookOwner.AnotherChannel && urls.FormOf(target) is HookForm.ParsedMail or HookForm.RawMail;

    private static IEnumerable<string> Targets(ReachedRoute reached) => reached.Route.Targets;

    private string Targets(IEnumerable<ReachedRoute> reached) =>
        string.Join(", ", reached.SelectMany(Targets).Where(target => urls.OwnerOf(target) == HookOwner.Foreign).Select(HookUrls.Shown).Distinct());

    private static string Begun(IEnumerable<ReachedRoute> reached) => "T" + Named(reached)[1..];

    private static string Named(IEnumerable<ReachedRoute> reached) => string.Join(" and ", reached.Select(one => one.Route.Shown));
}
