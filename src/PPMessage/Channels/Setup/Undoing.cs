namespace PPMessage.Channels.Setup;

/// <summary>What disconnecting writes, and what it leaves.</summary>
/// <param name="Left">Why something stays, in sentences.</param>
internal sealed record Undoing(IReadOnlyList<Wish> Wishes, IReadOnlyList<string> Left)
{
    /// <param name="record">Null: none was kept; then ours is taken out wherever it stands.</param>
    public static Undoing Of(IReadOnlyList<Place> places, Connection? record)
    {
        var recorded = record?.Places ?? [];
        var pairs = places.Select(place => (Place: place, Entry: recorded.FirstOrDefault(entry => entry.IsOf(place)))).ToList();
        var isTakenOver = pairs.Any(pair => pair is { Place: { IsShared: false, Holder: PlaceHolder.Foreign }, Entry: { } entry } && !Same(pair.Place.Stands, entry.Before));
        var undone = pairs.Select(pair => pair.Entry is { } entry ? Of(pair.Place, entry, isTakenOver) : Of(pair.Place)).ToList();
        var gone = recorded.Where(entry => !places.Any(entry.IsOf)).Select(Gone);
        return new([.. undone.Select(one => one.Wish).OfType<Wish>()], [.. undone.Select(one => one.Left).OfType<string>(), .. gone]);
    }

    // Where others' stand beside ours, they may have changed since: ours alone is taken out.
    private static (Wish? Wish, string? Left) Of(Place place, ConnectedPlace entry, bool isTakenOver)
    {
        if (Same(place.Stands, entry.Before)) return (null, null);
        // It holds none of our URLs: it was emptied, or switched, so that it did not override them.
        if (isTakenOver && place.Holder == PlaceHolder.Free && Same(place.Stands, entry.After))
            return (null, $"{place.Name} stays {place.Stands ?? "empty"}: {entry.Before}, which stood there, would override what somebody else has set since.");
        if (Same(place.Stands, entry.After)) return (Wish.Of(place, entry.Before), null);
        if (place.Holder == PlaceHolder.Ours) return (Wish.Of(place, place.IsShared ? place.Without : place.Without ?? entry.Before), null);
        return (null, $"{place.Name} was changed since by somebody else, and stays: {place.Stands ?? "nothing"}.");
    }

    private static (Wish? Wish, string? Left) Of(Place place) =>
        place.Holder == PlaceHolder.Ours && !Same(place.Stands, place.Without) ? (Wish.Of(place, place.Without), null) : (null, null);

    private static string Gone(ConnectedPlace entry) => entry.Resource is { } resource
        ? $"{entry.Name} of {resource} is no setting of this channel's any more: nothing was put back there, where {entry.After ?? "nothing"} was written in place of {entry.Before ?? "nothing"}."
        : $"{entry.Name} is no setting of this channel's any more: nothing was put back there.";

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.Ordinal);
}
