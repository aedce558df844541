using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace PPMessage.Contacts.Bulk;

internal sealed record StartedLine(string Import);

internal sealed record ProgressLine(ImportProgress Progress);

internal sealed record ImportProgress(long Rows, long Created, long Updated, long Unchanged, long Refused, long Bytes, long TotalBytes);

internal sealed record RefusedLine(RefusedRow Refused);

/// <param name="Done">False: it was cancelled.</param>
/// <param name="RefusedRows">The first 1,000.</param>
internal sealed record DoneLine(bool Done, ImportState State, long Rows, long Created, long Updated, long Unchanged, long Refused, IReadOnlyList<RefusedRow> RefusedRows);

/// <summary>
/// Tells how an import goes, line by line, until it has ended. It only looks: the import goes on whether anybody does or not. Rows that were refused are told
/// when their chunk is done, or a little before.
/// </summary>
internal sealed class ImportAnswer(string importId, ImportStore imports, TimeProvider time) : IResult
{
    private const int RefusedAtOnce = 1000;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

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
        var (told, firstRefused) = (0L, new List<RefusedRow>());
        for (var pause = ShortestPause; await imports.FindAsync(importId, cancellation) is { Job: var job }; pause = Longer(pause))
        {
            for (var page = await imports.RefusedAsync(importId, told, RefusedAtOnce, cancellation); page.Items.Count > 0; page = await imports.RefusedAsync(importId, told, RefusedAtOnce, cancellation))
            {
                foreach (var row in page.Items) await WriteAsync(response, new RefusedLine(row), BulkJson.Default.RefusedLine, cancellation, flush: false);
                firstRefused.AddRange(page.Items.Take(RefusedAtOnce - firstRefused.Count));
                told = page.Items[^1].Row;
            }

            var counts = job.Counts;
            await WriteAsync(response, new ProgressLine(new(counts.Rows, counts.Created, counts.Updated, counts.Unchanged, counts.Refused, job.Bytes, job.TotalBytes)), BulkJson.Default.ProgressLine, cancellation);
            if (job.HasEnded)
            {
                await WriteAsync(response, new DoneLine(job.State == ImportState.Done, job.State, counts.Rows, counts.Created, counts.Updated, counts.Unchanged, counts.Refused, firstRefused), BulkJson.Default.DoneLine, cancellation);
                return;
            }

            await Task.Delay(pause, time, cancellation);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private static async Task WriteAsync<T>(HttpResponse response, T line, JsonTypeInfo<T> type, CancellationToken cancellation, bool flush = true)
    {
        await response.Body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, type), (byte)'\n'], cancellation);
        if (flush) await response.Body.FlushAsync(cancellation);
    }
}
