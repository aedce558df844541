using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Campaigns;

/// <summary>Contacts of a scene that are put straight into the store, in the bucket where the test wants them: those of one bucket are sent to together.</summary>
internal static class SceneContacts
{
    private static readonly string Bucket = ContactKeys.AllBuckets().First();

    /// <summary>Contacts of one bucket in the scene's segment, each with a mailbox of its own.</summary>
    /// <param name="of">What else they are.</param>
    public static async Task<IReadOnlyList<Contact>> PutAsync(this CampaignScene scene, int count, Func<int, Contact, Contact>? of = null)
    {
        var made = Enumerable.Range(0, count).Select(i => Make(scene, i, of)).OrderBy(contact => contact.Id, StringComparer.Ordinal).ToList();
        var store = scene.Workspace.Services.GetRequiredService<ContactStore>();
        foreach (var some in made.Chunk(Limits.TransactionRows))
            await scene.Workspace.Store.CommitAsync(Tables.Contacts, Bucket, [.. some.Select(contact => RowWrite.Insert(ContactKeys.Row(contact.Id), contact, ContactsJson.Default.Contact))], default);
        foreach (var contact in made)
            foreach (var address in contact.Addresses()) await store.ClaimAsync(address, contact.Id, default);
        return made;
    }

    /// <summary>What the contact's mailbox has got.</summary>
    public static IReadOnlyList<ReceivedMail> Mails(this CampaignScene scene, Contact contact) => scene.Workspace.Mailgun.Received(contact.Emails[0]);

    /// <summary>How often the mail provider was asked to send.</summary>
    public static int MailCalls(this CampaignScene scene) =>
        scene.Workspace.Mailgun.Requests.Count(request => request.Method == "POST" && request.Path.EndsWith("/messages", StringComparison.Ordinal));

    /// <summary>Minutes go by, with what the queue has to do in them.</summary>
    public static async Task PassMinutesAsync(this CampaignScene scene, int minutes)
    {
        for (var i = 0; i < minutes; i++)
        {
            await scene.Workspace.DrainAsync();
            scene.Workspace.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await scene.Workspace.DrainAsync();
    }

    /// <summary>Lets the queue work while the clock goes on: what waits for a moment's turn, or for a connection to be closed, would wait for ever.</summary>
    public static async Task DrainWhileTimePassesAsync(this CampaignScene scene)
    {
        var draining = scene.Workspace.DrainAsync();
        while (!draining.IsCompleted)
        {
            await Task.WhenAny(draining, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
            scene.Workspace.Time.Advance(TimeSpan.FromMilliseconds(30));
        }

        await draining;
    }

    /// <summary>What providers and people do is told, and taken in; what was not taken at first is told again.</summary>
    public static async Task HearAsync(this CampaignScene scene)
    {
        await scene.Workspace.PassAsync(TimeSpan.Zero);
        await scene.Workspace.DrainAsync();
    }

    private static Contact Make(CampaignScene scene, int index, Func<int, Contact, Contact>? of)
    {
        var now = scene.Workspace.Time.GetUtcNow();
        var contact = new Contact
        {
            Id = NewId(now), Name = $"客户{index}", Emails = [MailWorkspace.NewMailbox()], Tags = [scene.Tag], FirstSeenAt = now, CreatedAt = now, UpdatedAt = now,
        };
        return of?.Invoke(index, contact) ?? contact;
    }

    private static string NewId(DateTimeOffset now)
    {
        while (true)
            if (ContactKeys.NewId(Ids.NewUlid(now)) is var id && ContactKeys.BucketOf(id) == Bucket) return id;
    }
}
