namespace PPMessage.Mailgun.Setup;

/// <summary>A route that mail to an address comes to.</summary>
/// <param name="StoppedBy">The route before it that ends the walk (<c>stop()</c>); null: it is reached.</param>
internal sealed record ReachedRoute(MailgunRoute Route, RouteFit Fit, MailgunRoute? StoppedBy)
{
    public bool Acts => Fit == RouteFit.Yes && StoppedBy is null;
}

/// <summary>Which routes mail to an address runs through, in Mailgun's order: the lowest priority first, all that fit, until one stops. Pure.</summary>
internal static class RouteTable
{
    public static IReadOnlyList<ReachedRoute> Of(IEnumerable<MailgunRoute> routes, string address)
    {
        var reached = new List<ReachedRoute>();
        MailgunRoute? stop = null;
        var isCaught = false;
        foreach (var route in routes.OrderBy(route => route.Value.Priority))
        {
            var fit = RouteExpression.Fit(route.Value.Expression, address, isCaught);
            if (fit == RouteFit.No) continue;
            reached.Add(new(route, fit, stop));
            if (fit != RouteFit.Yes) continue;
            isCaught = true;
            if (route.Stops) stop ??= route;
        }

        return reached;
    }
}
