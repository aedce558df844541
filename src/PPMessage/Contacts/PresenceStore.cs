using PPMessage.Storage;

namespace PPMessage.Contacts;

/// <summary>
/// Whether a contact is on the site or in the app just now. A table of its own: heart-beats touch no row that anybody edits. One operation each. Thread-safe.
/// </summary>
internal sealed class PresenceStore(IStore store, TimeProvider time)
{
    /// <summary>How long a heart-beat counts.</summary>
    public static readonly TimeSpan LapsesAfter = TimeSpan.FromSeconds(60);

    public Task BeatAsync(string contactId, bool online, CancellationToken cancellation) => store.CommitAsync(
        Tables.Presence, ContactKeys.BucketOf(contactId)!, [RowWrite.Put(contactId, new Presence(online, time.GetUtcNow()), ContactsJson.Default.Presence)], cancellation);

    /// <summary>Idempotent.</summary>
    public Task ForgetAsync(string contactId, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Presence, ContactKeys.BucketOf(contactId)!, [RowWrite.Delete(contactId)], cancellation);

    /// <summary>Null: the contact was never on the site or in the app, so that there is no such thing as being off-line.</summary>
    public async Task<bool?> IsOnlineAsync(string contactId, CancellationToken cancellation)
    {
        if (ContactKeys.BucketOf(contactId) is not { } bucket) return null;
        var row = await store.ReadAsync(Tables.Presence, bucket, contactId, cancellation);
        return row?.As(ContactsJson.Default.Presence) is { } presence ? presence.Online && time.GetUtcNow() - presence.At < LapsesAfter : null;
    }
}

internal sealed record Presence(bool Online, DateTimeOffset At);
