using PPMessage.Contacts.Attributes;

namespace PPMessage.Contacts.Bulk;

/// <summary>A contact as some rows of a chunk make it.</summary>
/// <param name="stored">As it stands; null: it is not there.</param>
/// <param name="start">As it stands, or an empty one that is to be made.</param>
internal sealed class PlannedContact((Contact Contact, string ETag)? stored, Contact start)
{
    public (Contact Contact, string ETag)? Stored { get; } = stored;

    public Contact Now { get; set; } = start;

    /// <summary>In the order of the file.</summary>
    public List<ImportRow> Rows { get; } = [];

    /// <summary>What it does not own yet.</summary>
    public List<Address> Claims { get; } = [];

    public bool IsChanged => Stored is not { } stands || !RowPatch.Same(stands.Contact, Now);

    /// <summary>Somebody else got in between: its rows are decided again, one by one.</summary>
    public bool IsDoubtful { get; set; }
}

/// <summary>What became of a row, as <see cref="ImportJob.Planned"/> keeps it.</summary>
internal static class RowOutcome
{
    public const char Created = 'c';
    public const char Updated = 'u';
    public const char Unchanged = 'n';
    public const char Refused = 'r';

    public static RowCounts Count(IEnumerable<char> outcomes)
    {
        var by = outcomes.CountBy(outcome => outcome).ToDictionary();
        var (created, updated, unchanged, refused) = (by.GetValueOrDefault(Created), by.GetValueOrDefault(Updated), by.GetValueOrDefault(Unchanged), by.GetValueOrDefault(Refused));
        return new(created + updated + unchanged + refused, created, updated, unchanged, refused);
    }
}

/// <summary>
/// Decides, row by row in the order of the file, which contact each belongs to and what it makes of it. Knows whose the rows' addresses are and what their
/// contacts are; writes nothing. An address that a row claims is its contact's for the rows behind it.
/// </summary>
internal sealed class ImportPlan(string? region, KnownAttributes defined, Dictionary<Address, string> owners, IReadOnlyDictionary<string, (Contact Contact, string ETag)> stored)
{
    private readonly Dictionary<string, PlannedContact> _contacts = [];

    public IEnumerable<PlannedContact> Contacts => _contacts.Values;

    public List<RefusedRow> Refused { get; } = [];

    /// <summary>
    /// Rows whose own contact owns an address, from an earlier try, and was never made, for another address turned out to be somebody's: to be freed, and decided again.
    /// </summary>
    public List<ImportRow> Stray { get; } = [];

    /// <returns>One of <see cref="RowOutcome"/>.</returns>
    public char Add(ImportRow row)
    {
        if (row.Json is null) return Refuse(row.Mistake!);
        var found = Owners(row);
        if (found.Count > 1 && found.RemoveAll(owner => owner.Id == row.OwnId && !Exists(owner.Id)) > 0)
        {
            Stray.Add(row);
            return RowOutcome.Unchanged;
        }

        if (found.DistinctBy(owner => owner.Id).Skip(1).FirstOrDefault() is { Id: not null } other)
            return Refuse(new(row.Number, other.Field, $"{other.Name} belongs to {other.Id}, and {found[0].Name} to {found[0].Id}: merge the two, or split the row"));
        if (found.Count > 0) return Put(row, Of(found[0].Id, row));
        if (row.Addresses.Count == 0 && row.Mistake is null)
            return Refuse(new(row.Number, "phones", "a row needs a phone number, an e-mail address or an externalId: without one, a repeated import would make its contact again"));
        return row.Mistake is { } mistake ? Refuse(mistake) : Put(row, Of(row.OwnId, row));
    }

    private List<(string Id, string Field, string Name)> Owners(ImportRow row)
    {
        var found = new List<(string Id, string Field, string Name)>();
        if (row.GivenId is { } given && Exists(given)) found.Add((Living(given), "id", "this id"));
        foreach (var address in row.Addresses)
            if (owners.TryGetValue(address, out var owner)) found.Add((Living(owner), FieldOf(address), address.Value));
        return found;
    }

    private char Put(ImportRow row, PlannedContact contact)
    {
        var isNew = contact.Stored is null && contact.Rows.Count == 0;
        var after = row.Draft;
        if (!isNew || row.Draft.Id != contact.Now.Id || row.Mistake is not null)
        {
            after = RowPatch.Apply(row.Json!.Value, contact.Now, region, defined, out var mistake);
            if (mistake is { } wrong) return Refuse(new(row.Number, wrong.Field, wrong.Message));
        }

        _contacts[after.Id] = contact;
        var isChanged = isNew || !RowPatch.Same(after, contact.Now);
        contact.Rows.Add(row);
        contact.Now = after;
        foreach (var address in after.Addresses())
            if (owners.TryAdd(address, after.Id)) contact.Claims.Add(address);
        return isNew ? RowOutcome.Created : isChanged ? RowOutcome.Updated : RowOutcome.Unchanged;
    }

    // An owner that is not there is a contact-to-be whose maker died: this row brings it into being.
    private PlannedContact Of(string id, ImportRow row)
    {
        if (_contacts.TryGetValue(id, out var planned)) return planned;
        return stored.TryGetValue(id, out var found) ? new PlannedContact(found, found.Contact) : new PlannedContact(null, Blank(row.Draft, id));
    }

    /// <summary>The id of one that was merged stands for the contact that is left.</summary>
    private string Living(string id) => stored.TryGetValue(id, out var found) ? found.Contact.Id : id;

    private bool Exists(string id) => stored.ContainsKey(id) || _contacts.ContainsKey(id);

    private char Refuse(RefusedRow row)
    {
        Refused.Add(row);
        return RowOutcome.Refused;
    }

    private static Contact Blank(Contact draft, string id) => new() { Id = id, FirstSeenAt = draft.FirstSeenAt, CreatedAt = draft.CreatedAt, UpdatedAt = draft.UpdatedAt };

    private static string FieldOf(Address address) => address.Kind switch
    {
        AddressKind.Phone => "phones",
        AddressKind.Email => "emails",
        _ => "externalId",
    };
}
