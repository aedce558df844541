using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PPMessage.Storage;

namespace PPMessage.Http;

/// <summary>
/// <c>Idempotency-Key</c>: within 24 h the same key of the same caller on the same address gives the same answer again.
/// A record is opened before the act and closed after it. One that stays open (crash) can be taken over after a minute: the repeat gets the same ids,
/// so what the first try created by insert-if-absent is found and not made twice. Without the header nothing is stored.
/// </summary>
internal sealed class Idempotency(IStore store, TimeProvider time, ILogger<Idempotency> logger)
{
    public static readonly TimeSpan ValidFor = TimeSpan.FromHours(24);

    /// <summary>How long a try may take before a repeat believes that it died.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(60);

    /// <summary>How far apart the clocks of two instances are at most.</summary>
    public static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(1);

    /// <summary>How long a repeat is asked to wait at most, while the first try runs: that is over at any moment, unless it died.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public const string Header = "Idempotency-Key";
    private const int LongestKey = 255;

    /// <param name="body">The body as it came: another one under the same key is refused (422).</param>
    /// <param name="act">Does it once. Ids come from its scope, creation is insert-if-absent, and "exists with that id" is its own earlier try.</param>
    public async Task<IResult> RunAsync(HttpContext context, ReadOnlyMemory<byte> body, Func<RequestScope, Task<Outcome>> act, CancellationToken cancellation)
    {
        var header = context.Request.Headers[Header];
        if (header.Count == 0) return (await act(RequestScope.Fresh(time.GetUtcNow()))).Now;
        if (header.Count > 1 || !IsKey(header[0])) return Problems.Invalid(Header, $"must be one value of 1 to {LongestKey} printable characters");

        var open = await OpenAsync(KeyOf(context, header[0]!), BodyHash(body), cancellation);
        return open.Answer ?? await ActAsync(open.Record!, act);
    }

    private static bool IsKey(string? key) => key is { Length: > 0 and <= LongestKey } && key.All(c => c is >= '!' and <= '~');

    private static string KeyOf(HttpContext context, string key)
    {
        var caller = context.User.Identity?.Name ?? throw new InvalidOperationException("Idempotency needs an authenticated caller.");
        return Ids.Hash($"{caller}|{context.Request.Method}|{context.Request.Path.Value?.ToLowerInvariant()}|{key}");
    }

    private static string BodyHash(ReadOnlyMemory<byte> body) => Ids.Base32(SHA256.HashData(body.Span));

    /// <summary>Either a record that is ours to act under, or the answer to give at once.</summary>
    private async Task<(OpenRequest? Record, IResult? Answer)> OpenAsync(string key, string hash, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var table = WeeklyTables.Of(Tables.Requests, now);
        foreach (var other in OtherTables(table, now))
            if (await store.ReadAsync(other, PartitionOf(key), key, cancellation) is { } earlier && !IsExpired(Read(earlier), now))
                return await MeetAsync(other, earlier, hash, now, cancellation);

        var record = new RequestRecord { BodyHash = hash, CreatedAt = now, StartedAt = now };
        var result = await store.CommitAsync(table, PartitionOf(key), [RowWrite.Insert(key, record, RequestJson.Default.RequestRecord)], cancellation);
        if (result.Committed) return (new(table, key, result.ETags[0], record), null);
        var there = result.Conflict!.Current ?? await store.ReadAsync(table, PartitionOf(key), key, cancellation);
        return there is null ? (null, new StillRunning(LongestWait)) : await MeetAsync(table, there, hash, now, cancellation);
    }

    // Where the first try may have been recorded: last week, or next week by an instance whose clock is ahead.
    private static IEnumerable<string> OtherTables(string table, DateTimeOffset now) =>
        new[] { now - ValidFor, now + ClocksApart }.Select(instant => WeeklyTables.Of(Tables.Requests, instant)).Where(other => other != table);

    private async Task<(OpenRequest? Record, IResult? Answer)> MeetAsync(string table, Row row, string hash, DateTimeOffset now, CancellationToken cancellation)
    {
        var record = Read(row);
        if (IsExpired(record, now)) return await TakeOverAsync(table, row, new() { BodyHash = hash, CreatedAt = now, StartedAt = now }, cancellation);
        if (record.BodyHash != hash) return (null, Problems.Unprocessable("This Idempotency-Key was used with another body."));
        if (record.Answer is { } answer) return (null, answer);
        if (record.StartedAt is { } startedAt && startedAt + GivenUpAfter - now is var left && left > TimeSpan.Zero) return (null, new StillRunning(left < LongestWait ? left : LongestWait));
        return await TakeOverAsync(table, row, record with { StartedAt = now }, cancellation);
    }

    private async Task<(OpenRequest? Record, IResult? Answer)> TakeOverAsync(string table, Row row, RequestRecord record, CancellationToken cancellation)
    {
        var write = RowWrite.Replace(row.Key, row.ETag, record, RequestJson.Default.RequestRecord);
        var result = await store.CommitAsync(table, PartitionOf(row.Key), [write], cancellation);
        return result.Committed ? (new(table, row.Key, result.ETags[0], record), null) : (null, new StillRunning(LongestWait));
    }

    private async Task<IResult> ActAsync(OpenRequest request, Func<RequestScope, Task<Outcome>> act)
    {
        var ended = request.Record with { StartedAt = null };
        try
        {
            var outcome = await act(new RequestScope(request.Record.CreatedAt, request.Key));
            // A refused first try has left nothing behind; a refused repeat may follow a try that has.
            var forgotten = outcome.Repeat is null && request.Record.IsFirstTry;
            await CloseAsync(request, forgotten ? null : ended with { Answer = outcome.Repeat });
            return outcome.Now;
        }
        catch
        {
            // Nothing runs any more: a repeat need not wait, and keeps the ids of this try.
            await CloseAsync(request, ended);
            throw;
        }
    }

    // The act is done or undone; neither a client that went away nor a store that fails now may change what is answered.
    private async Task CloseAsync(OpenRequest request, RequestRecord? record)
    {
        var write = record is null
            ? RowWrite.Delete(request.Key, request.ETag)
            : RowWrite.Replace(request.Key, request.ETag, record, RequestJson.Default.RequestRecord);
        try
        {
            await store.CommitAsync(request.Table, PartitionOf(request.Key), [write], CancellationToken.None);
        }
        catch (StoreException error)
        {
            logger.RecordLeftOpen(error, request.Key);
        }
    }

    private static bool IsExpired(RequestRecord record, DateTimeOffset now) => now - record.CreatedAt >= ValidFor;

    private static RequestRecord Read(Row row) => row.As(RequestJson.Default.RequestRecord);

    private static string PartitionOf(string key) => key[..2];

    /// <param name="Wait">When it is worth asking again.</param>
    private sealed record StillRunning(TimeSpan Wait) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = Math.Ceiling(Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Problems.Conflict("The first request with this Idempotency-Key is still running.").ExecuteAsync(httpContext);
        }
    }

    private sealed record OpenRequest(string Table, string Key, string ETag, RequestRecord Record);
}
