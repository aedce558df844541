using PPMessage.Storage;

namespace PPMessage.Contacts.Attributes;

/// <summary>All definitions, cached for <see cref="Timing.CacheFor"/>; changes made through this instance are seen at once. Thread-safe.</summary>
internal sealed class AttributeDirectory(IStore store, PPMessageOptions options, TimeProvider time)
{
    private readonly Cached<KnownAttributes> _known = new(cancellation => LoadAsync(store, cancellation), time);

    public ValueTask<KnownAttributes> KnownAsync(CancellationToken cancellation) => _known.GetAsync(options.Timing.CacheFor, cancellation);

    /// <summary>After a change: the next look-up reads the store.</summary>
    public void Forget() => _known.Forget();

    private static async Task<KnownAttributes> LoadAsync(IStore store, CancellationToken cancellation)
    {
        var rows = await store.ReadAllAsync(Tables.Config, AttributeStore.Partition, RowRange.All, cancellation);
        return new KnownAttributes(rows.Select(AttributeStore.Read).ToDictionary(definition => definition.Key));
    }
}
