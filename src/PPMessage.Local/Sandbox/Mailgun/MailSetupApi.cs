using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PPMessage.Local.Sandbox.Dns;
using static PPMessage.Local.Sandbox.Control;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Puts the account, its domains, webhooks and DNS into the states in which a set-up goes wrong. What a call leaves out stays, but for the DNS.</summary>
internal sealed class MailSetupApi(MailgunSandbox sandbox)
{
    private const int MostRecords = 20;
    private const int LongestText = 2000;

    public void Map(IEndpointRouteBuilder control)
    {
        control.MapPut("/account", (Delegate)PutAccountAsync);
        control.MapPut("/domains/{name}", (Delegate)PutDomainAsync);
        control.MapPut("/domains/{name}/webhooks/{type}", (Delegate)PutWebhookAsync);
        control.MapDelete("/routes", DeleteRoutes);
        control.MapGet("/dns", () => TypedResults.Json(Zone(), MailSetupJson.Wire.DictionaryStringDnsRecords));
        control.MapPut("/dns/{name}", (Delegate)PutDnsAsync);
        control.MapDelete("/dns/{name}", DeleteDns);
    }

    private Task<IResult> PutAccountAsync(HttpContext context) => WithAsync(context, MailSetupJson.Wire.AccountChange, change =>
    {
        if (change.SigningKey is { Length: > 0 } key) sandbox.SignWith(key);
        if (change.RoutesRefused is { } words) sandbox.RefuseRoutes(words);
        return Task.FromResult<IResult>(TypedResults.NoContent());
    });

    private Task<IResult> PutDomainAsync(HttpContext context, string name) => WithAsync(context, MailSetupJson.Wire.DomainChange, change =>
    {
        if (change.State is not (null or "active" or "unverified" or "disabled")) throw new JsonException("state must be active, unverified or disabled.");
        if (change.Type is not (null or "custom" or "sandbox")) throw new JsonException("type must be custom or sandbox.");
        if (change.Region is not (null or "us" or "eu")) throw new JsonException("region must be us or eu.");
        sandbox.Put(change.Of(sandbox.Domain(name) ?? new MailDomain(name)));
        return Task.FromResult<IResult>(TypedResults.NoContent());
    });

    private Task<IResult> PutWebhookAsync(HttpContext context, string name, string type) => WithAsync(context, MailSetupJson.Wire.WebhookChange, change =>
    {
        if (!WebhooksApi.Types.Contains(type)) throw new JsonException($"{type} is no webhook: {string.Join(", ", WebhooksApi.Types)}.");
        if (change.Urls.Count > WebhooksApi.MostUrls) throw new JsonException($"urls must be at most {WebhooksApi.MostUrls}.");
        sandbox.SetWebhook(name, type, [.. change.Urls]);
        return Task.FromResult<IResult>(TypedResults.NoContent());
    });

    private NoContent DeleteRoutes()
    {
        sandbox.SetRoutes();
        return TypedResults.NoContent();
    }

    private Task<IResult> PutDnsAsync(HttpContext context, string name) => WithAsync(context, MailSetupJson.Wire.DnsChange, change =>
    {
        var records = change.Records;
        if (records.Mx.Count + records.Txt.Count > MostRecords || records.Txt.Sum(text => text.Length) > LongestText) throw new JsonException("That is more than an answer holds.");
        if (records.Mx.Any(mx => mx.Priority is < 0 or > ushort.MaxValue) || !records.Mx.Select(mx => mx.Host).Append(name).Append(records.Cname ?? name).All(IsName))
            throw new JsonException("Names must be of the DNS, priorities from 0 to 65535.");
        sandbox.Dns.Put(name, records);
        return Task.FromResult<IResult>(TypedResults.Json(Zone(), MailSetupJson.Wire.DictionaryStringDnsRecords));
    });

    private IResult DeleteDns(string name) => sandbox.Dns.Remove(name) ? TypedResults.NoContent() : Problem(StatusCodes.Status404NotFound, $"The DNS has no {name}.");

    private Dictionary<string, DnsRecords> Zone() => sandbox.Dns.All.OrderBy(one => one.Key, StringComparer.Ordinal).ToDictionary();

    private static bool IsName(string name) =>
        name.Length is > 0 and < 250 && name.TrimEnd('.').Split('.').All(label => label.Length is > 0 and < 64 && label.All(char.IsAscii));
}

/// <param name="RoutesRefused">What every call for routes is refused with, as by a plan without them; empty: they are allowed.</param>
internal sealed record AccountChange(string? SigningKey = null, string? RoutesRefused = null);

/// <param name="DisabledReason">Mailgun's words for a domain that is disabled.</param>
/// <param name="LargestBatch">To how many it may send by one call; 0 takes the limit away.</param>
internal sealed record DomainChange(
    string? State = null, string? Type = null, string? Region = null, bool? ReceivingValid = null, bool? SendingValid = null, string? DisabledReason = null,
    IReadOnlyList<string>? AuthorizedRecipients = null, int? LargestBatch = null)
{
    public MailDomain Of(MailDomain domain) => domain with
    {
        State = State ?? domain.State,
        Type = Type ?? domain.Type,
        IsEu = Region is null ? domain.IsEu : Region == "eu",
        ReceivingValid = ReceivingValid ?? domain.ReceivingValid,
        SendingValid = SendingValid ?? domain.SendingValid,
        DisabledReason = DisabledReason ?? domain.DisabledReason,
        AuthorizedRecipients = AuthorizedRecipients ?? domain.AuthorizedRecipients,
        LargestBatch = LargestBatch switch { null => domain.LargestBatch, <= 0 => null, var most => most },
    };
}

/// <summary>All of the name: what is left out is not there.</summary>
internal sealed record DnsChange(IReadOnlyList<DnsMx>? Mx = null, IReadOnlyList<string>? Txt = null, string? Cname = null, bool Fails = false)
{
    [JsonIgnore]
    public DnsRecords Records => new() { Mx = Mx ?? [], Txt = Txt ?? [], Cname = Cname, Fails = Fails };
}

internal sealed record WebhookChange(IReadOnlyList<string> Urls);

[JsonSerializable(typeof(AccountChange))]
[JsonSerializable(typeof(DomainChange))]
[JsonSerializable(typeof(WebhookChange))]
[JsonSerializable(typeof(DnsChange))]
[JsonSerializable(typeof(Dictionary<string, DnsRecords>))]
internal sealed partial class MailSetupJson : JsonSerializerContext
{
    public static readonly MailSetupJson Wire = new(ControlJson.Settings);
}
