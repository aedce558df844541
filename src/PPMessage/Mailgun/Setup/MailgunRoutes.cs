using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <summary>
/// The place <c>route</c>: what forwards mail to the channel's address to us. A route is known by our mark in its description, or by our URL in an action.
/// Admins' own routes to us that fit the address are corrected, never narrowed: other addresses may hang on them. Pure.
/// </summary>
internal sealed class MailgunRoutes(Channel channel, MailHooks urls)
{
    public const string PlaceName = "route";

    // Also keeps mail at Mailgun, should we be gone for longer than it tries again.
    private const string Store = "store()";

    private readonly string _mark = $"PPMessage {channel.Id}";

    private readonly string _address = channel.Setting(MailgunChannels.Address)!.ToLowerInvariant();

    public string Address => _address;

    private string Forward => ForwardTo([urls.Mime]);

    /// <summary>What a new route is called, or one that stands already. One that serves us no more loses our mark.</summary>
    public string DescriptionOf(MailgunRoute? route, RouteValue wanted) => route switch
    {
        null => $"{_mark}: {channel.Name}",
        _ when !Names(wanted.Actions) => Unmarked(route.Description),
        _ when IsMade(route) || IsAdopted(route) => route.Description,
        _ => $"{route.Description} ({_mark})".Trim(),
    };

    public bool NamesUs(MailgunRoute route) => route.Targets.Any(urls.IsOurs);

    /// <summary>The one that stays, first; then those that a broken connect has left behind.</summary>
    public IReadOnlyList<MailgunRoute> Ours(IReadOnlyList<MailgunRoute> routes)
    {
        // An admin's own that no longer fits the address, or no longer names us, is theirs alone.
        var fitting = RouteTable.Of(routes, _address).Where(reached => reached.Fit == RouteFit.Yes && NamesUs(reached.Route)).Select(reached => reached.Route);
        var own = fitting.Where(route => !IsMade(route)).OrderByDescending(IsAdopted).ThenByDescending(IsCurrent).FirstOrDefault();
        var made = routes.Where(IsMade).OrderByDescending(IsCurrent);
        return own is null ? [.. made] : [own, .. made];
    }

    public Place Place(IReadOnlyList<MailgunRoute> routes)
    {
        var ours = Ours(routes);
        var wanted = ours is [var one, ..] ? Corrected(one) : new RouteValue(RouteExpression.Of(_address), [Forward, Store], 0);
        return new Place(
            PlaceName, RouteValue.Text([.. ours.Select(route => route.Value)]), RouteValue.Text([wanted]), RouteValue.Text([.. ours.Select(Without).OfType<RouteValue>()]),
            ours.Count == 0 ? PlaceHolder.Free : PlaceHolder.Ours)
        { IsShared = true };
    }

    private bool IsMade(MailgunRoute route) => route.Description == _mark || route.Description.StartsWith(_mark + ":", StringComparison.Ordinal);

    /// <summary>An admin's own that was corrected.</summary>
    private bool IsAdopted(MailgunRoute route) => route.Description.EndsWith($"({_mark})", StringComparison.Ordinal);

    private string Unmarked(string description)
    {
        if (description.EndsWith($"({_mark})", StringComparison.Ordinal)) return description[..^(_mark.Length + 2)].TrimEnd();
        return description.StartsWith($"{_mark}:", StringComparison.Ordinal) ? description[(_mark.Length + 1)..].Trim() : description == _mark ? string.Empty : description;
    }

    private bool Names(IEnumerable<string> actions) => actions.Any(action => RouteAction.Of(action).Targets.Any(urls.IsOurs));

    private bool IsCurrent(MailgunRoute route) => route.Targets.Any(target => urls.OwnerOf(target) == HookOwner.Current);

    private RouteValue Corrected(MailgunRoute route)
    {
        var actions = route.Value.Actions.Where(action => !IsNotification(action)).Select(WithOurUrl).Distinct().ToList();
        if (!actions.Exists(action => RouteAction.Of(action).Targets.Contains(urls.Mime))) actions.Insert(0, Forward);
        if (!actions.Exists(action => RouteAction.Of(action).Kind == "store")) actions.Insert(actions.FindLastIndex(action => RouteAction.Of(action).Kind == "forward") + 1, Store);
        var fits = RouteExpression.Fit(route.Value.Expression, _address, isCaught: false) == RouteFit.Yes;
        return new RouteValue(fits ? route.Value.Expression : RouteExpression.Of(_address), actions, route.Value.Priority);
    }

    // store(notify=…) posts no mail.
    private bool IsNotification(string action) => RouteAction.Of(action) is { Kind: "store" } store && store.Targets.Any(urls.IsOurs);

    private string WithOurUrl(string action)
    {
        var read = RouteAction.Of(action);
        return read.Kind == "forward" && read.Targets.Any(urls.IsOurs) ? ForwardTo(read.Targets.Select(target => urls.IsOurs(target) ? urls.Mime : target).Distinct()) : action;
    }

    private static string ForwardTo(IEnumerable<string> targets) => $"forward(\"{string.Join(", ", targets)}\")";

    /// <summary>Null: nothing is left of it but what served us.</summary>
    private RouteValue? Without(MailgunRoute route)
    {
        var actions = route.Value.Actions.Select(WithoutOurs).OfType<string>().ToList();
        return actions.Exists(action => RouteAction.Of(action).Targets.Count > 0) ? route.Value with { Actions = actions } : null;
    }

    private string? WithoutOurs(string action)
    {
        var read = RouteAction.Of(action);
        var others = read.Targets.Where(target => !urls.IsOurs(target)).ToList();
        if (others.Count == read.Targets.Count) return action;
        return others.Count == 0 || read.Kind != "forward" ? null : ForwardTo(others);
    }
}
