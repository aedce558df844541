using PPMessage.Channels.Setup;
using PPMessage.Http;

namespace PPMessage.Mailgun.Setup;

/// <summary>What was found out about a channel's key and domain.</summary>
/// <param name="Region">That the channel is set to.</param>
/// <param name="OtherRegion">Null: it is not asked, or can't be told from this one.</param>
/// <param name="MaySend">Whether a key that may look at nothing may send; asked only of such.</param>
internal sealed record AccountFacts(string DomainName, string Region, Told<MailgunDomain> Domain, Told<MailgunDomain>? OtherRegion = null, bool MaySend = false);

/// <summary>Key, region and domain, judged. Pure.</summary>
internal static class AccountChecks
{
    private const string Credentials = "credentials";
    private const string Domain = "domain";

    public static IEnumerable<Check> Of(AccountFacts facts) => facts switch
    {
        { Domain.Value: { } domain } => [Check.Pass(Credentials, "Mailgun takes the API key."), .. OfDomain(facts, domain)],
        { OtherRegion.Value: not null } => [Check.Fail(
            "region", $"The domain {facts.DomainName} is in Mailgun's region {Other(facts)}, and the channel is set to {facts.Region}.", $"Set the channel's settings.region to {Other(facts)}.")],
        { MaySend: true } => [Check.Warn(
            Credentials, "The API key may send and nothing else: the domain, its routes, webhooks and signing key can neither be looked at nor connected with it, nor can missed outcomes and suppressed addresses be asked for.",
            "Put an account API key into secrets.apiKey (Mailgun's console, Account settings, API keys), or enter the channel's URLs by hand.")],
        { Domain.IsRefusedKey: true } => [Check.Fail(
            Credentials, $"Mailgun refuses the API key ({facts.Domain.Words}).", $"Put the API key from Mailgun's console (Account settings, API keys) into secrets.apiKey. If it is right, settings.region ({facts.Region}) may be wrong.")],
        { Domain.Answer: { Reach: ProviderReach.Answered, Status: 404 } } => [Check.Pass(Credentials, "Mailgun takes the API key."), Unknown(facts)],
        { Domain.Answer.IsSuccess: true } => [Check.Fail(
            Credentials, $"What answers is not Mailgun's API as documented ({facts.Domain.Words}).", "Look at settings.domain (the bare name, nothing else) and, where the host sets it, at PPMessage__Mailgun__BaseUrl.")],
        _ => [Check.Fail(Credentials, $"Mailgun could not be asked ({facts.Domain.Words}).", "Check again later; if it stays so, look whether this program can reach Mailgun's API.")],
    };

    private static string Other(AccountFacts facts) => facts.Region == "eu" ? "us" : "eu";

    private static Check Unknown(AccountFacts facts)
    {
        var where = facts.OtherRegion is null ? $"region {facts.Region}; the other region could not be asked" : $"either region (us, eu)";
        return Check.Fail(
            Domain, $"Mailgun does not know the domain {facts.DomainName} in this key's account, in {where} ({facts.Domain.Words}).",
            $"Look whether settings.domain is spelled as in Mailgun's console, whether settings.region ({facts.Region}) is the domain's, and whether the key is of the account that has it.");
    }

    private static IEnumerable<Check> OfDomain(AccountFacts facts, MailgunDomain domain) => [State(facts.DomainName, domain), Receiving(facts.DomainName, domain), Dkim(facts.DomainName, domain)];

    private static Check State(string name, MailgunDomain domain) => domain switch
    {
        { IsDisabled: true } => Check.Fail(
            Domain, $"Mailgun has disabled the domain {name}{(domain.Trouble.Length > 0 ? $": “{domain.Trouble}”" : " and does not say why")}.", "Ask Mailgun's support: only they can lift it."),
        { State: "unverified" } => Check.Fail(
            Domain, $"The domain {name} is unverified: Mailgun sends nothing from it.", "Set the DNS records that Mailgun's console shows for the domain, then press “Verify” there."),
        { IsSandbox: true } => Check.Warn(
            Domain, $"{name} is one of Mailgun's sandbox domains: mail goes to authorised recipients only.", "Add a domain of your own at Mailgun and put it into settings.domain; until then, add who shall get mail to the authorised recipients."),
        _ => Check.Pass(Domain, $"The domain {name} is {(domain.State.Length > 0 ? domain.State : "known")} at Mailgun."),
    };

    private static Check Receiving(string name, MailgunDomain domain)
    {
        const string check = "receiving";
        var wanted = string.Join(", ", domain.Receiving.Select(record => $"{record.Value} ({record.Priority})"));
        var missing = domain.Receiving.Count(record => !record.IsValid);
        var fix = $"Set MX of {name} to {wanted}, then press “Verify” at the domain in Mailgun's console.";
        if (domain.Receiving.Count == 0)
            return Check.Warn(check, $"Mailgun does not tell which MX records it wants of {name}, nor whether it sees them.", "See the domain's DNS records in Mailgun's console.");
        if (missing == 0) return Check.Pass(check, $"Mailgun sees the MX records of {name}.");
        return missing == domain.Receiving.Count
            ? Check.Fail(check, $"Mailgun does not see its MX records at {name}: it may send and yet receive nothing.", fix)
            : Check.Warn(check, $"Mailgun sees only some of its MX records at {name}.", fix);
    }

    private static Check Dkim(string name, MailgunDomain domain)
    {
        var missing = domain.Sending.Where(record => record is { IsDkim: true, IsValid: false }).ToList();
        if (!domain.Sending.Any(record => record.IsDkim))
            return Check.Warn("dkim", $"Mailgun does not tell which DKIM records it wants of {name}, nor whether it sees them.", "See the domain's DNS records in Mailgun's console.");
        return missing.Count == 0
            ? Check.Pass("dkim", $"Mailgun sees the DKIM records of {name}.")
            : Check.Fail(
                "dkim", $"Mailgun does not see the DKIM record of {name} ({string.Join(", ", missing.Select(record => $"{record.Type} {record.Name}"))}): receivers can't tell its mail from forgeries.",
                "Copy the record from Mailgun's console (the domain's DNS records) to your DNS provider as it is, in one piece, then press “Verify”.");
    }
}
