namespace PPMessage.Suppressions;

/// <summary>Whether one address may be messaged by one sender. Kept in the thread's head; the last changes stay as evidence.</summary>
internal sealed record Consent(bool Stopped, IReadOnlyList<ConsentChange> History)
{
    private const int KeptChanges = 10;

    public static readonly Consent Unspoken = new(false, []);

    /// <summary>The change that stopped it, or null.</summary>
    public ConsentChange? StoppedBy => Stopped ? History.LastOrDefault(change => change.Stopped) : null;

    public Consent After(ConsentChange change) => new(change.Stopped, [.. History.TakeLast(KeptChanges - 1), change]);
}

/// <param name="Source"><c>word</c> (the contact wrote it), <c>provider</c> (the provider told so), e.g. with 21610.</param>
/// <param name="Detail">The word, or the provider's code.</param>
internal sealed record ConsentChange(bool Stopped, string Source, string Detail, string? MessageId, DateTimeOffset At);
