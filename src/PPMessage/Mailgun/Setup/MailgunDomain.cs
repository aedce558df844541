using System.Text.Json;

namespace PPMessage.Mailgun.Setup;

/// <summary>A domain as Mailgun knows it. Any field of the answer may be missing: the documentation's own example lacks some.</summary>
/// <param name="State"><c>active</c>, <c>unverified</c> or <c>disabled</c>; empty: it was not said.</param>
/// <param name="Trouble">Why Mailgun has disabled it, in its words; empty: it has not, or did not say.</param>
internal sealed record MailgunDomain(string State, bool IsSandbox, bool IsDisabled, string Trouble, IReadOnlyList<DomainRecord> Sending, IReadOnlyList<DomainRecord> Receiving)
{
    /// <summary>Null: this is not what a domain looks like.</summary>
    public static MailgunDomain? Of(JsonElement json)
    {
        if (json.At("domain") is not { ValueKind: JsonValueKind.Object } domain) return null;
        var state = domain.Text("state")?.ToLowerInvariant() ?? string.Empty;
        return new(
            state, domain.Text("type") == "sandbox", state == "disabled" || domain.IsTrue("is_disabled"), Disabled(domain.At("disabled")),
            Records(json.At("sending_dns_records")), Records(json.At("receiving_dns_records")));
    }

    private static string Disabled(JsonElement disabled) => ForeignWords.Short(
        string.Join("; ", new[] { disabled.Text("reason"), disabled.Text("note"), disabled.Text("until") is { } until ? $"until {until}" : null }.OfType<string>()));

    private static IReadOnlyList<DomainRecord> Records(JsonElement records) =>
        records.ValueKind == JsonValueKind.Array ? [.. records.EnumerateArray().Select(DomainRecord.Of)] : [];
}

/// <summary>A DNS record that Mailgun wants, and whether it has seen it.</summary>
/// <param name="Name">Empty for MX: the domain itself.</param>
internal sealed record DomainRecord(string Type, string Name, string Value, string Priority, bool IsValid)
{
    /// <summary>One TXT record, or two CNAMEs where Mailgun changes the keys by itself.</summary>
    public bool IsDkim => Name.Contains("._domainkey.", StringComparison.OrdinalIgnoreCase);

    public static DomainRecord Of(JsonElement json) => new(
        json.Text("record_type")?.ToUpperInvariant() ?? string.Empty, json.Text("name") ?? string.Empty, json.Text("value") ?? string.Empty,
        json.Text("priority") ?? "10", json.Text("valid") == "valid");
}
