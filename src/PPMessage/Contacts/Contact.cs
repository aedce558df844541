using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Contacts;

/// <summary>A person whom we may message, as stored.</summary>
internal sealed record Contact
{
    private static readonly Dictionary<string, JsonElement> NoAttributes = [];

    public required string Id { get; init; }

    public string? Name { get; init; }

    /// <summary>Canonical (<see cref="Address"/>).</summary>
    public IReadOnlyList<string> Phones { get; init; } = [];

    public IReadOnlyList<string> Emails { get; init; } = [];

    public string? ExternalId { get; init; }

    public IReadOnlyDictionary<string, JsonElement> Attributes { get; init; } = NoAttributes;

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>IANA name, e.g. <c>Asia/Shanghai</c>.</summary>
    public string? TimeZone { get; init; }

    /// <summary>BCP 47, e.g. <c>zh-CN</c>.</summary>
    public string? Locale { get; init; }

    public required DateTimeOffset FirstSeenAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public int Version { get; init; } = 1;

    /// <summary>The contact that this one has become part of: its id stands for that one from then on. Null: it is one of its own.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Contacts that have become part of this one, in the order in which they did.</summary>
    public IReadOnlyList<string> MergedFrom { get; init; } = [];

    /// <summary>Their ids in somebody else's system, beside its own: they still find this contact.</summary>
    public IReadOnlyList<string> FormerExternalIds { get; init; } = [];

    /// <summary>Keys of the last changes that flows made: each is made once.</summary>
    public IReadOnlyList<string> FlowChanges { get; init; } = [];

    /// <summary>When it was asked to be erased. It is nobody any more; what is left of it says only what is still to be erased.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>Whether there is such a contact, for everybody but those who merge and erase.</summary>
    [JsonIgnore]
    public bool IsLive => MergedInto is null && ErasedAt is null;

    /// <summary>The same contact, who is reached by one address more.</summary>
    public Contact With(Address address) => address.Kind switch
    {
        AddressKind.Phone => this with { Phones = [.. Phones, address.Value] },
        AddressKind.Email => this with { Emails = [.. Emails, address.Value] },
        _ => this with { ExternalId = address.Value },
    };

    /// <summary>Where it is reached first by addresses of a kind; null: it has none.</summary>
    public string? First(AddressKind kind) => kind switch
    {
        AddressKind.Phone => Phones.Count > 0 ? Phones[0] : null,
        AddressKind.Email => Emails.Count > 0 ? Emails[0] : null,
        _ => ExternalId ?? (FormerExternalIds.Count > 0 ? FormerExternalIds[0] : null),
    };

    public IEnumerable<Address> Addresses() =>
        Phones.Select(phone => new Address(AddressKind.Phone, phone))
            .Concat(Emails.Select(email => new Address(AddressKind.Email, email)))
            .Concat(FormerExternalIds.Prepend(ExternalId).OfType<string>().Select(id => new Address(AddressKind.External, id)));
}

/// <summary>Row of the table <c>Addresses</c>: whose address it is.</summary>
/// <param name="At">When it became theirs; null in rows from before this was noted.</param>
internal sealed record AddressOwner(string ContactId, string Address, DateTimeOffset? At = null);

/// <summary>Row <c>v|{contact}|{conversation}</c>: one of the contact's conversations.</summary>
internal sealed record ContactConversation(string ConversationId);
