using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Work;

/// <summary><c>/api/dead-letters</c>: read what failed for good, and try it again or put it away.</summary>
internal static class DeadLettersApi
{
    public static void MapDeadLetters(this RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).Describe(DeadLettersOperations.List);
        group.MapGet("/{id}", GetAsync).Describe(DeadLettersOperations.Get);
        group.MapGet("/{id}/raw", RawAsync).Describe(DeadLettersOperations.Raw);
        group.MapPost("/{id}/replay", ReplayAsync).Describe(DeadLettersOperations.Replay);
        group.MapDelete("/{id}", DeleteAsync).Describe(DeadLettersOperations.Delete);
    }

    private static async Task<IResult> ListAsync(HttpContext context, DeadLetters letters)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        if (page.Cursor is { } cursor && !DeadLetters.IsId(cursor)) return Problems.Invalid("cursor", "is none that this list gave");
        var found = await letters.ListAsync(page.Limit, page.Cursor, context.RequestAborted);
        return Results.Json(found, DeadLettersJson.Default.PageDeadLetter);
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, DeadLetters letters) =>
        await letters.FindAsync(id, context.RequestAborted) is { } letter
            ? Results.Json(letter, DeadLettersJson.Default.DeadLetter)
            : Problems.NotFound("No such dead letter.");

    private static async Task<IResult> RawAsync(HttpContext context, string id, DeadLetters letters, IStore store) =>
        await letters.FindAsync(id, context.RequestAborted) is { } letter && DeadLetters.RawOf(letter) is { } blob
            ? await Downloads.OfAsync(context, store, Containers.Raw, blob, "message/rfc822", $"{id}.eml", context.RequestAborted)
            : Downloads.None();

    // The trail outlives the letter: who put it away, and what it said.
    private static async Task<IResult> DeleteAsync(HttpContext context, string id, DeadLetters letters, AuditLog audit)
    {
        if (await letters.FindAsync(id, context.RequestAborted) is not { } letter) return Problems.NotFound("No such dead letter.");
        await letters.DeleteAsync(letter, context.RequestAborted);
        await audit.WriteAsync(context.Caller().Key, "dead-letter.deleted", id, $"{letter.Kind}: {letter.Reason}");
        return Results.NoContent();
    }

    // The work is put before the letter is marked: dying in between replays it once more, which every handler bears.
    private static async Task<IResult> ReplayAsync(HttpContext context, string id, DeadLetters letters, WorkQueue queue, IEnumerable<IWorkHandler> handlers, AuditLog audit)
    {
        if (await letters.FindAsync(id, context.RequestAborted) is not { Payload: { } payload } letter) return Problems.NotFound("No such dead letter.");
        if (handlers.FirstOrDefault(handler => handler.Kind == letter.Kind) is not { } handler)
            return Problems.Unprocessable($"A letter of the kind '{letter.Kind}' can only be read: there is no work to repeat.");
        await queue.PutAsync(handler.Queue, WorkMessage.Of(letter.Kind, payload), TimeSpan.Zero, context.RequestAborted);
        await letters.MarkReplayedAsync(letter, context.RequestAborted);
        await audit.WriteAsync(context.Caller().Key, "dead-letter.replayed", id, $"{letter.Kind}: {letter.Reason}");
        return await GetAsync(context, id, letters);
    }
}
