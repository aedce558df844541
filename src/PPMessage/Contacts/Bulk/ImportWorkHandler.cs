using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Contacts.Bulk;

/// <summary>
/// Work <c>import</c>: goes on with an import, a chunk at a time, and puts the next work message when its time is over. Two that work on the same import do
/// the same; one of them gets to write how far it is, and the other stands back. Given up, it leaves the import failed, and a replay of its letter goes on with it.
/// </summary>
internal sealed class ImportWorkHandler(ImportStore imports, ImportChunk chunks, AttributeDirectory attributes, IStore store, WorkQueue queue, PPMessageOptions options, TimeProvider time) : IWorkHandler
{
    public const string Word = "import";

    // One message does not occupy a worker for long, and comes anew well before the five attempts that it has are used up.
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(20);

    public string Kind => Word;

    public string Queue => Queues.Bulk;

    public Task<WorkTicket> PutAsync(string importId, TimeSpan hiddenFor, CancellationToken cancellation) =>
        queue.PutBulkAsync(Word, new ImportWork(importId), BulkJson.Default.ImportWork, hiddenFor, cancellation);

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, BulkJson.Default.ImportWork) is not { } work || await imports.FindAsync(work.ImportId, cancellation) is not { } found) return;
        if (!found.Job.HasEnded)
        {
            await using var blob = await store.OpenBlobAsync(Containers.Imports, found.Job.Blob, found.Job.Bytes, cancellation);
            var isNeeded = found.Job.State != ImportState.Cancelling;
            if (blob is null && isNeeded && await imports.FindAsync(work.ImportId, cancellation) is not { Job.HasEnded: true }) throw new InvalidOperationException($"What {work.ImportId} imports is gone.");
            if ((blob is not null || !isNeeded) && await GoOnAsync(found.Job, found.ETag, blob?.Content ?? Stream.Null, cancellation) is { } pause)
            {
                await PutAsync(work.ImportId, pause, cancellation);
                return;
            }
        }

        await store.DeleteBlobAsync(Containers.Imports, found.Job.Blob, cancellation);
    }

    /// <summary>Written in place of how far it is: whoever goes on with it all the same says that it runs.</summary>
    public async Task GiveUpAsync(JsonElement payload, string reason, CancellationToken cancellation)
    {
        if (payload.ValueKind != JsonValueKind.Object || JsonSerializer.Deserialize(payload, BulkJson.Default.ImportWork) is not { ImportId: { } id }) return;
        while (await imports.FindAsync(id, cancellation) is { Job.HasEnded: false } found)
            if (await imports.ReplaceAsync(found.Job with { State = ImportState.Failed, Failure = reason, EndedAt = time.GetUtcNow() }, found.ETag, cancellation) is not null) return;
    }

    /// <summary>Null: it has ended. Otherwise how long to wait before going on.</summary>
    private async Task<TimeSpan?> GoOnAsync(ImportJob job, string etag, Stream content, CancellationToken cancellation)
    {
        var begin = time.GetTimestamp();
        await using var reader = new LineReader(content);
        while (time.GetElapsedTime(begin) < Slice)
        {
            var lines = job.State == ImportState.Cancelling ? [] : await ReadAsync(reader, cancellation);
            if (lines.Count == 0 && job.State != ImportState.Cancelling && job.Bytes != job.TotalBytes) throw new InvalidOperationException($"Of {job.TotalBytes} bytes of {job.Id} only {job.Bytes} are there.");
            var (after, newTag) = lines.Count > 0 ? await WriteAsync(job, etag, lines, cancellation) : await EndAsync(job, etag, cancellation);
            if (after is null) return options.Timing.Hidden;
            if (after.HasEnded) return null;
            (job, etag) = (after, newTag!);
        }

        return TimeSpan.Zero;
    }

    private async Task<IReadOnlyList<Line>> ReadAsync(LineReader reader, CancellationToken cancellation)
    {
        var (lines, bytes) = (new List<Line>(), 0L);
        while (lines.Count < options.Imports.ChunkRows && bytes < options.Imports.ChunkBytes && await reader.NextAsync(cancellation) is { } line)
        {
            lines.Add(line);
            bytes += line.Length;
        }

        return lines;
    }

    private async Task<(ImportJob? Job, string? ETag)> WriteAsync(ImportJob job, string etag, IReadOnlyList<Line> lines, CancellationToken cancellation)
    {
        var defined = await attributes.KnownAsync(cancellation);
        var rows = lines.AsParallel().AsOrdered().Select((line, i) => ImportRow.Read(job, job.Lines + i + 1, line.Bytes, defined)).OfType<ImportRow>().ToList();
        var (plan, outcomes) = await chunks.PlanAsync(job, rows, defined, cancellation);
        var isRepeated = job.Planned is not null;
        if (!isRepeated)
        {
            (var planned, var plannedTag) = await ReplaceAsync(job, etag, now => now with { Planned = new string(outcomes) }, cancellation);
            if (planned is null) return (null, null);
            (job, etag) = (planned, plannedTag!);
        }

        outcomes = await chunks.WriteAsync(job, rows, plan, outcomes, isRepeated, defined, cancellation);
        var counted = RowOutcome.Count(isRepeated ? outcomes.Select((outcome, i) => FoundFirst(job.Planned!, i, outcome)) : outcomes);
        return await ReplaceAsync(job, etag, now => now with
        {
            Planned = null,
            Bytes = now.Bytes + lines.Sum(line => line.Length),
            Lines = now.Lines + lines.Count,
            Counts = now.Counts.Plus(counted),
        }, cancellation);
    }

    // What an earlier try has written looks unchanged now, and what two rows say of one contact looks changed again.
    private static char FoundFirst(string planned, int place, char outcome) =>
        outcome != RowOutcome.Refused && planned.ElementAtOrDefault(place) is var first and (RowOutcome.Created or RowOutcome.Updated or RowOutcome.Unchanged) ? first : outcome;

    private Task<(ImportJob? Job, string? ETag)> EndAsync(ImportJob job, string etag, CancellationToken cancellation) => ReplaceAsync(job, etag, now => now with
    {
        State = now.State == ImportState.Cancelling ? ImportState.Cancelled : ImportState.Done,
        Planned = null,
        EndedAt = time.GetUtcNow(),
    }, cancellation);

    /// <summary>Writes how far it is, also where somebody has asked meanwhile for it to end; nulls where another worker was faster.</summary>
    private async Task<(ImportJob? Job, string? ETag)> ReplaceAsync(ImportJob job, string etag, Func<ImportJob, ImportJob> change, CancellationToken cancellation)
    {
        var now = (Job: job, ETag: etag);
        while (now.Job.Bytes == job.Bytes && now.Job.Planned == job.Planned && !now.Job.HasEnded)
        {
            var after = change(now.Job with { State = now.Job.State == ImportState.Failed ? ImportState.Running : now.Job.State, Failure = null, EndedAt = null });
            if (await imports.ReplaceAsync(after, now.ETag, cancellation) is { } newTag) return (after, newTag);
            if (await imports.FindAsync(job.Id, cancellation) is not { } found) return (null, null);
            now = found;
        }

        return (null, null);
    }
}
