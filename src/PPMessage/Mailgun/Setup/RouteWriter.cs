namespace PPMessage.Mailgun.Setup;

/// <summary>Makes a channel's routes be those that are wanted: changes what is there before it makes anything, so that a broken attempt leaves no second route.</summary>
internal sealed class RouteWriter(MailgunConsole console, MailgunAccount account, MailgunRoutes routes)
{
    /// <returns>Mailgun's words when it refused; null when all is as wanted.</returns>
    public async Task<string?> WriteAsync(IReadOnlyList<MailgunRoute> all, IReadOnlyList<RouteValue> wanted, CancellationToken cancellation)
    {
        var texts = wanted.Select(route => RouteValue.Text([route])).ToList();
        // One that is as wanted already is matched to its wish, whatever its place.
        var spare = routes.Ours(all).Where(route => !texts.Remove(RouteValue.Text([route.Value]))).ToList();
        texts.RemoveAll(text => all.Any(route => RouteValue.Text([route.Value]) == text));
        foreach (var missing in texts.Select(text => RouteValue.Parse(text)![0]))
        {
            if (await PutAsync(spare.FirstOrDefault(), missing, cancellation) is { } problem) return problem;
            if (spare.Count > 0) spare.RemoveAt(0);
        }

        foreach (var route in spare)
            if (await console.DeleteRouteAsync(account, route.Id, cancellation) is { } problem) return problem;
        return null;
    }

    private Task<string?> PutAsync(MailgunRoute? spare, RouteValue wanted, CancellationToken cancellation) => spare is null
        ? console.CreateRouteAsync(account, wanted, routes.DescriptionOf(null, wanted), cancellation)
        : console.ChangeRouteAsync(account, spare.Id, wanted, routes.DescriptionOf(spare, wanted), cancellation);
}
