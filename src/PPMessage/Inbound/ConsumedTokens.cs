using PPMessage.Storage;

namespace PPMessage.Inbound;

/// <summary>
/// Which signature tokens were used, and for what: the signature does not cover a callback's body, so whoever has seen one could send anything under it.
/// Table <c>Tokens{week of signing}</c>, partition = hash prefix. Idempotent; one operation. Thread-safe.
/// </summary>
internal sealed class ConsumedTokens(IStore store)
{
    /// <returns>False when the token was used for something else.</returns>
    public async Task<bool> ConsumeAsync(InboundMail mail, CancellationToken cancellation)
    {
        var key = Ids.Hash($"{mail.ChannelId}|{mail.TokenHash}");
        var insert = RowWrite.Insert(key, new ConsumedToken(mail.Hash), InboundJson.Default.ConsumedToken);
        // By the time of signing, not by ours: a repetition looks where the first one wrote.
        var result = await store.CommitAsync(WeeklyTables.Of(Tables.Tokens, mail.SignedAt), key[..2], [insert], cancellation);
        return result.Committed || result.Conflict!.Current?.As(InboundJson.Default.ConsumedToken).Hash == mail.Hash;
    }
}

internal sealed record ConsumedToken(string Hash);

/// <summary>Signatures older than a day are refused, so tokens need not be remembered for longer than that: this week's and last week's stay.</summary>
internal static class TokenRetention
{
    private const int WeeksKept = 1;

    public static async Task RunAsync(IStore store, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var table in WeeklyTables.OlderThan(WeeksKept, Tables.Tokens, now)) await store.DropTableAsync(table, cancellation);
    }
}
