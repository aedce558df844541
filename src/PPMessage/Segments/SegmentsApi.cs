using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Segments;

/// <summary>What uses a segment, in words for people; null: nothing. Registered by whoever runs campaigns.</summary>
internal delegate Task<string?> SegmentInUse(string segmentId, CancellationToken cancellation);

/// <summary><c>/api/segments</c>: agents read, admins change.</summary>
internal sealed class SegmentsApi(SegmentStore store, SegmentMembership membership, Idempotency idempotency, AuditLog audit, TimeProvider time, SegmentInUse? inUse = null)
{
    private const int LongestName = 200;
    private const int LongestDescription = 1000;

    // How often a change is tried anew when others change the same segment at the same time.
    private const int Tries = 4;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        if (page.Cursor is { } cursor && !SegmentStore.IsCursor(cursor)) return Problems.Invalid("cursor", "is none that this list gave");
        var found = await store.ListAsync(page, cancellation);
        return TypedResults.Json(new Page<SegmentView>([.. found.Items.Select(SegmentView.Of)], found.Next), SegmentsJson.Default.PageSegmentView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } found ? Ok(context, found.Segment) : None();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var draft = await ReadAsync(fields, null, cancellation);
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context.Caller(), draft, scope, cancellation), cancellation);
    }

    public async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return None();
            if (BuiltInSegments.Find(id) is not null) return BuiltIn(id);
            if (!ETags.Matches(context, found.Segment.Version)) return Problems.Stale();
            var after = await ReadAsync(fields, found.Segment, cancellation);
            if (fields.Problem() is { } mistakes) return mistakes;
            if (SegmentAudit.Between(found.Segment, after) is not { Count: > 0 } changes) return Ok(context, found.Segment);
            if (!await store.ReplaceAsync(after, found.ETag, cancellation)) continue;
            await audit.WriteAsync(context.Caller().Key, "segment.changed", id, after.Name, changes);
            return Ok(context, after);
        }

        return Busy();
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        Segment? gone = null;
        for (var i = 0; i < Tries; i++)
        {
            // Gone after a try of ours: it took effect, and its answer was lost.
            if (await store.FindAsync(id, cancellation) is not { } found) return gone is null ? None() : await DeletedAsync(context, gone);
            if (BuiltInSegments.Find(id) is not null) return BuiltIn(id);
            if (!ETags.Matches(context, found.Segment.Version)) return Problems.Stale();
            if (inUse is not null && await inUse(id, cancellation) is { } use) return Problems.Conflict(use);
            gone = found.Segment;
            if (await store.DeleteAsync(id, found.ETag, cancellation)) return await DeletedAsync(context, gone);
        }

        return Busy();
    }

    private async Task<IResult> DeletedAsync(HttpContext context, Segment segment)
    {
        await audit.WriteAsync(context.Caller().Key, "segment.deleted", segment.Id, segment.Name, SegmentAudit.Between(segment, null));
        return TypedResults.NoContent();
    }

    private async Task<Outcome> CreateAsync(Caller caller, Segment draft, RequestScope scope, CancellationToken cancellation)
    {
        var segment = draft with { Id = Segment.IdPrefix + scope.NewUlid(), CreatedAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt };
        if (await store.IsFullAsync(cancellation) && await store.FindAsync(segment.Id, cancellation) is null)
            return Outcome.Refused(Problems.Conflict($"There are {SegmentStore.Most} segments, which is the most: delete one first."));
        var stands = await store.InsertAsync(segment, cancellation) ? segment : (await store.FindAsync(segment.Id, cancellation))?.Segment;
        if (stands is null) return Outcome.Refused(Problems.Conflict("The segment that this request has made was deleted since."));
        await audit.WriteAsync(caller.Key, "segment.created", segment.Id, stands.Name, SegmentAudit.Between(null, stands));
        return Outcome.Of(Answer.Created($"/api/segments/{segment.Id}", stands.Version, SegmentView.Of(stands), SegmentsJson.Default.SegmentView));
    }

    private async Task<Segment> ReadAsync(Fields fields, Segment? current, CancellationToken cancellation)
    {
        var filter = fields.Json("filter");
        if (filter is { } written) await membership.CompileAsync(written, "filter", fields.Refuse, cancellation);
        else if (current is null) fields.Refuse("filter", "is required");
        return new Segment(
            current?.Id ?? string.Empty,
            fields.Text("name", current?.Name, LongestName),
            fields.OptionalText("description", current?.Description, LongestDescription),
            filter ?? current?.Filter ?? default,
            current?.CreatedAt ?? default,
            time.GetUtcNow(),
            (current?.Version ?? 0) + 1);
    }

    private static IResult Ok(HttpContext context, Segment segment) => ETags.Ok(context, SegmentView.Of(segment), SegmentsJson.Default.SegmentView, segment.Version);

    private static IResult BuiltIn(string id) => Problems.Conflict($"'{id}' is built in and can't be changed: make a segment of your own with its filter.");

    private static IResult None() => Problems.NotFound("There is no such segment.");

    private static IResult Busy() => Problems.Conflict("Others change this segment at the same time: try again.");
}
