namespace PPMessage.Twilio;

/// <summary>What became of fetching a file.</summary>
internal abstract record MediaResult
{
    private MediaResult() { }

    internal sealed record Fetched(string ContentType, long Length) : MediaResult;

    /// <summary>Twilio does not have it yet (a few seconds at most, or it was deleted): ask again soon, but not for ever.</summary>
    internal sealed record NotYet : MediaResult;

    /// <summary>It can't or must not be fetched: don't ask again.</summary>
    internal sealed record Refused(string Reason) : MediaResult;

    internal sealed record TooLarge : MediaResult;

    internal sealed record TryLater(string Reason) : MediaResult;
}
