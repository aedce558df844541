namespace PPMessage.Campaigns.Running;

/// <summary>Transactions of a bucket, one after the other: each is begun when the one before it has ended, and runs while the next is made. Not thread-safe.</summary>
/// <param name="commit">Null when somebody else works on the bucket. Again: what was decided does not hold any more.</param>
internal sealed class Committing(StoredShard shard, Func<StoredShard, ShardEdit, Task<(StoredShard? After, bool Again)>> commit) : IAsyncDisposable
{
    private Task<(StoredShard? After, bool Again)> _last = Task.FromResult(((StoredShard?)shard, false));

    /// <summary>The bucket as the last one has left it; null: somebody else works on it.</summary>
    public StoredShard? Shard { get; private set; } = shard;

    /// <returns>False: the one before it did not come to what this one was made for, and this one is not begun.</returns>
    public async Task<bool> NextAsync(ShardEdit edit)
    {
        (Shard, var again) = await _last;
        if (Shard is null || again) return false;
        _last = commit(Shard, edit);
        return true;
    }

    /// <summary>The bucket as this one leaves it, or as the one before it has, where that was in vain.</summary>
    public async Task<StoredShard?> LastAsync(ShardEdit edit) => await NextAsync(edit) ? (await _last).After : Shard;

    /// <summary>Whatever goes wrong meanwhile, nothing is still being written when somebody takes up the bucket again.</summary>
    public async ValueTask DisposeAsync() => await ((Task)_last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
