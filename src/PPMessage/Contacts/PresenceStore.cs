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

    /// <summary>Two contacts have become one: the later heart-beat counts. Idempotent.</summary>
    public async Task MoveAsync(string from, string to, CancellationToken cancellation)
    {
        var (one, other) = (await RowAsync(from, cancellation), await RowAsync(to, cancellation));
        if (one is not null && (other is null || one.At > other.At))
            await store.CommitAsync(Tables.Presence, ContactKeys.BucketOf(to)!, [RowWrite.Put(to, one, ContactsJson.Default.Presence)], cancellation);
        if (one is not null) await ForgetAsync(from, cancellation);
    }

    /// <summary>Idempotent.</summary>
    public Task ForgetAsync(string contactId, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Presence, ContactKeys.BucketOf(contactId)!, [RowWrite.Delete(contactId)], cancellation);

    /// <summary>Null: the contact was never on the site or in the app, so that there is no such thing as being off-line.</summary>
    public async Task<bool?> IsOnlineAsync(string contactId, CancellationToken cancellation)
    {
        if (ContactKeys.BucketOf(contactId) is null) return null;
        return await RowAsync(contactId, cancellation) is { } presence ? presence.IsOnline(time.GetUtcNow()) : null;
    }

    private async Task<Presence?> RowAsync(string contactId, CancellationToken cancellation) =>
        (await store.ReadAsync(Tables.Presence, ContactKeys.BucketOf(contactId)!, contactId, cancellation))?.As(ContactsJson.Default.Presence);
}

internal sealed record Presence(bool Online, DateTimeOffset At)
{
    public bool IsOnline(DateTimeOffset now) => Online && now - At < PresenceStore.LapsesAfter;
}
