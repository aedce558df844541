using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Work;

/// <summary>A thing that failed for good, kept with its reason until a person looks at it.</summary>
/// <param name="Payload">What the work was given; null when it lies in <paramref name="Blob"/>.</param>
internal sealed record DeadLetter(string Id, string Kind, string Reason, JsonElement? Payload, string? Blob, DateTimeOffset CreatedAt, DateTimeOffset? ReplayedAt);

/// <summary>
/// Table <c>DeadLetters</c>: partition = month of creation, row = inverse ULID, newest first. The id carries both, so no look-up is needed.
/// Adding may double a letter when the process dies between the row and the queue's acknowledgement: a letter is for people, and two are better than none.
/// </summary>
internal sealed class DeadLetters(IStore store, TimeProvider time, ILogger<DeadLetters> log)
{
    private const string Prefix = "dl_";
    private const int InlineBytes = 32 * 1024;
    private const int Counted = 1000;

    public async Task AddAsync(string kind, JsonElement payload, string reason, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var ulid = Ids.NewUlid(now);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(payload, WorkJson.Default.JsonElement);
        var letter = new DeadLetter(Prefix + ulid, kind, reason, payload, null, now, null);
        if (bytes.Length > InlineBytes)
        {
            await using var content = new MemoryStream(bytes);
            await store.WriteBlobAsync(Containers.Work, letter.Id, content, "application/json", cancellation);
            letter = letter with { Payload = null, Blob = letter.Id };
        }

        await store.CommitAsync(Tables.DeadLetters, Month(now), [RowWrite.Insert(Ids.Inverse(ulid), letter, WorkJson.Default.DeadLetter)], cancellation);
        log.DeadLettered(letter.Id, kind, reason);
        Telemetry.DeadLetters.Add(1, new KeyValuePair<string, object?>("work.kind", kind));
    }

    /// <summary>Letters, newest first; the cursor is the id of the last one seen.</summary>
    public async Task<Page<DeadLetter>> ListAsync(int limit, string? cursor, CancellationToken cancellation)
    {
        var items = new List<DeadLetter>();
        var after = cursor is null ? null : Key(cursor);
        var (partition, range) = after is { } key ? (key.Partition, RowRange.All.Behind(key.Row)) : (Month(time.GetUtcNow()), RowRange.All);
        for (var months = 0; months < MonthsKept; months++, partition = Before(partition), range = RowRange.All)
        {
            var page = await store.ReadRangeAsync(Tables.DeadLetters, partition, range, limit - items.Count, cancellation);
            items.AddRange(page.Rows.Select(row => row.As(WorkJson.Default.DeadLetter)));
            if (items.Count == limit) return new Page<DeadLetter>(items, items[^1].Id);
        }

        return new Page<DeadLetter>(items, null);
    }

    public static bool IsId(string text) => Key(text) is not null;

    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellation)
    {
        if (Key(id) is not { } key) return null;
        var row = await store.ReadAsync(Tables.DeadLetters, key.Partition, key.Row, cancellation);
        return row is null ? null : await WithPayloadAsync(row.As(WorkJson.Default.DeadLetter), cancellation);
    }

    /// <summary>Letters of this month and the last that nobody has replayed, counted up to 1,000 a month.</summary>
    public async Task<int> CountAsync(CancellationToken cancellation)
    {
        var month = Month(time.GetUtcNow());
        var pages = await Task.WhenAll(
            store.ReadRangeAsync(Tables.DeadLetters, month, RowRange.All, Counted, cancellation),
            store.ReadRangeAsync(Tables.DeadLetters, Before(month), RowRange.All, Counted, cancellation));
        return pages.SelectMany(page => page.Rows).Count(row => row.As(WorkJson.Default.DeadLetter).ReplayedAt is null);
    }

    /// <summary>One that was put away or erased meanwhile stays so.</summary>
    public async Task MarkReplayedAsync(DeadLetter letter, CancellationToken cancellation)
    {
        if (Key(letter.Id) is not { } key) return;
        while (await store.ReadAsync(Tables.DeadLetters, key.Partition, key.Row, cancellation) is { } row)
        {
            var stored = row.As(WorkJson.Default.DeadLetter) with { ReplayedAt = time.GetUtcNow() };
            if ((await store.CommitAsync(Tables.DeadLetters, key.Partition, [RowWrite.Replace(key.Row, row.ETag, stored, WorkJson.Default.DeadLetter)], cancellation)).Committed) return;
        }
    }

    /// <summary>Idempotent. The row first: a blob that no row names is no letter.</summary>
    public async Task DeleteAsync(DeadLetter letter, CancellationToken cancellation)
    {
        if (Key(letter.Id) is not { } key) return;
        await store.CommitAsync(Tables.DeadLetters, key.Partition, [RowWrite.Delete(key.Row)], cancellation);
        if (letter.Blob is { } blob) await store.DeleteBlobAsync(Containers.Work, blob, cancellation);
    }

    /// <summary>
    /// Puts all letters away that a person is mentioned in, with what lies beside them. Reads every letter: not for a request that somebody waits for. Idempotent.
    /// </summary>
    /// <param name="before">Letters about what came later stay: they are about somebody who has come since.</param>
    /// <param name="mentions">Asked of the payload.</param>
    public async Task EraseAsync(DateTimeOffset before, Func<JsonElement, bool> mentions, CancellationToken cancellation)
    {
        string? cursor = null;
        do
        {
            var page = await ListAsync(Erased, cursor, cancellation);
            foreach (var letter in page.Items)
            {
                var whole = await WithPayloadAsync(letter, cancellation);
                if (whole.Payload is not { } payload || (BeganAt(payload) ?? letter.CreatedAt) > before || !mentions(payload)) continue;
                if (RawOf(whole) is { } raw) await store.DeleteBlobAsync(Containers.Raw, raw, cancellation);
                await DeleteAsync(letter, cancellation);
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    /// <summary>The mail that a letter is about, as it came: whoever made the letter left it where its payload's <c>blob</c> says. Null: it is about none.</summary>
    public static string? RawOf(DeadLetter letter) =>
        letter.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty("blob", out var blob) && blob.ValueKind == JsonValueKind.String
            ? blob.GetString()
            : null;

    // Work that was taken in long before it was given up says when: it has the ULID of the message to be.
    private static DateTimeOffset? BeganAt(JsonElement payload) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("ulid", out var ulid) && JsonText.Of(ulid) is { } text ? Ids.TimeOf(text) : null;

    private const int MonthsKept = 13;

    private const int Erased = 200;

    private async Task<DeadLetter> WithPayloadAsync(DeadLetter letter, CancellationToken cancellation)
    {
        if (letter.Blob is null) return letter;
        await using var blob = await store.OpenBlobAsync(Containers.Work, letter.Blob, cancellation);
        return blob is null ? letter : letter with { Payload = await JsonSerializer.DeserializeAsync(blob.Content, WorkJson.Default.JsonElement, cancellation) };
    }

    private static (string Partition, string Row)? Key(string id) =>
        Ids.UlidOf(id, Prefix, 0) is { } ulid && Ids.TimeOf(ulid) is { } at ? (Month(at), Ids.Inverse(ulid)) : null;

    private static string Month(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture);

    private static string Before(string month) =>
        Month(DateTimeOffset.ParseExact(month, "yyyyMM", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).AddMonths(-1));
}
