namespace PPMessage.Channels;

/// <summary>
/// Fetches one file of an inbound message from the provider that holds it, with that provider's rules for hosts, credentials and redirects.
/// Registered keyed by <c>provider/kind</c>. Never throws for what a provider answers.
/// </summary>
/// <param name="providerId">Of the message that the file must belong to.</param>
internal delegate Task<MediaFile> FetchMedia(Channel channel, string url, string providerId, CancellationToken cancellation);

internal abstract record MediaFile : IAsyncDisposable
{
    private MediaFile() { }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The whole file, from its beginning.</summary>
    internal sealed record Fetched(Stream Content, string ContentType) : MediaFile
    {
        public override async ValueTask DisposeAsync()
        {
            await Content.DisposeAsync();
            await base.DisposeAsync();
        }
    }

    /// <summary>Not there, or the provider could not be asked: later again.</summary>
    internal sealed record NotYet(string Why) : MediaFile;

    /// <summary>It will never be had.</summary>
    internal sealed record Refused(string Why) : MediaFile;
}
