using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>Makes the changes of contacts that runs owe. Each is made once: the contact remembers the last ones. Two operations. Thread-safe.</summary>
internal sealed class ContactWriter(ContactStore contacts, ContactNamed named, TimeProvider time)
{
    private const int Remembered = 20;
    private const int MostRounds = 50;

    public async Task ApplyAsync(string contactId, ContactChange change, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await contacts.FindAsync(contactId, cancellation) is not { } found || found.Contact.FlowChanges.Contains(change.Key)) return;
            var after = ContactChanges.Apply(found.Contact, change);
            after = after with { FlowChanges = [.. found.Contact.FlowChanges.TakeLast(Remembered - 1), change.Key], UpdatedAt = time.GetUtcNow(), Version = found.Contact.Version + 1 };
            // What did not fit when it was decided was refused there; what was added since is somebody's, and stays.
            if (ContactChanges.Mistake(after) is not null) return;
            if (!await contacts.ReplaceAsync(after, found.ETag, cancellation)) continue;
            if (after.Name != found.Contact.Name) await named(after.Id, cancellation);
            return;
        }

        throw new StoreException($"Contact {contactId} is too busy.");
    }
}
