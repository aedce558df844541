using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Audit;

/// <summary>Who changed what, for people. Table <c>Audit</c>: one partition a month, newest row first; partition <c>months</c> names those that exist.</summary>
internal sealed class AuditLog(IStore store, TimeProvider time, ILogger<AuditLog> logger)
{
    private const string Months = "months";
    private const int LongestDetail = 1000;
    private const int ErasedAtOnce = 1000;
    private const string Blackened = "(erased)";

    // What one page of a filtered list may read: it may be shorter than asked for, and still have a next one.
    private const int RowsAPage = 2000;

    // The month whose row this instance knows to exist.
    private volatile string? _month;

    /// <summary>
    /// Adds one line. Call it after the change is committed: it takes no cancellation and never fails the request; a line that can't be written is lost to the log.
    /// </summary>
    /// <param name="who">Key of the caller, or what of ours did it (<c>twilio</c>).</param>
    /// <param name="action">Past tense by kind, e.g. <c>channel.activated</c>.</param>
    /// <param name="subject">Id of what it was done to.</param>
    /// <param name="detail">A few words. Never a secret.</param>
    /// <param name="changes">Before and after, of <see cref="AuditChanges.Between"/>. Never of a contact: the log is not for personal data.</param>
    public async Task WriteAsync(string who, string action, string subject, string? detail = null, IReadOnlyDictionary<string, AuditChange>? changes = null)
    {
        var now = time.GetUtcNow();
        var line = new AuditLine(Ids.NewUlid(now), now, who, action, subject, detail is { Length: > LongestDetail } ? detail[..LongestDetail] : detail)
        {
            Changes = changes is { Count: > 0 } ? changes : null,
        };
        try
        {
            await WriteAsync(AuditFilter.MonthOf(now), line);
        }
        catch (StoreException error)
        {
            logger.LineLost(error, who, action, subject);
        }
    }

    /// <summary>Newest first, through all months. The cursor is the last row's month and key.</summary>
    public async Task<Page<AuditLine>> ListAsync(AuditFilter filter, AuditCursor? after, int limit, CancellationToken cancellation)
    {
        var (lines, left) = (new List<AuditLine>(), RowsAPage);
        foreach (var month in (await MonthsAsync(after?.Month, cancellation)).Where(filter.Reaches))
        {
            var range = after is not null && after.Month == month ? filter.Range.Behind(after.Key) : filter.Range;
            for (var more = true; more;)
            {
                // Unfiltered, what is read is what is shown; filtered, the rows behind the last that fits are read again for the next page.
                var page = await store.ReadRangeAsync(Tables.Audit, month, range, filter.IsOfTimeOnly ? limit - lines.Count : Limits.PageRows, cancellation);
                foreach (var row in page.Rows)
                {
                    var line = row.As(AuditJson.Default.AuditLine);
                    if (filter.Fits(line)) lines.Add(line);
                    if (lines.Count == limit || --left == 0) return new(lines, new AuditCursor(month, row.Key).ToString());
                }

                more = page.More;
                if (more) range = range.Behind(page.Rows[^1].Key);
            }
        }

        return new(lines, null);
    }

    /// <summary>Blackens what lines say about a person; that something was done, by whom and when stays. Reads the whole log. Idempotent.</summary>
    /// <param name="before">Later lines stay: they are about somebody who has come since.</param>
    public async Task EraseAsync(DateTimeOffset before, Func<string, bool> mentions, CancellationToken cancellation)
    {
        foreach (var month in await MonthsAsync(null, cancellation))
        {
            var range = RowRange.All;
            for (var more = true; more;)
            {
                var page = await store.ReadRangeAsync(Tables.Audit, month, range, ErasedAtOnce, cancellation);
                foreach (var row in page.Rows) await EraseAsync(month, row, before, mentions, cancellation);
                more = page.More;
                if (more) range = range.Behind(page.Rows[^1].Key);
            }
        }
    }

    private async Task EraseAsync(string month, Row row, DateTimeOffset before, Func<string, bool> mentions, CancellationToken cancellation)
    {
        var line = row.As(AuditJson.Default.AuditLine);
        if (line.At > before || !Texts(line).Any(mentions)) return;
        await store.CommitAsync(Tables.Audit, month, [RowWrite.Put(row.Key, line with { Detail = Blackened, Changes = null }, AuditJson.Default.AuditLine)], cancellation);
    }

    private static IEnumerable<string> Texts(AuditLine line) =>
        (line.Changes ?? ReadOnlyDictionary<string, AuditChange>.Empty)
            .SelectMany(change => new[] { change.Value.Before, change.Value.After }.OfType<JsonElement>()
                .Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()).Prepend(change.Key))
            .Concat(line.Detail is { } detail ? [detail] : []);

    private async Task WriteAsync(string month, AuditLine line)
    {
        if (_month != month)
        {
            await store.CommitAsync(Tables.Audit, Months, [RowWrite.Put(month, new AuditMonth(month), AuditJson.Default.AuditMonth)], CancellationToken.None);
            _month = month;
        }

        await store.CommitAsync(Tables.Audit, month, [RowWrite.Insert(Ids.Inverse(line.Id), line, AuditJson.Default.AuditLine)], CancellationToken.None);
    }

    private async Task<IEnumerable<string>> MonthsAsync(string? newest, CancellationToken cancellation)
    {
        var months = await store.ReadAllAsync(Tables.Audit, Months, RowRange.All, cancellation);
        return months.Select(row => row.Key).Where(month => newest is null || string.CompareOrdinal(month, newest) <= 0).Reverse();
    }
}

internal sealed record AuditLine(string Id, DateTimeOffset At, string Who, string Action, string Subject, string? Detail)
{
    /// <summary>Field → before and after.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, AuditChange>? Changes { get; init; }
}

internal sealed record AuditMonth(string Month);

/// <summary>Where a page of the log ended: <c>2026-11.{row key}</c>.</summary>
internal sealed record AuditCursor(string Month, string Key)
{
    public static AuditCursor? Parse(string text) =>
        text.Length == 8 + Ids.UlidLength && text[7] == '.' && Ids.IsBase32(text.AsSpan(8))
        && DateOnly.TryParseExact(text[..7], "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? new(text[..7], text[8..])
            : null;

    public override string ToString() => $"{Month}.{Key}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(AuditLine))]
[JsonSerializable(typeof(AuditMonth))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Page<AuditLine>))]
internal sealed partial class AuditJson : JsonSerializerContext
{
    static AuditJson() => Default = new AuditJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
