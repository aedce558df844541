using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <inheritdoc cref="IChannelSetup"/>
internal sealed class MailgunSetup(MailgunConsole console, MailgunInspection inspection, ChannelDirectory channels, PPMessageOptions options) : IChannelSetup
{
    public const string NoKey = "The API key of this channel is not set or can't be read.";

    public async Task<IReadOnlyList<Check>> CheckAsync(Channel channel, CancellationToken cancellation)
    {
        if (AccountOf(channel) is not { } account)
            return [Check.Fail("credentials", NoKey, "Set the channel's secrets.apiKey: Mailgun's console shows it under Account settings, API keys.")];
        var checks = await inspection.InspectAsync(channel, account, await UrlsAsync(channel, cancellation), cancellation);
        return [.. checks.Select(check => check with { Message = Clean(channel, check.Message), Fix = check.Fix is null ? null : Clean(channel, check.Fix) })];
    }

    public async Task<Survey> SurveyAsync(Channel channel, CancellationToken cancellation)
    {
        if (AccountOf(channel) is not { } account) return new Survey([], NoKey);
        var urls = await UrlsAsync(channel, cancellation);
        var webhooks = await console.WebhooksAsync(account, cancellation);
        if (webhooks.Value is null) return Unasked(channel, "the domain's webhooks", webhooks);
        var routes = await console.RoutesAsync(account, cancellation);
        // A plan without routes says so again when one is to be written; the events can be connected all the same.
        if (routes.Value is null && !IsPlanRefusal(routes.Answer.Status)) return Unasked(channel, "the account's routes", routes);
        return new Survey([.. new MailgunWebhooks(urls, account.Domain).Places(webhooks.Value), new MailgunRoutes(channel, urls).Place(routes.Value ?? [])]);
    }

    public async Task<string?> WriteAsync(Channel channel, IReadOnlyList<Wish> wishes, CancellationToken cancellation)
    {
        if (AccountOf(channel) is not { } account) return NoKey;
        var urls = await UrlsAsync(channel, cancellation);
        var ofTypes = wishes.Where(wish => MailgunWebhooks.TypeOf(wish.Place) is not null).ToDictionary(wish => MailgunWebhooks.TypeOf(wish.Place)!);
        var problem = await new WebhookWriter(console, account, urls).WriteAsync(ofTypes, cancellation)
            ?? await WriteRouteAsync(channel, account, urls, wishes.FirstOrDefault(wish => wish.Place == MailgunRoutes.PlaceName), cancellation)
            ?? wishes.Where(wish => wish.Place != MailgunRoutes.PlaceName && MailgunWebhooks.TypeOf(wish.Place) is null).Select(wish => $"Mailgun has no place {wish.Place}.").FirstOrDefault();
        return problem is null ? null : Clean(channel, problem);
    }

    /// <summary>402 is Mailgun's word for "not in your plan"; 401 and 403 are a key's.</summary>
    internal static bool IsPlanRefusal(int status) => status == 402;

    private MailgunAccount? AccountOf(Channel channel) => MailgunAccount.Of(channel, channels, options);

    private async Task<string?> WriteRouteAsync(Channel channel, MailgunAccount account, MailHooks urls, Wish? wish, CancellationToken cancellation)
    {
        if (wish is null) return null;
        if (RouteValue.Parse(wish.Value) is not { } wanted) return "The value of the place route is not a route.";
        var told = await console.RoutesAsync(account, cancellation);
        if (told.Value is not { } routes) return $"Mailgun does not tell the account's routes: {told.Words}";
        var problem = await new RouteWriter(console, account, new MailgunRoutes(channel, urls)).WriteAsync(routes, wanted, cancellation);
        return problem is null ? null : $"Mailgun did not take the route: {problem}";
    }

    private async Task<MailHooks> UrlsAsync(Channel channel, CancellationToken cancellation) =>
        new(options.PublicBaseUrl, channel, await HookUrls.ReadAsync(options.PublicBaseUrl, channel, channels, cancellation));

    private Survey Unasked<T>(Channel channel, string what, Told<T> told)
        where T : class => new([], Clean(channel, $"Mailgun does not tell {what}: {told.Words}"));

    // Mailgun's words are not ours to trust.
    private string Clean(Channel channel, string text) => channel.Secrets.Keys.Select(name => channels.SecretOrNull(channel, name)).Where(secret => secret is { Length: > 7 })
        .Aggregate(text, (clean, secret) => clean.Replace(secret!, "…", StringComparison.Ordinal));
}
