using PPMessage.Storage;

namespace PPMessage.Campaigns.Sending;

/// <summary>
/// Shares out what lanes bear among workers who know nothing of each other. A slot is a time that nobody else has, reserved in one write: at most
/// <see cref="Horizon"/> ahead, and never more than <see cref="Share"/> of the rate. What was reserved and not used (its worker died, or its answer was lost) is
/// lost, and the lane stands still for so long. Workers' clocks are taken for the same. Thread-safe.
/// </summary>
internal sealed class Lanes(IStore store, TimeProvider time)
{
    /// <summary>A slot begins no later than this from now.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromSeconds(60);

    /// <summary>Of the rate; the rest is for clocks that differ, for what is sent late, and for agents' own messages.</summary>
    public const double Share = 0.8;

    /// <summary>No provider is believed that it wants nothing for longer.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private const string Key = "0";

    // Of writers at the same time one succeeds in each round.
    private const int Tries = 20;

    // Whoever comes back then finds the lane free half the horizon ahead: it never stands still for want of workers, and they don't come each second.
    private static readonly TimeSpan ComeBackAhead = Horizon / 2;

    private static readonly TimeSpan WhenCrowded = TimeSpan.FromSeconds(1);

    /// <summary>How many messages make a slot that is no longer than the horizon; a chunk should not have more.</summary>
    public static int MostFor(double ratePerSecond) => Math.Max(1, (int)Math.Min(int.MaxValue, Horizon.TotalSeconds * Share * ratePerSecond));

    /// <summary>2 operations, 1 to be told "not yet", and 1 more for each other worker who was faster.</summary>
    /// <param name="count">Messages, from 1.</param>
    /// <param name="ratePerSecond">What the lane bears; more than zero. All who use a lane say the same.</param>
    public async Task<LaneSlot> ReserveAsync(string lane, int count, double ratePerSecond, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ratePerSecond);
        var spacing = TimeSpan.FromSeconds(1 / (ratePerSecond * Share));
        LaneSlot? slot = null;
        var isWritten = await ChangeAsync(lane, before =>
        {
            var now = time.GetUtcNow();
            var start = before.FreeFrom > now ? before.FreeFrom : now;
            var isFull = start - now > Horizon;
            slot = isFull ? new LaneSlot.NotYet(start - ComeBackAhead) : new LaneSlot.Granted(start, spacing);
            return isFull ? before : before with { FreeFrom = start + (spacing * count) };
        }, cancellation);
        return isWritten && slot is not null ? slot : new LaneSlot.NotYet(time.GetUtcNow() + WhenCrowded);
    }

    /// <summary>
    /// One slot in several lanes. They are reserved one by one, always in the same order; the latest start and the widest spacing hold for all. What was reserved
    /// in a lane for an earlier time, or before another lane said "not yet", is lost: it is not given back. What is sent later than a lane had reserved it is
    /// borne by what <see cref="Share"/> leaves.
    /// </summary>
    public async Task<LaneSlot> ReserveAsync(IReadOnlyCollection<LaneWish> wishes, CancellationToken cancellation)
    {
        var (start, spacing) = (time.GetUtcNow(), TimeSpan.Zero);
        foreach (var wish in wishes.OrderBy(wish => wish.Lane, StringComparer.Ordinal))
        {
            if (await ReserveAsync(wish.Lane, wish.Count, wish.RatePerSecond, cancellation) is not LaneSlot.Granted granted) return new LaneSlot.NotYet(await FreeForAllAsync(wishes, cancellation));
            start = granted.Start > start ? granted.Start : start;
            spacing = granted.Spacing > spacing ? granted.Spacing : spacing;
        }

        return new LaneSlot.Granted(start, spacing);
    }

    /// <summary>A provider wants nothing before a time: no slot begins before it, and who has one already learns of it by <see cref="PausedUntilAsync"/>.</summary>
    /// <returns>False when too many others changed the lane at the same time.</returns>
    public Task<bool> PushBackAsync(string lane, DateTimeOffset until, CancellationToken cancellation)
    {
        var latest = time.GetUtcNow() + LongestPause;
        var end = (until < latest ? until : latest).ToUniversalTime();
        return ChangeAsync(lane, before => before with
        {
            FreeFrom = before.FreeFrom > end ? before.FreeFrom : end,
            PausedUntil = before.PausedUntil > end ? before.PausedUntil : end,
        }, cancellation);
    }

    /// <summary>Until when a provider wants nothing; null: it takes what comes. For whoever has a slot, when it begins.</summary>
    public async Task<DateTimeOffset?> PausedUntilAsync(string lane, CancellationToken cancellation)
    {
        var (found, _) = Of(lane, await store.ReadAsync(Tables.Lanes, Ids.Hash(lane), Key, cancellation));
        return found.PausedUntil > time.GetUtcNow() ? found.PausedUntil : null;
    }

    /// <summary>One write, decided anew as often as somebody else was faster.</summary>
    private async Task<bool> ChangeAsync(string lane, Func<Lane, Lane> change, CancellationToken cancellation)
    {
        var partition = Ids.Hash(lane);
        var row = await store.ReadAsync(Tables.Lanes, partition, Key, cancellation);
        for (var i = 0; i < Tries; i++)
        {
            var (before, etag) = Of(lane, row);
            var after = change(before);
            if (after == before) return true;
            var write = etag is null ? RowWrite.Insert(Key, after, LaneJson.Default.Lane) : RowWrite.Replace(Key, etag, after, LaneJson.Default.Lane);
            if ((await store.CommitAsync(Tables.Lanes, partition, [write], cancellation)).Conflict is not { } conflict) return true;
            row = conflict.Current ?? await store.ReadAsync(Tables.Lanes, partition, Key, cancellation);
        }

        return false;
    }

    private async Task<DateTimeOffset> FreeForAllAsync(IEnumerable<LaneWish> wishes, CancellationToken cancellation)
    {
        var latest = time.GetUtcNow() + WhenCrowded;
        foreach (var wish in wishes)
        {
            var (lane, _) = Of(wish.Lane, await store.ReadAsync(Tables.Lanes, Ids.Hash(wish.Lane), Key, cancellation));
            if (lane.FreeFrom - ComeBackAhead > latest) latest = lane.FreeFrom - ComeBackAhead;
        }

        return latest;
    }

    private static (Lane Lane, string? ETag) Of(string lane, Row? row) => row is null ? (new Lane(lane, DateTimeOffset.MinValue, null), null) : (row.As(LaneJson.Default.Lane), row.ETag);
}
