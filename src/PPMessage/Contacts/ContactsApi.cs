using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Contacts.Attributes;
using PPMessage.Http;

namespace PPMessage.Contacts;

/// <summary>The region whose habits phone numbers without country code follow; registered by whoever keeps channels.</summary>
internal delegate ValueTask<string?> DefaultRegion(CancellationToken cancellation);

/// <summary>What the conversations know of a contact; registered by whoever keeps them.</summary>
internal delegate Task<ContactActivity> FindActivity(Contact contact, CancellationToken cancellation);

/// <summary>Tells whoever shows names that a contact may have got another one; called after the commit, at least once. Registered by whoever keeps conversations.</summary>
internal delegate Task ContactNamed(string contactId, CancellationToken cancellation);

/// <summary>Tells whoever runs flows that a contact is made or changed: once before the commit, and once behind it. Registered by whoever runs flows.</summary>
internal delegate Task ContactHappens(Contact contact, bool created, bool committed, CancellationToken cancellation);

/// <param name="LastSeenAt">When the contact wrote last, or null.</param>
/// <param name="Consent">One entry for each channel and address of which a stop or start was ever heard, also where nothing else was ever exchanged.</param>
internal sealed record ContactActivity(DateTimeOffset? LastSeenAt, IReadOnlyList<ChannelConsent> Consent);

/// <param name="OnlyCampaigns">What is stopped are campaigns: the contact is still answered.</param>
/// <param name="At">When that was last changed.</param>
/// <param name="History">The last changes, oldest first.</param>
internal sealed record ChannelConsent(string ChannelId, string Address, bool Stopped, bool OnlyCampaigns, DateTimeOffset At, IReadOnlyList<ConsentStep> History);

/// <param name="Reason"><c>stop</c>, <c>unsubscribe</c>, <c>bounce</c>, <c>complaint</c> or <c>manual</c>.</param>
/// <param name="Source">Who said so: <c>word</c> (the contact wrote it), <c>link</c> (of a campaign), <c>provider</c>, or the caller.</param>
/// <param name="MessageId">In or by which it was said; null: that is not known, or it was erased.</param>
internal sealed record ConsentStep(bool Stopped, string Reason, string Source, string Detail, string? MessageId, DateTimeOffset At);

