using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using PPMessage.Channels;
using PPMessage.Storage;

namespace PPMessage.Mailgun;

/// <summary>
/// Which signing keys have ever been proven right by a signature. Until then a wrong signature may as well mean a wrong key (the API key set in its place),
/// and Mailgun must keep the mail. Table <c>Config</c>, partition <c>mailgun</c>, a row a channel: a hash of the wrapped secret, which has random bytes in it,
/// so nothing can be guessed from it, and another secret starts anew. Thread-safe.
/// </summary>
internal sealed class ConfirmedKeys(IStore store, TimeProvider time)
{
    private const string Partition = "mailgun";
    private const string RowPrefix = "confirmed|";

    // A stranger with wrong signatures must not make us read for each.
    private static readonly TimeSpan DoubtFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, string> _confirmed = new();
    private readonly ConcurrentDictionary<string, Cached<ConfirmedKey>> _stored = new();

    public async ValueTask<bool> IsConfirmedAsync(Channel channel, CancellationToken cancellation)
    {
        var mark = MarkOf(channel);
        if (_confirmed.GetValueOrDefault(channel.Id) == mark) return true;
        if ((await StoredAsync(channel.Id, DoubtFor, cancellation)).Mark != mark) return false;
        _confirmed[channel.Id] = mark;
        return true;
    }

    /// <summary>Call it after a right signature.</summary>
    public async ValueTask ConfirmAsync(Channel channel, CancellationToken cancellation)
    {
        if (await IsConfirmedAsync(channel, cancellation)) return;
        var mark = MarkOf(channel);
        await store.CommitAsync(Tables.Config, Partition, [RowWrite.Put(RowPrefix + channel.Id, new ConfirmedKey(mark), MailgunJson.Default.ConfirmedKey)], cancellation);
        _confirmed[channel.Id] = mark;
    }

    private ValueTask<ConfirmedKey> StoredAsync(string channelId, TimeSpan maxAge, CancellationToken cancellation) =>
        _stored.GetOrAdd(channelId, id => new Cached<ConfirmedKey>(c => ReadAsync(id, c), time)).GetAsync(maxAge, cancellation);

    private async Task<ConfirmedKey> ReadAsync(string channelId, CancellationToken cancellation) =>
        (await store.ReadAsync(Tables.Config, Partition, RowPrefix + channelId, cancellation))?.As(MailgunJson.Default.ConfirmedKey) ?? new ConfirmedKey(string.Empty);

    private static string MarkOf(Channel channel) => Ids.Hash(channel.Secrets[MailgunChannels.WebhookSigningKey].Box);
}

/// <param name="Mark">Of the wrapped secret; empty: none was confirmed.</param>
internal sealed record ConfirmedKey(string Mark);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ConfirmedKey))]
internal sealed partial class MailgunJson : JsonSerializerContext
{
    static MailgunJson() => Default = new MailgunJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
