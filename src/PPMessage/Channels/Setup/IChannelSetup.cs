namespace PPMessage.Channels.Setup;

/// <summary>
/// What a provider knows of a channel's set-up: finds what would keep it from working, and writes our URLs where they belong. It translates; order, refusal to
/// replace somebody else's, the record for undoing and the audit are the caller's. Registered keyed by <c>provider/kind</c>. Thread-safe.
/// No member throws for what a provider answers, or does not answer.
/// </summary>
internal interface IChannelSetup
{
    /// <summary>Asks for everything that could keep the channel from working. Only reads. Each check is told once, in an order that an admin can work through.</summary>
    Task<IReadOnlyList<Check>> CheckAsync(Channel channel, CancellationToken cancellation);

    /// <summary>What stands where our URLs belong. Only reads.</summary>
    Task<Survey> SurveyAsync(Channel channel, CancellationToken cancellation);

    /// <summary>Makes places hold what is wanted of them. Idempotent: asked twice, the second changes nothing.</summary>
    /// <returns>Why it could not be done, for people, with the provider's own code and words; null when the provider took it.</returns>
    Task<string?> WriteAsync(Channel channel, IReadOnlyList<Wish> wishes, CancellationToken cancellation);
}

internal enum CheckStatus
{
    Pass,
    Warn,
    Fail,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">Stable, for programs: small letters and hyphens, e.g. <c>credentials</c>.</param>
/// <param name="Message">What was found, in one sentence.</param>
/// <param name="Fix">What an admin does about it, and where; null where nothing is to be done.</param>
internal sealed record Check(string Name, CheckStatus Status, string Message, string? Fix = null)
{
    public static Check Pass(string name, string message) => new(name, CheckStatus.Pass, message);

    public static Check Warn(string name, string message, string fix) => new(name, CheckStatus.Warn, message, fix);

    public static Check Fail(string name, string message, string fix) => new(name, CheckStatus.Fail, message, fix);
}

/// <param name="Places">In the order in which they are to be written.</param>
/// <param name="Problem">Why the provider could not be asked, for people; there are no places then. Null: it could.</param>
internal sealed record Survey(IReadOnlyList<Place> Places, string? Problem = null);

/// <summary>One setting at the provider which decides where it calls. Values are the provider's words; nobody else reads them.</summary>
/// <param name="Name">Stable, e.g. <c>smsUrl</c>, <c>route</c>, <c>webhooks.delivered</c>.</param>
/// <param name="Stands">What it holds now; null: nothing.</param>
/// <param name="Wanted">What it holds when it is connected; null: nothing (something that would override our URLs).</param>
/// <param name="Without">What it holds when ours is taken out of <paramref name="Stands"/>: a list without our URL, nothing.</param>
/// <param name="Holder">Whose it is.</param>
internal sealed record Place(string Name, string? Stands, string? Wanted, string? Without, PlaceHolder Holder)
{
    /// <summary>What it is a setting of, in the provider's words, e.g. a number's SID: what was written to one is not undone at another. Null: there is but one.</summary>
    public string? Resource { get; init; }

    /// <summary>Whether others' can stand beside ours. <see cref="Without"/> then is all that is left, and null says that nothing is.</summary>
    public bool IsShared { get; init; }

    /// <summary>What replacing it does besides, for people; null: nothing.</summary>
    public string? Caution { get; init; }

    public bool IsConnected => string.Equals(Stands, Wanted, StringComparison.Ordinal);
}

internal enum PlaceHolder
{
    /// <summary>Nobody's: empty, or the provider's own example. Or a list that has room for ours beside others'.</summary>
    Free,

    /// <summary>It names this channel's URL, be it in an old form.</summary>
    Ours,

    /// <summary>Somebody else's, another channel's of ours included: to be replaced only when an admin says so.</summary>
    Foreign,
}

/// <param name="Value">As in <see cref="Place.Wanted"/> and <see cref="Place.Without"/>.</param>
/// <param name="Stood">What stood there when it was wished. Of a list only the difference is written: what others have done since stays.</param>
/// <param name="Resource">As in <see cref="Place.Resource"/>.</param>
internal sealed record Wish(string Place, string? Value, string? Stood = null, string? Resource = null)
{
    public static Wish Of(Place place, string? value) => new(place.Name, value, place.Stands, place.Resource);
}
