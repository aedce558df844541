using System.Text.Json;

namespace PPMessage.Contacts;

/// <summary>A person whom we may message, as stored.</summary>
internal sealed record Contact
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    /// <summary>Canonical (<see cref="Address"/>).</summary>
    public IReadOnlyList<string> Phones { get; init; } = [];

    public IReadOnlyList<string> Emails { get; init; } = [];

    public string? ExternalId { get; init; }

    public IReadOnlyDictionary<string, JsonElement> Attributes { get; init; } = new Dictionary<string, JsonElement>();

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>IANA name, e.g. <c>Asia/Shanghai</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>BCP 47, e.g. <c>zh-CN</c>.</summary>
    public string? Locale { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public int Version { get; init; } = 1;

    /// <summary>The same contact, who is reached by one address more.</summary>
    public Contact With(Address address) => address.Kind switch
    {
        AddressKind.Phone => this with { Phones = [.. Phones, address.Value] },
        AddressKind.Email => this with { Emails = [.. Emails, address.Value] },
        _ => this with { ExternalId = address.Value },
    };

    /// <summary>Where it is reached first by addresses of a kind; null: it has none.</summary>
    public string? First(AddressKind kind) => Addresses().FirstOrDefault(address => address.Kind == kind)?.Value;

    public IEnumerable<Address> Addresses() =>
        Phones.Select(phone => new Address(AddressKind.Phone, phone))
            .Concat(Emails.Select(email => new Address(AddressKind.Email, email)))
            .Concat(ExternalId is null ? [] : [new Address(AddressKind.External, ExternalId)]);
}

/// <summary>Row of the table <c>Addresses</c>: whose address it is.</summary>
internal sealed record AddressOwner(string ContactId, string Address);

/// <summary>Row <c>v|{contact}|{conversation}</c>: one of the contact's conversations.</summary>
internal sealed record ContactConversation(string ConversationId);
