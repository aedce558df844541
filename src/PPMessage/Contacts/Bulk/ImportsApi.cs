using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Http;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Contacts.Bulk;

/// <summary>
/// <c>/api/contacts/import</c> and <c>/api/contacts/imports</c>. Write order: (with an Idempotency-Key) its row → blob → work message, hidden → job's row → the message
/// is shown. Dying before the job's row leaves a blob that nobody knows, and the client repeats.
/// </summary>
internal sealed class ImportsApi(ImportStore imports, ImportWorkHandler work, WorkQueue queue, IStore store, AuditLog audit, PPMessageOptions options, DefaultRegion region, TimeProvider time)
{
    private const int LongestKey = 255;
    private const int Tries = 4;

    public async Task<IResult> ImportAsync(HttpContext context, CancellationToken cancellation)
    {
        if (ImportFormat.Of(context.Request.ContentType) is not { } format) return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", $"The body must be {ImportFormat.Accepted}");
        if (context.Request.ContentLength > options.Imports.LargestBytes) return TooLarge();
        var key = context.Request.Headers[Idempotency.Header];
        if (key.Count > 1 || key is [{ } text] && (text.Length is 0 or > LongestKey || text.Any(c => c is < '!' or > '~'))) return Problems.Invalid(Idempotency.Header, $"must be one value of 1 to {LongestKey} printable characters");
        if (!TryDelimiter(context, out var delimiter)) return Problems.Invalid("delimiter", "must be one character, or tab");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = options.Imports.LargestBytes;
        try
        {
            await using var upload = new ImportUpload(context.Request.Body, format);
            if (!await upload.BeginAsync(delimiter, cancellation)) return Problems.Invalid("$", "a body with contacts is expected, and this one is empty");
            IReadOnlyList<string?>? columns = null;
            if (format.IsTable && (columns = CsvColumns.Read(upload.Headings, context.Request.Query["columns"].ToString(), out var mistake)) is null) return Problems.Invalid("columns", mistake);
            return await ImportAsync(context, upload, columns, key.Count == 0 ? null : key[0], cancellation);
        }
        catch (UnreadableImportException unreadable)
        {
            return Problems.Invalid("$", unreadable.Message);
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
    }

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!PageRequest.TryFrom(context, ImportStore.IdPrefix, out var page, out var problem)) return problem;
        var found = await imports.ListAsync(page, cancellation);
        return TypedResults.Json(new Page<ImportView>([.. found.Items.Select(ImportView.Of)], found.Next), BulkJson.Default.PageImportView);
    }

    public async Task<IResult> GetAsync(string id, CancellationToken cancellation) =>
        await imports.FindAsync(id, cancellation) is { } found ? TypedResults.Json(ImportView.Of(found.Job), BulkJson.Default.ImportView) : None();

    public async Task<IResult> RefusedAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        var after = 0L;
        if (page.Cursor is { } cursor && (!long.TryParse(cursor, System.Globalization.NumberStyles.None, null, out after) || cursor.Length > 12)) return Problems.Invalid("cursor", "is none that this list gave");
        if (await imports.FindAsync(id, cancellation) is null) return None();
        return TypedResults.Json(await imports.RefusedAsync(id, after, page.Limit, cancellation), BulkJson.Default.PageRefusedRow);
    }

    /// <summary>The chunk that is being written is finished; rows that were taken stay. A work message of its own ends it where nobody works on it.</summary>
    public async Task<IResult> CancelAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await imports.FindAsync(id, cancellation) is not { } found) return None();
            if (found.Job.State is not (ImportState.Running or ImportState.Failed)) return TypedResults.Json(ImportView.Of(found.Job), BulkJson.Default.ImportView);
            var ticket = await work.PutAsync(id, options.Timing.Hidden, cancellation);
            var after = found.Job with { State = ImportState.Cancelling, Failure = null, EndedAt = null };
            if (await imports.ReplaceAsync(after, found.ETag, cancellation) is null) continue;
            await queue.KeptAsync(ticket);
            await audit.WriteAsync(context.Caller().Key, "contacts.import-cancelled", id);
            return TypedResults.Json(ImportView.Of(after), BulkJson.Default.ImportView);
        }

        return Problems.Conflict("The import goes on too fast: try again.");
    }

    private async Task<IResult> ImportAsync(HttpContext context, ImportUpload upload, IReadOnlyList<string?>? columns, string? key, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var import = new ImportKey(ImportStore.IdPrefix + Ids.NewUlid(now), now);
        if (key is not null) import = await imports.ClaimKeyAsync(Ids.Hash($"{context.Caller().Key}|{key}"), import, cancellation);
        var how = $"{context.Request.ContentType}|{context.Request.QueryString}";
        if (await imports.FindAsync(import.ImportId, cancellation) is { } known) return Followed(known.Job, Ids.Hash($"{await upload.HashAsync(cancellation)}|{how}"));

        // A name of its own, so that two tries at the same time don't write the same blob.
        var blob = $"{import.ImportId}/{Ids.NewUlid(now)}";
        var kept = await upload.KeepAsync(store, blob, cancellation);
        var job = new ImportJob
        {
            Id = import.ImportId, CreatedAt = import.CreatedAt, By = context.Caller().Key, Blob = blob, BodyHash = Ids.Hash($"{kept.Hash}|{how}"), Columns = columns,
            Region = await region(CancellationToken.None), TotalBytes = kept.Bytes,
        };
        return await StartAsync(job);
    }

    // The file is here: whether the client stays or not, it is imported.
    private async Task<IResult> StartAsync(ImportJob job)
    {
        var ticket = await work.PutAsync(job.Id, options.Timing.Hidden, CancellationToken.None);
        var stands = await imports.InsertAsync(job, CancellationToken.None);
        if (stands.Blob != job.Blob)
        {
            await store.DeleteBlobAsync(Containers.Imports, job.Blob, CancellationToken.None);
            return Followed(stands, job.BodyHash);
        }

        ticket = await queue.KeptAsync(ticket);
        await audit.WriteAsync(job.By, "contacts.imported", job.Id, $"{job.TotalBytes} bytes");
        await store.HideAsync(ticket.Queue, ticket.Receipt, TimeSpan.Zero, CancellationToken.None);
        return new ImportAnswer(job.Id, imports, time);
    }

    private IResult Followed(ImportJob known, string bodyHash) => known.BodyHash == bodyHash
        ? new ImportAnswer(known.Id, imports, time)
        : Problems.Unprocessable("This Idempotency-Key was used with another body.");

    private static bool TryDelimiter(HttpContext context, out char? delimiter)
    {
        var given = context.Request.Query["delimiter"].ToString();
        delimiter = given switch { "" => null, "tab" or "\\t" => '\t', [var one] when char.IsAscii(one) && one is not ('"' or '\r' or '\n') => one, _ => '\0' };
        return delimiter != '\0';
    }

    private IResult TooLarge() => Problems.Of(StatusCodes.Status413PayloadTooLarge, "Too large", $"A file may have at most {options.Imports.LargestBytes} bytes: split it.");

    private static IResult None() => Problems.NotFound("There is no such import.");
}
