using PPMessage.Storage;

namespace PPMessage.Agents.Answers;

/// <summary>
/// Predefined answers in table <c>Config</c>, partition <c>answer</c>: row = id. Beside it, in the same transaction, <c>shortcut|{hash}</c> → id, so that a
/// shortcut (in one language) means one answer. Thread-safe.
/// </summary>
internal sealed class AnswerStore(IStore store)
{
    private const string Partition = "answer";
    private const string ClaimPrefix = "shortcut|";

    /// <summary>In the order in which they were made.</summary>
    public async Task<IReadOnlyList<PredefinedAnswer>> AllAsync(CancellationToken cancellation) =>
        [.. (await store.ReadAllAsync(Tables.Config, Partition, RowRange.Prefix(PredefinedAnswer.IdPrefix), cancellation)).Select(row => row.As(AnswerJson.Default.PredefinedAnswer))];

    public async Task<(PredefinedAnswer Answer, string ETag)?> FindAsync(string id, CancellationToken cancellation) =>
        Ids.UlidOf(id, PredefinedAnswer.IdPrefix, 0) is not null && await store.ReadAsync(Tables.Config, Partition, id, cancellation) is { } row
            ? (row.As(AnswerJson.Default.PredefinedAnswer), row.ETag)
            : null;

    public Task<AnswerChange> CreateAsync(PredefinedAnswer answer, CancellationToken cancellation) =>
        CommitAsync([RowWrite.Insert(answer.Id, answer, AnswerJson.Default.PredefinedAnswer), Claim(answer)], cancellation);

    public Task<AnswerChange> ReplaceAsync(PredefinedAnswer before, string etag, PredefinedAnswer after, CancellationToken cancellation)
    {
        var replace = RowWrite.Replace(after.Id, etag, after, AnswerJson.Default.PredefinedAnswer);
        return CommitAsync(Key(before) == Key(after) ? [replace] : [replace, RowWrite.Delete(Key(before)), Claim(after)], cancellation);
    }

    public Task<AnswerChange> DeleteAsync(PredefinedAnswer before, string etag, CancellationToken cancellation) =>
        CommitAsync([RowWrite.Delete(before.Id, etag), RowWrite.Delete(Key(before))], cancellation);

    private async Task<AnswerChange> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        var result = await store.CommitAsync(Tables.Config, Partition, writes, cancellation);
        if (result.Committed) return AnswerChange.Done;
        return result.Conflict is { Kind: ConflictKind.Exists } conflict && conflict.Key.StartsWith(ClaimPrefix, StringComparison.Ordinal) ? AnswerChange.ShortcutTaken : AnswerChange.Raced;
    }

    private static RowWrite Claim(PredefinedAnswer answer) => RowWrite.Insert(Key(answer), new ShortcutClaim(answer.Id), AnswerJson.Default.ShortcutClaim);

    private static string Key(PredefinedAnswer answer) => ClaimPrefix + Ids.Hash($"{answer.Shortcut}|{answer.Locale}".ToLowerInvariant());
}

internal enum AnswerChange
{
    Done,

    /// <summary>Somebody else changed, made or deleted it meanwhile.</summary>
    Raced,

    ShortcutTaken,
}
