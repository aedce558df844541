using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <summary>What the DNS says of a domain, judged. Pure. Sources: documentation.mailgun.com, "Domain verification setup"; RFC 7208 (SPF); RFC 7489 (DMARC).</summary>
internal static class DnsChecks
{
    /// <param name="isAnswered">Whether contacts' answers go to this name; else only reports of mail that came back late.</param>
    public static Check Mx(string name, DnsFinding<MailHost> found, string region, bool isAnswered)
    {
        var check = isAnswered ? "mx" : "mx-bounces";
        var fix = $"Set MX of {name} to {Hosts(region)}, and nothing else. Where other mail comes to {name}, use a sub-domain for this mail alone, such as {Sub(name)}.";
        var mailgun = found.Records.Where(host => host.IsMailgun).ToList();
        return found switch
        {
            { Trouble: { } trouble } => NotLookedUp(check, "MX", name, trouble),
            { Alias: { } alias } => Check.Fail(check, $"{name} is a CNAME of {alias}: a name with a CNAME can hold no MX or TXT records.", $"Take the CNAME of {name} away, or use another sub-domain for mail."),
            { Records: [] } => Judge(isAnswered, check, $"{name} has no MX record: no mail can be sent to it{Late(isAnswered)}.", fix),
            _ when mailgun.Count == 0 => Judge(isAnswered, check, $"MX of {name} is {Named(found.Records)}: mail to it never comes to Mailgun{Late(isAnswered)}.", fix),
            _ when mailgun.Count < found.Records.Count => Check.Fail(check, Mixed(name, found.Records), fix),
            _ => Check.Pass(check, $"MX of {name} is {Named(found.Records)}."),
        };
    }

    /// <param name="allows">Whether the record allows Mailgun, be it by way of others; null: not to be known.</param>
    public static Check Spf(string name, DnsFinding<string> found, bool? allows)
    {
        const string wanted = "v=spf1 include:mailgun.org ~all";
        var records = SpfWalk.RecordsOf(found.Records).ToList();
        return records switch
        {
            _ when found.Trouble is { } trouble => NotLookedUp("spf", "TXT", name, trouble),
            _ when found.Alias is { } alias => Check.Fail("spf", $"{name} is a CNAME of {alias}, so it can hold no SPF record of its own.", $"Take the CNAME of {name} away, or use another sub-domain for mail."),
            [] => Check.Fail("spf", $"{name} has no SPF record.", $"Add the TXT record “{wanted}” at {name}."),
            [_, _, ..] => Check.Fail(
                "spf", $"{name} has {records.Count} SPF records ({string.Join("; ", records.Select(Quoted))}): receivers take that for an error (permerror) and for no SPF at all.",
                $"Merge them into one TXT record at {name}, such as “v=spf1 include:mailgun.org include:… ~all”."),
            [var one] when allows is null => Check.Warn(
                "spf", $"The SPF record of {name} ({Quoted(one)}) names no Mailgun, and not all that it points to could be looked up.", "Check again later, or add include:mailgun.org to it, before its last word; don't add a second record."),
            [var one] when allows == false => Check.Fail(
                "spf", $"The SPF record of {name} ({Quoted(one)}) does not allow Mailgun to send.", "Add include:mailgun.org to it, before its last word; don't add a second record."),
            [var one] => Check.Pass("spf", $"The SPF record of {name} is {Quoted(one)}."),
        };
    }

    /// <param name="found">By name, the domain's own first: the first that has a record holds.</param>
    public static Check Dmarc(string name, IReadOnlyList<(string Name, DnsFinding<string> Found)> found)
    {
        foreach (var (at, texts) in found)
            if (texts.Records.FirstOrDefault(text => text.TrimStart().StartsWith("v=DMARC1", StringComparison.OrdinalIgnoreCase)) is { } record)
                return Check.Pass("dmarc", $"The DMARC record at {at} is {Quoted(record)}.");
        return found.Select(one => one.Found.Trouble).FirstOrDefault(trouble => trouble is not null) is { } why
            ? NotLookedUp("dmarc", "TXT", $"_dmarc.{name}", why)
            : Check.Warn("dmarc", $"{name} has no DMARC record: some receivers take its mail for spam.", $"Add the TXT record “v=DMARC1; p=none; rua=mailto:…” at _dmarc.{name}.");
    }

    /// <summary>Where a domain's policy may stand: its own name, then those above it.</summary>
    public static IEnumerable<string> DmarcNames(string domain)
    {
        var labels = domain.Split('.');
        // A country's or a provider's own record would be no policy of this domain, but then nothing is set anyway. As many as a walk up the tree may ask (DMARCbis, 4.10).
        return Enumerable.Range(0, Math.Min(8, Math.Max(1, labels.Length - 1))).Select(skip => "_dmarc." + string.Join('.', labels[skip..]));
    }

    private static string Sub(string name) => name.StartsWith("mg.", StringComparison.Ordinal) ? $"mail.{name[3..]}" : $"mg.{name}";

    private static string Mixed(string name, IReadOnlyList<MailHost> hosts)
    {
        var (first, mailguns) = (hosts[0].Priority, hosts.Where(host => host.IsMailgun).Min(host => host.Priority));
        var who = hosts.Where(host => host.Priority == first).ToList();
        var how = first < mailguns ? "so nothing comes to Mailgun while that answers" : who.Exists(host => !host.IsMailgun) ? "so a part of it never comes to Mailgun" : "so the others get what Mailgun does not take at once";
        return $"MX of {name} is mixed: {Named(hosts)}. Mail goes to the lowest number, {Named(who)}, {how}.";
    }

    private static Check Judge(bool isAnswered, string check, string message, string fix) => isAnswered ? Check.Fail(check, message, fix) : Check.Warn(check, message, fix);

    private static string Late(bool isAnswered) => isAnswered ? string.Empty : ", nor reports of mail that comes back late";

    private static Check NotLookedUp(string check, string type, string name, string trouble) => Check.Warn(
        check, $"{type} of {name} could not be looked up ({trouble}).", "Check again later. If it stays so, set PPMessage__Dns__Server to a DNS server (ip:port) that this program can reach.");

    private static string Named(IEnumerable<MailHost> hosts) => string.Join(", ", hosts);

    private static string Hosts(string region) => region == "eu" ? "mxa.eu.mailgun.org (10) and mxb.eu.mailgun.org (10)" : "mxa.mailgun.org (10) and mxb.mailgun.org (10)";

    private static string Quoted(string text) => $"“{ForeignWords.Short(text)}”";
}
