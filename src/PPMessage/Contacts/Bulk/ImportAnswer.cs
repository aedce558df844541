using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using PPMessage.Storage;

namespace PPMessage.Contacts.Bulk;

internal sealed record StartedLine(string Import);

internal sealed record ProgressLine(ImportProgress Progress);

internal sealed record ImportProgress(long Rows, long Created, long Updated, long Unchanged, long Refused, long Bytes, long TotalBytes);

internal sealed record RefusedLine(RefusedRow Refused);

/// <param name="Done">False: it was cancelled, or has failed.</param>
/// <param name="RefusedRows">The first 1,000.</param>
/// <param name="Failure">Why it has failed; null: it has not.</param>
internal sealed record DoneLine(
    bool Done, ImportState State, long Rows, long Created, long Updated, long Unchanged, long Refused, IReadOnlyList<RefusedRow> RefusedRows,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Failure);

/// <summary>
/// Tells how an import goes, line by line, until it has ended or failed. It only looks: the import goes on whether anybody does or not. Rows that were refused are
/// told when their chunk is done: until then another try may find more of them, or fewer.
/// </summary>
internal sealed class ImportAnswer(string importId, ImportStore imports, TimeProvider time) : IResult
{
    private const int RefusedAtOnce = 1000;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly List<RefusedRow> _firstRefused = [];
    private long _told;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/x-ndjson; charset=utf-8";
        httpContext.Response.Headers.Location = $"/api/contacts/imports/{importId}";
        try
        {
            await TellAsync(httpContext.Response, httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
    }

    private async Task TellAsync(HttpResponse response, CancellationToken cancellation)
    {
        await WriteAsync(response, new StartedLine(importId), BulkJson.Default.StartedLine, cancellation);
        for (var pause = ShortestPause; !await LookAsync(response, cancellation); pause = Longer(pause)) await Task.Delay(pause, time, cancellation);
    }

    /// <summary>True: it has ended, or is forgotten.</summary>
    private async Task<bool> LookAsync(HttpResponse response, CancellationToken cancellation)
    {
        try
        {
            if (await imports.FindAsync(importId, cancellation) is not { Job: var job }) return true;
            while (await RefusedAsync(job.LastRow, cancellation) is { Count: > 0 } rows) await TellAsync(response, rows, cancellation);
            var counts = job.Counts;
            await WriteAsync(response, new ProgressLine(new(counts.Rows, counts.Created, counts.Updated, counts.Unchanged, counts.Refused, job.Bytes, job.TotalBytes)), BulkJson.Default.ProgressLine, cancellation);
            var isOver = job.HasEnded || job.State == ImportState.Failed;
            if (isOver)
                await WriteAsync(response, new DoneLine(job.State == ImportState.Done, job.State, counts.Rows, counts.Created, counts.Updated, counts.Unchanged, counts.Refused, _firstRefused, job.Failure), BulkJson.Default.DoneLine, cancellation);
            return isOver;
        }
        catch (StoreException)
        {
            // The next look may see more.
            return false;
        }
    }

    private async Task<IReadOnlyList<RefusedRow>> RefusedAsync(long last, CancellationToken cancellation) =>
        [.. (await imports.RefusedAsync(importId, _told, RefusedAtOnce, cancellation)).Items.TakeWhile(row => row.Row <= last)];

    private async Task TellAsync(HttpResponse response, IReadOnlyList<RefusedRow> rows, CancellationToken cancellation)
    {
        foreach (var row in rows) await WriteAsync(response, new RefusedLine(row), BulkJson.Default.RefusedLine, cancellation, flush: false);
        _firstRefused.AddRange(rows.Take(RefusedAtOnce - _firstRefused.Count));
        _told = rows[^1].Row;
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private static async Task WriteAsync<T>(HttpResponse response, T line, JsonTypeInfo<T> type, CancellationToken cancellation, bool flush = true)
    {
        await response.Body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, type), (byte)'\n'], cancellation);
        if (flush) await response.Body.FlushAsync(cancellation);
    }
}
