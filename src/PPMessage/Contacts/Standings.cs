using PPMessage.Storage;

namespace PPMessage.Contacts;

/// <summary>Standings of contacts that become one. Thread-safe.</summary>
internal sealed class Standings(IStore store)
{
    /// <summary>
    /// Two contacts have become one, and so has what campaigns have asked of them. The first look copies, the last one takes away what it has copied: until then somebody may
    /// still decide for the former one. Idempotent: what was taken over of whom is remembered until it is gone there.
    /// </summary>
    /// <param name="last">Nobody has the former contact in hand any more.</param>
    public async Task MoveAsync(string from, string to, bool last, CancellationToken cancellation)
    {
        while (await RowAsync(from, cancellation) is { } found)
        {
            await ChangeAsync(to, into => StandingMerge.Of(from, found.Standing, into), cancellation);
            if (!last || await CommitAsync(from, RowWrite.Delete(ContactKeys.StandingRow(from), found.ETag), cancellation)) break;
        }

        if (last) await ChangeAsync(to, into => StandingMerge.Done(from, into), cancellation);
    }

    private async Task ChangeAsync(string contactId, Func<Standing, Standing> change, CancellationToken cancellation)
    {
        for (var committed = false; !committed;)
        {
            var found = await RowAsync(contactId, cancellation);
            var before = found?.Standing ?? Standing.None;
            var after = change(before);
            if (ReferenceEquals(before, after)) return;
            var (key, type) = (ContactKeys.StandingRow(contactId), ContactsJson.Default.Standing);
            committed = await CommitAsync(contactId, found is { ETag: var etag } ? RowWrite.Replace(key, etag, after, type) : RowWrite.Insert(key, after, type), cancellation);
        }
    }

    private async Task<(Standing Standing, string ETag)?> RowAsync(string contactId, CancellationToken cancellation) =>
        await store.ReadAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, ContactKeys.StandingRow(contactId), cancellation) is { } row
            ? (row.As(ContactsJson.Default.Standing), row.ETag)
            : null;

    private async Task<bool> CommitAsync(string contactId, RowWrite write, CancellationToken cancellation) =>
        (await store.CommitAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, [write], cancellation)).Committed;
}