/// <summary><c>/api/contacts</c>. Write order: addresses are claimed, then the contact is written, then addresses that it gave up are released;
/// dying in between leaves an address that points at its contact-to-be, which a message from it, or the repeated request, brings into being; five minutes later it
/// is anybody's (<see cref="ContactStore.InheritAsync"/>). A change that is not made gives back what it has claimed.</summary>
internal sealed class ContactsApi(
    ContactStore store, PresenceStore presence, AttributeDirectory attributes, Idempotency idempotency, AuditLog audit, TimeProvider time, DefaultRegion region, FindActivity activity, ContactNamed named,
    ContactHappens happens)
{
    private const int BodyBytes = 64 * 1024;
    private const int Tries = 4;

    /// <summary>One contact by address or external id, or all by order of creation within their buckets.</summary>
    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        var (address, externalId) = (context.Request.Query["address"].ToString(), context.Request.Query["externalId"].ToString());
        // A program that has no value to ask for must not be given everybody.
        foreach (var name in new[] { "address", "externalId" })
            if (context.Request.Query.ContainsKey(name) && context.Request.Query[name].ToString().Trim().Length == 0) return Problems.Invalid(name, "must not be empty: leave it out to list all contacts");
        if (address.Length > 0 || externalId.Length > 0) return await ByAddressAsync(address, externalId, cancellation);
        if (page.Cursor is { } cursor && ContactKeys.BucketOf(cursor) is null) return Problems.Invalid("cursor", "is none that this list gave");
        return Json(await PageAsync(page, cancellation));
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } found ? await OkAsync(context, found.Contact, cancellation) : None();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var draft = ContactEdit.Apply(fields, Blank(time.GetUtcNow()), await region(cancellation), await attributes.KnownAsync(cancellation));
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context.Caller(), draft, scope, cancellation), cancellation);
    }

    public async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var claims = new List<(Address Address, string For)>();
        try
        {
            return await ChangeAsync(context, id, fields, claims, cancellation);
        }
        finally
        {
            if (claims.Count > 0) await GiveBackAsync(claims);
        }
    }

    /// <param name="claims">Filled with what was claimed for a change that is not made.</param>
    private async Task<IResult> ChangeAsync(HttpContext context, string id, Fields fields, List<(Address Address, string For)> claims, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return None();
            if (!ETags.Matches(context, found.Contact.Version)) return Problems.Stale();
            var after = ContactEdit.Apply(fields, found.Contact, await region(cancellation), await attributes.KnownAsync(cancellation)) with { Version = found.Contact.Version + 1, UpdatedAt = time.GetUtcNow() };
            if (fields.Problem() is { } mistakes) return mistakes;
            claims.AddRange(after.Addresses().Except(found.Contact.Addresses()).Select(address => (address, after.Id)));
            if (await ClaimAsync(after, found.Contact.Addresses(), cancellation) is { } taken) return taken;
            await happens(after, false, false, cancellation);
            if (!await store.ReplaceAsync(after, found.ETag, cancellation)) continue;
            claims.Clear();
            await happens(after, false, true, cancellation);
            foreach (var given in found.Contact.Addresses().Except(after.Addresses())) await store.ReleaseAsync(given, after.Id, cancellation);
            await audit.WriteAsync(context.Caller().Key, "contact.changed", after.Id, ContactEdit.Describe(found.Contact, after));
            if (fields.Has("name")) await named(after.Id, cancellation);
            return await OkAsync(context, after, cancellation);
        }

        return Problems.Conflict("Others change this contact at the same time: try again.");
    }

    // Not what the contact has by now by somebody else's change: also where the answer to our own was lost. The client may be gone.
    private async Task GiveBackAsync(IReadOnlyList<(Address Address, string For)> claims)
    {
        foreach (var same in claims.Distinct().GroupBy(claim => claim.For))
        {
            var stands = (await store.RowAsync(same.Key, CancellationToken.None))?.Contact is { IsLive: true } contact ? contact.Addresses() : [];
            foreach (var address in same.Select(claim => claim.Address).Except(stands)) await store.ReleaseAsync(address, same.Key, CancellationToken.None);
        }
    }

    private async Task<Outcome> CreateAsync(Caller caller, Contact draft, RequestScope scope, CancellationToken cancellation)
    {
        var contact = draft with { Id = ContactKeys.NewId(scope.NewUlid()), CreatedAt = scope.CreatedAt, FirstSeenAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt };
        if (await ClaimAsync(contact, [], cancellation) is { } taken) return Outcome.Refused(taken);
        await happens(contact, true, false, cancellation);
        // With our own id there: an earlier try of the same request.
        var stands = await store.InsertAsync(contact, cancellation) ? contact : (await store.FindAsync(contact.Id, cancellation))?.Contact;
        if (stands is null) return Outcome.Refused(Problems.Conflict("The contact that this request has made was erased since."));
        await happens(stands, true, true, cancellation);
        await audit.WriteAsync(caller.Key, "contact.created", stands.Id);
        return Outcome.Of(Answer.Created($"/api/contacts/{stands.Id}", stands.Version, ContactView.Of(stands), ContactsApiJson.Default.ContactView));
    }

    /// <summary>Claims what the contact does not own yet. When one is somebody else's, those claimed before it are given back.</summary>
    private async Task<IResult?> ClaimAsync(Contact contact, IEnumerable<Address> owned, CancellationToken cancellation)
    {
        var claimed = new List<Address>();
        foreach (var address in contact.Addresses().Except(owned))
        {
            var owner = await ClaimAsync(address, contact.Id, cancellation);
            if (owner == contact.Id)
            {
                claimed.Add(address);
                continue;
            }

            foreach (var given in claimed) await store.ReleaseAsync(given, contact.Id, cancellation);
            return Problems.Conflict($"{address.Value} belongs to {owner}.");
        }

        return null;
    }

    /// <summary>What belongs to a contact that has become part of this one is this one's.</summary>
    private async Task<string> ClaimAsync(Address address, string contactId, CancellationToken cancellation)
    {
        var owner = await store.ClaimAsync(address, contactId, cancellation);
        if (owner == contactId) return owner;
        if ((await store.FindAsync(owner, cancellation))?.Contact.Id is not { } living) return await store.InheritAsync(address, owner, contactId, cancellation);
        if (living == contactId) await store.MoveAsync(address, owner, contactId, cancellation);
        return living;
    }

    private async Task<IResult> ByAddressAsync(string address, string externalId, CancellationToken cancellation)
    {
        if (address.Length > 0 && externalId.Length > 0) return Problems.Invalid("address", "can't stand beside 'externalId'");
        var home = await region(cancellation);
        var wanted = address.Length == 0 ? Address.OfExternalId(externalId)
            : address.Contains('@', StringComparison.Ordinal) ? Address.OfEmail(address)
            // An unescaped "+" of a query arrives as a blank.
            : Address.OfPhone(address[0] == ' ' ? "+" + address[1..] : address, home) ?? Address.OfSender(AddressKind.Phone, address);
        if (wanted is null) return address.Length == 0 ? Problems.Invalid("externalId", "must have 1 to 200 characters") : Problems.Invalid("address", "is neither a phone number nor an e-mail address");
        var owner = await store.OwnerAsync(wanted, cancellation);
        var found = owner is null ? null : await store.FindAsync(owner, cancellation);
        return Json(new Page<Contact>(found is null ? [] : [found.Value.Contact], null));
    }

    private async Task<Page<Contact>> PageAsync(PageRequest page, CancellationToken cancellation)
    {
        var items = new List<Contact>();
        var from = page.Cursor is null ? null : ContactKeys.BucketOf(page.Cursor);
        foreach (var bucket in ContactKeys.AllBuckets().Where(bucket => string.CompareOrdinal(bucket, from) >= 0))
        {
            var (after, more) = (bucket == from ? page.Cursor : null, true);
            while (more)
            {
                var rows = await store.BucketAsync(bucket, after, page.Limit - items.Count, cancellation);
                var contacts = rows.Rows.Select(row => row.As(ContactsJson.Default.Contact)).ToList();
                items.AddRange(contacts.Where(contact => contact.IsLive));
                if (items.Count == page.Limit) return new Page<Contact>(items, items[^1].Id);
                (after, more) = (contacts.LastOrDefault()?.Id, rows.More);
            }
        }

        return new Page<Contact>(items, null);
    }

    private static Contact Blank(DateTimeOffset now) => new() { Id = string.Empty, FirstSeenAt = now, CreatedAt = now, UpdatedAt = now };

    private static IResult Json(Page<Contact> page) =>
        TypedResults.Json(new Page<ContactView>([.. page.Items.Select(contact => ContactView.Of(contact))], page.Next), ContactsApiJson.Default.PageContactView);

    private async Task<IResult> OkAsync(HttpContext context, Contact contact, CancellationToken cancellation)
    {
        var view = ContactView.Of(contact, await activity(contact, cancellation)) with { Online = await presence.IsOnlineAsync(contact.Id, cancellation) };
        return ETags.Ok(context, view, ContactsApiJson.Default.ContactView, contact.Version);
    }

    private static IResult None() => Problems.NotFound("There is no such contact.");
}

