using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Contacts;
using PPMessage.Contacts.Bulk;
using PPMessage.Http;

namespace PPMessage.Campaigns.Occurrences;

/// <summary><c>/api/campaign-runs/{id}/recipients</c>: who of a run got it and who not, and why; and all of that as a table.</summary>
internal sealed class RecipientsApi(OccurrenceStore occurrences, LedgerReader ledger, ContactStore contacts, AuditLog audit, TimeProvider time)
{
    // Of those who are looked through for a page: a rare state must not read all of a million at once.
    private const int MostPages = 10;

    private static readonly string[] Columns = ["contactId", "name", "state", "reason", "detail", "variant", "channelKind", "messageId", "at", "until", "words"];

    public async Task<IResult> ListAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        var (state, reason) = (context.Request.Query["state"].ToString(), context.Request.Query["reason"].ToString());
        if (state.Length > 0 && !RecipientView.States.Contains(state)) return Problems.Invalid("state", $"must be one of: {string.Join(", ", RecipientView.States)}");
        if (Place.Read(page.Cursor) is not { } place) return Problems.Invalid("cursor", "is none that this list gave");
        if (await occurrences.FindAsync(id, cancellation) is null) return OccurrencesApi.None();
        var (items, next) = await FindAsync(id, place, page.Limit, view => (state.Length == 0 || view.State == state) && (reason.Length == 0 || view.Reason == reason), cancellation);
        return TypedResults.Json(new Page<RecipientView>(items, next?.ToString()), CampaignsApiJson.Default.PageRecipientView);
    }

    public async Task<IResult> ExportAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (await occurrences.FindAsync(id, cancellation) is null) return OccurrencesApi.None();
        await audit.WriteAsync(context.Caller().Key, "campaign_run.exported", id, OccurrenceIds.CampaignOf(id));
        var response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"recipients-{time.GetUtcNow():yyyy-MM-dd}.csv\"";
        response.Headers.XContentTypeOptions = "nosniff";
        return new Streamed(pipe => WriteAsync(pipe, id, cancellation));
    }

    private async Task<(IReadOnlyList<RecipientView> Items, Place? Next)> FindAsync(string id, Place place, int limit, Func<RecipientView, bool> wanted, CancellationToken cancellation)
    {
        var items = new List<RecipientView>();
        for (var pages = 0; pages < MostPages || items.Count == 0;)
        {
            if (place.Bucket is null) return (items, null);
            var (views, next) = await PageAsync(id, place, cancellation);
            foreach (var view in views.Where(wanted))
            {
                items.Add(view);
                if (items.Count == limit) return (items, place with { After = view.ContactId });
            }

            if (views.Count > 0) pages++;
            place = next is null ? place.NextBucket() : place with { After = next };
        }

        return (items, place.Bucket is null ? null : place);
    }

    private async Task<(IReadOnlyList<RecipientView> Views, string? Next)> PageAsync(string id, Place place, CancellationToken cancellation)
    {
        var (rows, next) = await ledger.PageAsync(id, place.Bucket!, place.After, cancellation);
        if (rows.Count == 0) return ([], next);
        var names = (await contacts.BetweenAsync(place.Bucket!, rows[0].Entry.ContactId, rows[^1].Entry.ContactId, cancellation)).Where(contact => contact.IsLive).ToDictionary(contact => contact.Id, contact => contact.Name);
        return ([.. rows.Select(row => RecipientView.Of(row, names.GetValueOrDefault(row.Entry.ContactId)))], next);
    }

    private async Task WriteAsync(PipeWriter destination, string id, CancellationToken cancellation)
    {
        Write(destination, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(CsvCells.Row(Columns))]);
        for (var place = Place.First; place.Bucket is not null;)
        {
            var (views, next) = await PageAsync(id, place, cancellation);
            foreach (var view in views) Write(destination, Encoding.UTF8.GetBytes(CsvCells.Row(Cells(view))));
            place = next is null ? place.NextBucket() : place with { After = next };
            if ((await destination.FlushAsync(cancellation)).IsCompleted) return;
        }
    }

    private static IEnumerable<string?> Cells(RecipientView view) =>
    [
        view.ContactId, view.Name, view.State, view.Reason, view.Detail, view.Variant, view.ChannelKind, view.MessageId, Time(view.At), view.Until is { } until ? Time(until) : null,
        string.Join("; ", view.Words.Select(word => $"{word.Word} {Time(word.At)}")),
    ];

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Write(PipeWriter destination, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination.GetSpan(bytes.Length));
        destination.Advance(bytes.Length);
    }

    /// <summary>Where a list goes on.</summary>
    /// <param name="Bucket">Null: it has come to its end.</param>
    private sealed record Place(string? Bucket, string? After)
    {
        public static readonly Place First = new(ContactKeys.AllBuckets().First(), null);

        public static Place? Read(string? cursor)
        {
            if (cursor is null) return First;
            var parts = cursor.Split('.');
            return parts.Length == 2 && ContactKeys.AllBuckets().Contains(parts[0]) && (parts[1].Length == 0 || ContactKeys.BucketOf(parts[1]) == parts[0])
                ? new Place(parts[0], parts[1].Length == 0 ? null : parts[1])
                : null;
        }

        public Place NextBucket() => new(ContactKeys.AllBuckets().SkipWhile(bucket => bucket != Bucket).Skip(1).FirstOrDefault(), null);

        public override string ToString() => $"{Bucket}.{After}";
    }

    private sealed class Streamed(Func<PipeWriter, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => write(httpContext.Response.BodyWriter);
    }
}
