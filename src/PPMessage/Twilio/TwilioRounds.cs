using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Storage;

namespace PPMessage.Twilio;

internal enum TwilioProgress
{
    /// <summary>Nothing is left for now.</summary>
    Done,

    /// <summary>It goes on where this stretch ended.</summary>
    More,

    /// <summary>Twilio refused, as it will whatever else is asked for this channel.</summary>
    Refused,
}

/// <summary>Goes through a channel's messages at Twilio since the last time, on an errand; a row in <c>catchup</c> says how far that has got.</summary>
internal sealed class TwilioRounds(TwilioClient twilio, IStore store, TimeProvider time, ILogger<TwilioRounds> log)
{
    public const string Partition = "catchup";

    /// <summary>How many pages are read before what they tell is taken in and written down: so much is in memory at once, and lost by a crash.</summary>
    private const int MostPages = 20;

    /// <summary>How far a channel's first round looks back, at most to its creation.</summary>
    public static readonly TimeSpan FirstLookBack = TimeSpan.FromHours(24);

    /// <summary>What was deferred when its channel was archived is offered to Twilio for a day; after that nothing leaves any more.</summary>
    private static readonly TimeSpan LastSends = TimeSpan.FromHours(24);

    // As fine as Twilio's dates are: a message of a channel's first second seems older than the channel.
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>What there is by now is not wanted, nor will it be later.</summary>
    public Task PassOverAsync(Channel channel, TwilioErrand errand, CancellationToken cancellation) =>
        store.CommitAsync(
            Tables.Config,
            Partition,
            [RowWrite.Put(errand.Row(channel), new TwilioCursor(time.GetUtcNow(), NotBefore: time.GetUtcNow()), TwilioCursorJson.Default.TwilioCursor)],
            cancellation);

    /// <summary>Goes one stretch of the way.</summary>
    public async Task<TwilioProgress> GoAsync(Channel channel, TwilioAccount account, TwilioErrand errand, CancellationToken cancellation)
    {
        var latest = time.GetUtcNow() - errand.Patience;
        var row = await store.ReadAsync(Tables.Config, Partition, errand.Row(channel), cancellation);
        var cursor = row?.As(TwilioCursorJson.Default.TwilioCursor) ?? new TwilioCursor(latest - FirstLookBack);
        if (channel.Archived && cursor.From > channel.UpdatedAt + LastSends) return TwilioProgress.Done;
        var until = cursor.Until ?? latest;
        var from = Later(cursor.From - errand.Overlap, cursor.NotBefore ?? channel.CreatedAt - OneSecond);
        if (until - from < errand.ShortestSpan) return TwilioProgress.Done;

        var sweep = errand.Over(channel, from, until);
        var (next, refusal) = await ListAsync(account, sweep, cursor.Next, cancellation);
        if (refusal is not null) log.CatchUpRefused(channel.Id, refusal.Status, refusal.CodeText);
        foreach (var (at, message) in sweep.Found)
            if (!await errand.TakeInAsync(channel, account, at, message, cancellation)) return TwilioProgress.Done;
        var after = After(cursor, until, next, refusal);
        var saved = await SaveAsync(errand.Row(channel), row, after, cancellation);
        if (refusal is not null) return TwilioProgress.Refused;
        return saved.Committed && after.Next is not null ? TwilioProgress.More : TwilioProgress.Done;
    }

    // A page that could not be had where a sweep was to go on may be gone for ever: that sweep begins anew. Who has had enough of us has it still.
    private static TwilioCursor After(TwilioCursor cursor, DateTimeOffset until, string? next, TwilioAnswer? refusal) => (refusal, next) switch
    {
        (null, null) => new TwilioCursor(until, NotBefore: cursor.NotBefore),
        (not null and { Status: not 429 }, _) when next == cursor.Next => new TwilioCursor(cursor.From, NotBefore: cursor.NotBefore),
        _ => cursor with { Until = until, Next = next },
    };

    /// <summary>The page at which the next round goes on (null: all is listed), and the answer that put an end to this one, if one did.</summary>
    private async Task<(string? Next, TwilioAnswer? Refusal)> ListAsync(TwilioAccount account, TwilioSweep sweep, string? next, CancellationToken cancellation)
    {
        for (var count = 0; count < MostPages; count++)
        {
            var answer = next is null ? await twilio.ListMessagesAsync(account, sweep.Filters, cancellation) : await twilio.NextPageAsync(account, next, cancellation);
            if (!answer.IsSuccess || TwilioResource.ParsePage(answer.Body, "messages") is not { } page) return (next, answer);
            if (!sweep.NeedsMore(page)) return (null, null);
            next = page.Next;
        }

        return (next, null);
    }

    // A conflict: another instance was quicker. What it took in is known, and what it left is left for the next round.
    private Task<CommitResult> SaveAsync(string key, Row? row, TwilioCursor cursor, CancellationToken cancellation) =>
        store.CommitAsync(
            Tables.Config,
            Partition,
            [row is null
                ? RowWrite.Insert(key, cursor, TwilioCursorJson.Default.TwilioCursor)
                : RowWrite.Replace(key, row.ETag, cursor, TwilioCursorJson.Default.TwilioCursor)],
            cancellation);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
