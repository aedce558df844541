using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Contacts;

public sealed class ContactClaimTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly string _phone = Calls.NewPhone();

    private Workspace Workspace => shared.Workspace;

    private ContactStore Contacts => Workspace.Services.GetRequiredService<ContactStore>();

    private Address Address => new(AddressKind.Phone, _phone);

    [Fact]
    public async Task An_address_of_a_contact_that_was_never_made_is_free_after_a_while()
    {
        var never = ContactKeys.NewId(Ids.NewUlid(Workspace.Time.GetUtcNow().AddDays(-1)));
        await Contacts.ClaimAsync(Address, never, default);
        // Whoever claimed it may just be about to write it.
        Assert.Equal(409, (await MakeAsync()).Status);
        Workspace.Time.Advance(TimeSpan.FromMinutes(6));
        var made = await MakeAsync();
        Assert.Equal(201, made.Status);
        Assert.Equal(made.Id, await Contacts.OwnerAsync(Address, default));
    }

    [Fact]
    public async Task An_address_that_an_erased_contact_has_got_is_free()
    {
        var gone = (await Workspace.PostAsync("/api/contacts", new { name = "Gone" })).Word("id");
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{gone}")).Status);
        // A change that died between its claim and hearing that it came too late.
        await Contacts.ClaimAsync(Address, gone, default);
        var other = (await Workspace.PostAsync("/api/contacts", new { name = "Other" })).Word("id");
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{other}", new { phones = new[] { _phone } })).Status);
        Assert.Equal(other, await Contacts.OwnerAsync(Address, default));
    }

    [Fact]
    public async Task A_change_that_lost_every_race_keeps_no_address()
    {
        var contact = (await Workspace.PostAsync("/api/contacts", new { name = "Busy" })).Word("id");
        Workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (call == $"commit Contacts {ContactKeys.Row(contact)}") Task.Run(() => TouchAsync(contact)).GetAwaiter().GetResult();
            },
        });
        var lost = await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { phones = new[] { _phone } });
        Workspace.Suffer(null);
        Assert.Equal(409, lost.Status);
        Assert.Null(await Contacts.OwnerAsync(Address, default));
    }

    private Task<Called> MakeAsync() => Workspace.CallAsync("POST", "/api/contacts", new { phones = new[] { _phone } });

    private async Task TouchAsync(string contact)
    {
        var (bucket, key) = (ContactKeys.BucketOf(contact)!, ContactKeys.Row(contact));
        var row = (await Workspace.Store.ReadAsync(Tables.Contacts, bucket, key, default))!;
        await Workspace.Store.CommitAsync(Tables.Contacts, bucket, [RowWrite.Put(key, row.As(ContactsJson.Default.Contact), ContactsJson.Default.Contact)], default);
    }
}
