using System.Text.Json.Nodes;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Domains with their DNS records, and the account's signing key.</summary>
internal sealed class DomainsApi(MailState state, MailgunDoor door, MailgunSandboxOptions options, MailSigner signer)
{
    public void Map(IEndpointRouteBuilder api)
    {
        foreach (var version in (string[])["v3", "v4"])
        {
            api.MapGet($"/{version}/domains", List);
            api.MapGet($"/{version}/domains/{{name}}", (string name) => MailAnswers.Json(Whole(name)));
            api.MapPut($"/{version}/domains/{{name}}/verify", Verify);
        }

        api.MapGet("/v5/accounts/http_signing_key", () => MailAnswers.Json(new JsonObject { ["http_signing_key"] = signer.Key }));
    }

    private IResult List(HttpRequest request)
    {
        var (wanted, search) = (request.Query["state"].ToString(), request.Query["search"].ToString());
        var all = state.Domains.Where(domain => domain.IsEu == options.Eu && (wanted.Length == 0 || domain.State == wanted))
            .Where(domain => domain.Name.Contains(search, StringComparison.OrdinalIgnoreCase)).ToList();
        var page = all.Skip(request.Number("skip", 0, int.MaxValue)).Take(request.Number("limit", 100, 1000));
        return MailAnswers.Json(new JsonObject { ["total_count"] = all.Count, ["items"] = new JsonArray([.. page.Select(Short)]) });
    }

    private IResult Verify(string name)
    {
        var json = Whole(name);
        json["message"] = "Domain DNS records have been updated";
        return MailAnswers.Json(json);
    }

    private JsonObject Whole(string name)
    {
        var domain = door.Domain(name)!;
        var region = domain.IsEu ? "eu.mailgun.org" : "mailgun.org";
        return new JsonObject
        {
            ["domain"] = Short(domain),
            ["sending_dns_records"] = new JsonArray(
                Record("TXT", domain.Name, "v=spf1 include:mailgun.org ~all", domain.SendingValid),
                Record("TXT", $"sandbox._domainkey.{domain.Name}", "k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ", domain.SendingValid),
                Record("CNAME", $"email.{domain.Name}", region, domain.SendingValid)),
            ["receiving_dns_records"] = new JsonArray(Mx($"mxa.{region}", domain.ReceivingValid), Mx($"mxb.{region}", domain.ReceivingValid)),
        };
    }

    private static JsonObject Short(MailDomain domain)
    {
        var json = new JsonObject
        {
            ["id"] = $"{domain.Name.Length:d24}",
            ["name"] = domain.Name,
            ["state"] = domain.State,
            ["type"] = domain.Type,
            ["created_at"] = MailAnswers.Date(domain.CreatedAt),
            ["is_disabled"] = domain.State == "disabled",
            ["require_tls"] = false,
            ["skip_verification"] = false,
            ["smtp_login"] = $"postmaster@{domain.Name}",
            ["spam_action"] = domain.SpamAction,
            ["use_automatic_sender_security"] = false,
            ["web_prefix"] = "email",
            ["web_scheme"] = "https",
            ["wildcard"] = false,
        };
        if (domain.State == "disabled")
            json["disabled"] = new JsonObject { ["code"] = "suspended", ["reason"] = domain.DisabledReason, ["note"] = "", ["permanently"] = false };
        return json;
    }

    private static JsonObject Mx(string value, bool isValid)
    {
        var record = Record("MX", null, value, isValid);
        record.Remove("name");
        record["priority"] = "10";
        return record;
    }

    private static JsonObject Record(string type, string? name, string value, bool isValid) => new()
    {
        ["record_type"] = type,
        ["name"] = name,
        ["value"] = value,
        ["valid"] = isValid ? "valid" : "unknown",
        ["is_active"] = isValid,
        ["cached"] = MailAnswers.Array(isValid ? [value] : []),
    };
}