/// <summary>A contact as the API shows it. In lists what the conversations know is left out.</summary>
internal sealed record ContactView(
    string Id, string? Name, IReadOnlyList<string> Phones, IReadOnlyList<string> Emails, string? ExternalId, IReadOnlyDictionary<string, JsonElement> Attributes,
    IReadOnlyList<string> Tags, string? TimeZone, string? Locale, DateTimeOffset FirstSeenAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? LastSeenAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ChannelConsent>? Consent)
{
    /// <summary>Contacts that have become part of this one: their ids stand for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? MergedFrom { get; init; }

    /// <summary>Their ids in somebody else's system, which still find it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? FormerExternalIds { get; init; }

    /// <summary>Left out where the contact was never on the site or in the app.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Online { get; init; }

    public static ContactView Of(Contact c, ContactActivity? activity = null) =>
        new(c.Id, c.Name, c.Phones, c.Emails, c.ExternalId, c.Attributes, c.Tags, c.TimeZone, c.Locale, c.FirstSeenAt, c.CreatedAt, c.UpdatedAt, activity?.LastSeenAt, activity?.Consent)
        {
            MergedFrom = c.MergedFrom.Count == 0 ? null : c.MergedFrom,
            FormerExternalIds = c.FormerExternalIds.Count == 0 ? null : c.FormerExternalIds,
        };
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(ContactView))]
[JsonSerializable(typeof(Page<ContactView>))]
internal sealed partial class ContactsApiJson : JsonSerializerContext
{
    static ContactsApiJson() => Default = new ContactsApiJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
