using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <summary>
/// Makes a domain's webhooks be those that are wanted. Our URLs go in and out by the calls that name the URL, so who connects or registers something else at the
/// same time is not disturbed; a type's whole list is written only where others' are replaced or put back.
/// </summary>
internal sealed class WebhookWriter(MailgunConsole console, MailgunAccount account, MailHooks urls)
{
    /// <returns>Mailgun's words when it refused; null when all is as wanted.</returns>
    public async Task<string?> WriteAsync(IReadOnlyDictionary<string, Wish> wishes, CancellationToken cancellation)
    {
        if (wishes.Count == 0) return null;
        var told = await console.WebhooksAsync(account, cancellation);
        if (told.Value is not { } read) return $"Mailgun does not tell the domain's webhooks: {told.Words}";
        var stand = MailgunWebhooks.Types.ToDictionary(type => type, type => read.GetValueOrDefault(type, []));
        var wanted = MailgunWebhooks.Types.ToDictionary(type => type, type => wishes.GetValueOrDefault(type) is { } wish ? MailgunWebhooks.Merged(stand[type], wish) : stand[type]);
        foreach (var type in MailgunWebhooks.Types.Where(type => !Others(stand[type]).SetEquals(Others(wanted[type]))))
        {
            if (await console.PutWebhookAsync(account, type, stand[type].Count > 0, wanted[type], cancellation) is { } problem) return $"Mailgun did not take the webhook {type}: {problem}";
            stand[type] = wanted[type];
        }

        // What leads nowhere any more first: a type has room for few.
        foreach (var url in stand.Values.Concat(wanted.Values).SelectMany(all => all).Where(urls.IsOurs).Distinct().OrderBy(url => url == urls.Events).ToList())
            if (await PutAsync(url, Of(stand, url), Of(wanted, url), cancellation) is { } problem) return $"Mailgun did not take the webhooks: {problem}";
        return null;
    }

    private async Task<string?> PutAsync(string url, IReadOnlyList<string> now, IReadOnlyList<string> then, CancellationToken cancellation)
    {
        if (now.SequenceEqual(then)) return null;
        return then.Count == 0
            ? await console.RemoveUrlAsync(account, url, cancellation)
            : await console.PutUrlAsync(account, url, exists: now.Count > 0, then, cancellation);
    }

    private HashSet<string> Others(IEnumerable<string> all) => all.Where(url => !urls.IsOurs(url)).ToHashSet();

    private static IReadOnlyList<string> Of(Dictionary<string, IReadOnlyList<string>> webhooks, string url) =>
        [.. MailgunWebhooks.Types.Where(type => webhooks[type].Contains(url))];
}
