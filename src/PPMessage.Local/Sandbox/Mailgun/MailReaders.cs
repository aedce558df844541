using System.Text.RegularExpressions;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What came of something that a person did with a mail.</summary>
/// <param name="Event">What Mailgun noticed, and told the webhooks.</param>
/// <param name="Why">Why it noticed nothing.</param>
/// <param name="Url">What was followed, or posted to.</param>
/// <param name="StatusCode">What a POST was answered with.</param>
internal sealed record MailDeed(string? Event = null, string? Why = null, string? Url = null, int? StatusCode = null);

/// <summary>People at mailboxes: they open what they have got, follow links, stop the sender, call it spam. Mailgun notices what the mail asked it to notice.</summary>
internal sealed partial class MailReaders(MailState state, EventTeller teller, MailCaller caller, TimeProvider time)
{
    private static readonly MailDeed Foreign = new(Why: "It was not sent by this API.");

    public Task<MailDeed> OpenAsync(ReceivedMail mail, CancellationToken cancellation = default) => mail.Sent switch
    {
        null => Task.FromResult(Foreign),
        { TracksOpens: false } => Task.FromResult(new MailDeed(Why: "The mail did not ask for opens (o:tracking-opens), or has no HTML.")),
        var sent => TellAsync(new MailStep("opened", TimeSpan.Zero), sent, mail, cancellation),
    };

    /// <param name="url">As the sender wrote it, or as it stands in the mail; null: its first.</param>
    public Task<MailDeed> ClickAsync(ReceivedMail mail, string? url = null, CancellationToken cancellation = default)
    {
        if (mail.Sent is not { } sent) return Task.FromResult(Foreign);
        var links = Links(mail, sent).ToList();
        var link = links.Find(one => url is null || one.Target == url || one.Written == url);
        if (link.Written is null) return Task.FromResult(new MailDeed(Why: "The mail has no such link."));
        return link.IsTracked
            ? TellAsync(new MailStep("clicked", TimeSpan.Zero) { Url = link.Target }, sent, mail, cancellation)
            : Task.FromResult(new MailDeed(Why: "The mail did not ask for clicks (o:tracking-clicks).", Url: link.Target));
    }

    /// <summary>As a mail program does it: by one POST, without cookies, no redirect followed. Mailgun's own link makes it put the address on its list.</summary>
    public async Task<MailDeed> UnsubscribeAsync(ReceivedMail mail, CancellationToken cancellation = default)
    {
        if (mail.Header("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click") return new MailDeed(Why: "The mail has no List-Unsubscribe-Post: a mail program shows no button.");
        if (Bracketed().Matches(mail.Header("List-Unsubscribe") ?? "").Select(match => match.Groups["url"].Value).FirstOrDefault(IsPostable) is not { } url)
            return new MailDeed(Why: "The List-Unsubscribe has no https address.");
        if (mail.Sent is { } sent && url.StartsWith($"https://email.{sent.Domain}/u/", StringComparison.Ordinal))
            return await TellAsync(new MailStep("unsubscribed", TimeSpan.Zero) { Suppresses = "unsubscribes" }, sent, mail, cancellation) with { Url = url };
        var (status, error) = await caller.UnsubscribeAsync(new Uri(url), cancellation);
        return new MailDeed(Url: url, StatusCode: status, Why: error);
    }

    public Task<MailDeed> ComplainAsync(ReceivedMail mail, CancellationToken cancellation = default) => mail.Sent is { } sent
        ? TellAsync(new MailStep("complained", TimeSpan.Zero) { Suppresses = "complaints" }, sent, mail, cancellation)
        : Task.FromResult(Foreign);

    private async Task<MailDeed> TellAsync(MailStep step, SentMail sent, ReceivedMail mail, CancellationToken cancellation)
    {
        if (step.Suppresses is { } list) state.Put(new MailSuppression(sent.Domain, list, mail.Mailbox, time.GetUtcNow()));
        await teller.TellAsync(step, sent, mail.Mailbox, new PlannedCalls(new CallPlan(), time), isRouted: false, cancellation);
        return new MailDeed(step.Event, Url: step.Event == "clicked" ? step.Url : null);
    }

    private static IEnumerable<(string Written, string Target, bool IsTracked)> Links(ReceivedMail mail, SentMail sent)
    {
        foreach (Match match in Link().Matches($"{mail.Html} {mail.Text}"))
        {
            var written = System.Net.WebUtility.HtmlDecode(match.Value);
            var target = sent.TracksClicks ? TrackedLink.Target(sent.Domain, written) : null;
            if (target is not null || !written.StartsWith($"http://email.{sent.Domain}/", StringComparison.Ordinal)) yield return (written, System.Net.WebUtility.HtmlDecode(target ?? written), target is not null);
        }
    }

    // A mail program takes https only; here the application may be on this machine.
    private static bool IsPostable(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && (parsed.Scheme == "https" || (parsed.Scheme == "http" && parsed.IsLoopback));

    [GeneratedRegex("<(?<url>[^<>]+)>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bracketed();

    [GeneratedRegex("""https?://[^\s"'<>]+""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
