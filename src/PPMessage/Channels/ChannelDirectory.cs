namespace PPMessage.Channels;

/// <summary>All channels, cached for <see cref="Timing.CacheFor"/>; changes made through this instance are seen at once. Thread-safe.</summary>
internal sealed class ChannelDirectory
{
    public ValueTask<IReadOnlyList<Channel>> AllAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<Channel?> FindAsync(string id, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<Channel?> FindByHookKeyAsync(string hookKey, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<Channel?> ActiveAsync(string kind, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>The plain secret, or null when it is not set. Keep it out of logs, errors and answers.</summary>
    public string? Secret(Channel channel, string name) => throw new NotSupportedException();
}
