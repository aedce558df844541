using PPMessage.Storage;

namespace PPMessage.Channels.Setup;

/// <summary>What stood at the provider before a channel was connected, so that it can be put back.</summary>
internal sealed record Connection(IReadOnlyList<ConnectedPlace> Places, string Who, DateTimeOffset At)
{
    /// <summary>
    /// The record with the places that are about to be written. A place that is ours now keeps what was recorded of it first, or is taken to have held nothing
    /// of ours: disconnecting never puts our own URL back. Where others joined ours, or left it, what they leave now is what was there before.
    /// </summary>
    public static Connection With(Connection? earlier, IEnumerable<Place> missing, string who, DateTimeOffset now)
    {
        var places = (earlier?.Places ?? []).ToList();
        foreach (var place in missing)
        {
            var at = places.FindIndex(known => known.IsOf(place));
            var entry = new ConnectedPlace(place.Name, BeforeOf(place, at < 0 ? null : places[at]), place.Wanted, place.Resource);
            if (at < 0) places.Add(entry);
            else places[at] = entry;
        }

        return new(places, who, now);
    }

    private static string? BeforeOf(Place place, ConnectedPlace? earlier) => place switch
    {
        { Holder: not PlaceHolder.Ours } => place.Stands,
        _ when earlier is null => place.Without,
        { IsShared: true } when !string.Equals(place.Stands, earlier.After, StringComparison.Ordinal) => place.Without,
        _ => earlier.Before,
    };
}

/// <param name="After">What was written.</param>
/// <param name="Resource">As in <see cref="Place.Resource"/>.</param>
internal sealed record ConnectedPlace(string Name, string? Before, string? After, string? Resource = null)
{
    public bool IsOf(Place place) => Name == place.Name && (Resource is null || Resource == place.Resource);
}

internal sealed record StoredConnection(Connection Connection, string ETag);

/// <summary>One row a channel in table <c>Config</c>, partition <c>connection</c>.</summary>
internal sealed class ConnectionStore(IStore store)
{
    private const string Partition = "connection";

    public async Task<StoredConnection?> FindAsync(string channelId, CancellationToken cancellation) =>
        await store.ReadAsync(Tables.Config, Partition, channelId, cancellation) is { } row
            ? new(row.As(SetupJson.Default.Connection), row.ETag)
            : null;

    /// <summary>False: somebody else connects or disconnects the channel at the same time.</summary>
    public async Task<bool> SaveAsync(string channelId, StoredConnection? before, Connection after, CancellationToken cancellation)
    {
        var write = before is null
            ? RowWrite.Insert(channelId, after, SetupJson.Default.Connection)
            : RowWrite.Replace(channelId, before.ETag, after, SetupJson.Default.Connection);
        return (await store.CommitAsync(Tables.Config, Partition, [write], cancellation)).Committed;
    }

    /// <inheritdoc cref="SaveAsync"/>
    public async Task<bool> DeleteAsync(string channelId, StoredConnection before, CancellationToken cancellation)
    {
        var result = await store.CommitAsync(Tables.Config, Partition, [RowWrite.Delete(channelId, before.ETag)], cancellation);
        return result.Committed || result.Conflict!.Kind == ConflictKind.Missing;
    }
}
