using PPMessage.Campaigns.Running;
using PPMessage.Work;

namespace PPMessage.Campaigns.Occurrences;

/// <summary>Lets occurrences stand still, go on, or end. Each is one write of its row; whoever works for it looks there before each page and each chunk. Idempotent; thread-safe.</summary>
internal sealed class OccurrenceControl(OccurrenceStore occurrences, WorkQueue queue, PPMessageOptions options)
{
    private const int Tries = 8;

    /// <summary>By the program: it can't go on by itself. One that stands still or is over stays as it is.</summary>
    public Task PauseForAsync(string id, OccurrenceReason reason, CancellationToken cancellation) => ChangeAsync(id, occurrence =>
        occurrence.State == OccurrenceState.Running ? occurrence with { State = OccurrenceState.Paused, Reason = reason } : null, cancellation);

    /// <returns>Why not, for people; null: it stands still.</returns>
    public async Task<string?> PauseAsync(string id, string by, CancellationToken cancellation)
    {
        var occurrence = await ChangeAsync(id, one => one.State == OccurrenceState.Running ? one with { State = OccurrenceState.Paused, Reason = new("person", $"Paused by {by}.") } : null, cancellation);
        return occurrence?.State == OccurrenceState.Paused ? null : Over(occurrence);
    }

    /// <inheritdoc cref="PauseAsync"/>
    public async Task<string?> ResumeAsync(string id, CancellationToken cancellation)
    {
        var occurrence = await SetGoingAsync(id, one => one.State == OccurrenceState.Paused ? one with { State = OccurrenceState.Running, Reason = null, Generation = one.Generation + 1 } : null, cancellation);
        return occurrence?.State == OccurrenceState.Running ? null : Over(occurrence);
    }

    /// <inheritdoc cref="PauseAsync"/>
    public async Task<string?> CancelAsync(string id, string by, CancellationToken cancellation)
    {
        var occurrence = await SetGoingAsync(
            id, one => one.IsOver ? null : one with { State = OccurrenceState.Cancelled, Reason = new("person", $"Cancelled by {by}."), Generation = one.Generation + 1 }, cancellation);
        return occurrence?.State == OccurrenceState.Cancelled ? null : Over(occurrence);
    }

    /// <summary>Everybody is decided: those who have failed are decided anew.</summary>
    /// <inheritdoc cref="PauseAsync"/>
    public async Task<string?> RetryFailedAsync(string id, CancellationToken cancellation)
    {
        var before = (await occurrences.FindAsync(id, cancellation))?.Occurrence;
        if (before is null || before.State == OccurrenceState.Cancelled) return Over(before);
        if (before.State != OccurrenceState.Finished) return "It is not finished: those who have failed so far can be messaged again when it is.";
        await occurrences.ReopenBucketsAsync(id, Contacts.ContactKeys.AllBuckets(), cancellation);
        var after = await SetGoingAsync(id, one => one.State == OccurrenceState.Finished && one.Generation == before.Generation
            ? one with { State = OccurrenceState.Running, FinishedAt = null, Generation = one.Generation + 1, RetriedIn = one.Generation + 1 } : null, cancellation);
        return after?.State == OccurrenceState.Running ? null : Over(after);
    }

    /// <summary>Whoever repeats it after a death finds it done, and puts the work again.</summary>
    public async Task<Occurrence?> SetGoingAsync(string id, Func<Occurrence, Occurrence?> change, CancellationToken cancellation)
    {
        if (await occurrences.FindAsync(id, cancellation) is not { } found) return null;
        // Of the generation to be: without the change that follows it comes to nothing.
        var hidden = await PutAsync(id, found.Occurrence.Generation + 1, options.Timing.Hidden, cancellation);
        var after = await ChangeAsync(id, change, cancellation);
        if (after is not null) await PutAsync(id, after.Generation, TimeSpan.Zero, cancellation);
        await queue.DoneAsync(hidden, cancellation);
        return after;
    }

    private Task<WorkTicket> PutAsync(string id, int generation, TimeSpan hidden, CancellationToken cancellation) =>
        queue.PutBulkAsync(OccurrenceWorkHandler.Word, new OccurrenceWork(id, generation), CampaignsJson.Default.OccurrenceWork, hidden, cancellation);

    /// <summary>The occurrence as it is then; null: there is none.</summary>
    private async Task<Occurrence?> ChangeAsync(string id, Func<Occurrence, Occurrence?> change, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await occurrences.FindAsync(id, cancellation) is not { } found) return null;
            if (change(found.Occurrence) is not { } after) return found.Occurrence;
            if (await occurrences.ReplaceAsync(after, found.ETag, cancellation)) return after;
        }

        throw new Storage.StoreException($"The occurrence {id} is too busy.");
    }

    private static string Over(Occurrence? occurrence) => occurrence is null ? "There is no such run." : $"It is {Http.Words<OccurrenceState>.Of(occurrence.State)}.";
}
