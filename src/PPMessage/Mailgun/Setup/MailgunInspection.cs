using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <summary>Fetches what the checks judge: first whether the key opens anything, then the rest at once. Thread-safe.</summary>
internal sealed class MailgunInspection(
    MailgunConsole console, MailDns dns, ConfirmedKeys confirmed, AnswerAddresses answers, ChannelDirectory channels, PPMessageOptions options)
{
    public async Task<IReadOnlyList<Check>> InspectAsync(Channel channel, MailgunAccount account, MailHooks urls, CancellationToken cancellation)
    {
        var named = DnsAsync(channel, account, cancellation);
        var facts = await AccountAsync(channel, account, cancellation);
        IReadOnlyList<Check> connected = facts.Domain.Value is null && !facts.MaySend ? [] : await ConnectedAsync(channel, account, urls, facts.MaySend, cancellation);
        return [.. AccountChecks.Of(facts), .. await named, .. connected];
    }

    private async Task<AccountFacts> AccountAsync(Channel channel, MailgunAccount account, CancellationToken cancellation)
    {
        var facts = new AccountFacts(account.Domain, MailgunAccount.RegionOf(channel), await console.DomainAsync(account, cancellation));
        if (facts.Domain.Value is not null || !(facts.Domain.IsRefusedKey || facts.Domain.Answer.Status == 404)) return facts;
        var other = account.InOtherRegion(options);
        if (other is not null) facts = facts with { OtherRegion = await console.DomainAsync(other, cancellation) };
        return facts.OtherRegion?.Value is null && facts.Domain.IsRefusedKey ? facts with { MaySend = await console.MaySendAsync(account, cancellation) } : facts;
    }

    private async Task<IReadOnlyList<Check>> DnsAsync(Channel channel, MailgunAccount account, CancellationToken cancellation)
    {
        var region = MailgunAccount.RegionOf(channel);
        var answered = channel.Setting(MailgunChannels.Address)!.ToLowerInvariant().Split('@')[^1];
        var mx = dns.MxAsync(answered, cancellation);
        var bounces = answered == account.Domain ? null : dns.MxAsync(account.Domain, cancellation);
        var spf = dns.TextsAsync(account.Domain, cancellation);
        var dmarc = await Task.WhenAll(DnsChecks.DmarcNames(account.Domain).Select(async name => (name, await dns.TextsAsync(name, cancellation))));
        var checks = new List<Check> { DnsChecks.Mx(answered, await mx, region, isAnswered: true) };
        if (bounces is not null) checks.Add(DnsChecks.Mx(account.Domain, await bounces, region, isAnswered: false));
        var allows = await SpfWalk.AllowsMailgunAsync(SpfWalk.RecordsOf((await spf).Records), name => dns.TextsAsync(name, cancellation));
        return [.. checks, DnsChecks.Spf(account.Domain, await spf, allows), DnsChecks.Dmarc(account.Domain, dmarc)];
    }

    private async Task<IReadOnlyList<Check>> ConnectedAsync(Channel channel, MailgunAccount account, MailHooks urls, bool maySendOnly, CancellationToken cancellation)
    {
        // A key that may only send would be refused everywhere, once for each.
        if (maySendOnly) return [KeyChecks.Of(await KeyAsync(channel, account, told: null, cancellation))];
        var key = console.SigningKeyAsync(account, cancellation);
        var routes = console.RoutesAsync(account, cancellation);
        var webhooks = await console.WebhooksAsync(account, cancellation);
        return
        [
            KeyChecks.Of(await KeyAsync(channel, account, await key, cancellation)),
            .. await RoutesAsync(channel, urls, await routes, cancellation),
            .. webhooks.Value is { } hooks ? WebhookChecks.Of(hooks, urls) : [WebhookChecks.Refused(webhooks.Words)],
        ];
    }

    private async Task<KeyFacts> KeyAsync(Channel channel, MailgunAccount account, Told<string>? told, CancellationToken cancellation)
    {
        var ours = channels.SecretOrNull(channel, MailgunChannels.WebhookSigningKey) is { Length: > 0 } key ? key : null;
        return new KeyFacts(ours, account.ApiKey, told, ours is not null && await confirmed.IsConfirmedAsync(channel, cancellation));
    }

    private async Task<IReadOnlyList<Check>> RoutesAsync(Channel channel, MailHooks urls, Told<IReadOnlyList<MailgunRoute>> told, CancellationToken cancellation)
    {
        if (told.Value is not { } routes) return [RouteChecks.Refused(told)];
        var checks = new RouteChecks(new MailgunRoutes(channel, urls), urls, routes);
        var live = (await channels.AllAsync(cancellation)).Where(other => !other.Archived).ToList();
        var others = (await answers(cancellation)).Where(address => address != channel.Setting(MailgunChannels.Address)?.ToLowerInvariant() && !live.Exists(other => IsFor(other, channel, address))).ToList();
        return others.Count == 0 ? [.. checks.All()] : [.. checks.All(), checks.Answers(others)];
    }

    // Its own check looks after it, by the routes of its own account.
    private static bool IsFor(Channel other, Channel channel, string address) => other.Id != channel.Id
        && (string.Equals(other.Setting(MailgunChannels.Address), address, StringComparison.OrdinalIgnoreCase)
            || (IsAt(address, other.Setting(MailgunChannels.Domain)) && !IsAt(address, channel.Setting(MailgunChannels.Domain))));

    private static bool IsAt(string address, string? domain) => domain is not null && address.EndsWith($"@{domain}", StringComparison.OrdinalIgnoreCase);
}
