using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents.Teams;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Agents.Answers;

/// <summary><c>/api/answers</c>: agents find those of everybody and of their teams, admins change them.</summary>
internal sealed class AnswersApi(AnswerStore store, TeamStore teams, AgentDirectory agents, Idempotency idempotency, AuditLog audit, TimeProvider time)
{
    /// <summary>They are searched by reading them all.</summary>
    public const int MostAnswers = 1000;

    private const int LongestShortcut = 50;
    private const int LongestTitle = 200;
    private const int LongestText = 10_000;
    private const int LongestQuery = 200;
    private const int MostTeams = 40;

    // How often a change is tried anew when others change the same answer at the same time.
    private const int Tries = 4;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!PageRequest.TryFrom(context, PredefinedAnswer.IdPrefix, out var page, out var problem)) return problem;
        var words = context.Request.Query["q"].ToString().Trim();
        if (words.Length > LongestQuery) return Problems.Invalid("q", $"may have at most {LongestQuery} characters");
        var own = await TeamsOfAsync(context.Caller(), cancellation);
        var found = (await store.AllAsync(cancellation))
            .Where(answer => (own is null || answer.IsFor(own)) && (words.Length == 0 || answer.Has(words)))
            .SkipWhile(answer => page.Cursor is not null && string.CompareOrdinal(answer.Id, page.Cursor) <= 0).ToList();
        var items = found.Take(page.Limit).Select(AnswerView.Of).ToList();
        return TypedResults.Json(new Page<AnswerView>(items, found.Count > items.Count ? items[^1].Id : null), AnswerJson.Default.PageAnswerView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } found) return None();
        return await TeamsOfAsync(context.Caller(), cancellation) is not { } own || found.Answer.IsFor(own) ? Ok(context, found.Answer) : None();
    }

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
            if (!ETags.Matches(context, found.Answer.Version)) return Problems.Stale();
            var after = await ReadAsync(fields, found.Answer, cancellation);
            if (fields.Problem() is { } mistakes) return mistakes;
            if (AnswerAudit.Between(found.Answer, after) is not { Count: > 0 } changes) return Ok(context, found.Answer);
            var change = await store.ReplaceAsync(found.Answer, found.ETag, after, cancellation);
            if (change == AnswerChange.ShortcutTaken) return ShortcutTaken();
            if (change == AnswerChange.Raced) continue;
            await audit.WriteAsync(context.Caller().Key, "answer.changed", id, after.Shortcut, changes);
            return Ok(context, after);
        }

        return Busy();
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        PredefinedAnswer? gone = null;
        for (var i = 0; i < Tries; i++)
        {
            // Gone after a try of ours: it took effect, and what came back was lost.
            if (await store.FindAsync(id, cancellation) is not { } found) return gone is null ? None() : await DeletedAsync(context, gone);
            if (!ETags.Matches(context, found.Answer.Version)) return Problems.Stale();
            gone = found.Answer;
            if (await store.DeleteAsync(found.Answer, found.ETag, cancellation) == AnswerChange.Done) return await DeletedAsync(context, gone);
        }

        return Busy();
    }

    private async Task<IResult> DeletedAsync(HttpContext context, PredefinedAnswer answer)
    {
        await audit.WriteAsync(context.Caller().Key, "answer.deleted", answer.Id, answer.Shortcut, AnswerAudit.Between(answer, null));
        return TypedResults.NoContent();
    }

    private async Task<Outcome> CreateAsync(Caller caller, PredefinedAnswer draft, RequestScope scope, CancellationToken cancellation)
    {
        var answer = draft with { Id = PredefinedAnswer.IdPrefix + scope.NewUlid(), CreatedAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt };
        var all = await store.AllAsync(cancellation);
        // Whoever makes the last ones at the same moment may get in together.
        if (all.Count >= MostAnswers && all.All(other => other.Id != answer.Id)) return Outcome.Refused(Problems.Unprocessable($"There are {MostAnswers} answers, and there can be no more: delete some."));
        var change = await store.CreateAsync(answer, cancellation);
        var stands = change == AnswerChange.Done ? answer : (await store.FindAsync(answer.Id, cancellation))?.Answer;
        if (stands is null) return Outcome.Refused(change == AnswerChange.ShortcutTaken ? ShortcutTaken() : Busy());
        await audit.WriteAsync(caller.Key, "answer.created", answer.Id, answer.Shortcut, AnswerAudit.Between(null, stands));
        return Outcome.Of(Answer.Created($"/api/answers/{answer.Id}", stands.Version, AnswerView.Of(stands), AnswerJson.Default.AnswerView));
    }

    private async Task<PredefinedAnswer> ReadAsync(Fields fields, PredefinedAnswer? current, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var answer = new PredefinedAnswer
        {
            Id = current?.Id ?? string.Empty,
            Shortcut = fields.Text("shortcut", current?.Shortcut, LongestShortcut),
            Title = fields.Text("title", current?.Title, LongestTitle),
            Text = TextOf(fields, current?.Text),
            Teams = fields.Texts("teams", current?.Teams ?? [], MostTeams, 100),
            Locale = fields.Locale("locale", current?.Locale),
            CreatedAt = current?.CreatedAt ?? now,
            UpdatedAt = now,
            Version = (current?.Version ?? 0) + 1,
        };
        if (answer.Shortcut.Any(char.IsWhiteSpace)) fields.Refuse("shortcut", "must have no blanks");
        foreach (var id in fields.Has("teams") ? answer.Teams : [])
            if (await teams.FindAsync(id, cancellation) is null) fields.Refuse("teams", $"there is no team {id}");
        return answer;
    }

    // As it will be sent: with its lines.
    private static string TextOf(Fields fields, string? current)
    {
        if (fields.Json("text") is not { } value) return current ?? fields.Text("text", null, LongestText);
        var text = value.ValueKind == JsonValueKind.String && IsText(value) ? value.GetString()!.Trim() : string.Empty;
        if (text.Length is 0 or > LongestText) fields.Refuse("text", $"must be a text of 1 to {LongestText} characters");
        else if (WrittenText.HasControls(text)) fields.Refuse("text", "must not have control characters but line ends and tabs");
        return text;
    }

    // Half a surrogate pair is valid JSON and no text.
    private static bool IsText(JsonElement value)
    {
        try
        {
            return value.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Null: an admin, who sees all.</summary>
    private async Task<IReadOnlyList<string>?> TeamsOfAsync(Caller caller, CancellationToken cancellation) =>
        caller.Role == Role.Admin || caller.AgentId is null ? null : (await agents.FindAsync(caller.AgentId, cancellation))?.Teams ?? [];

    private static IResult Ok(HttpContext context, PredefinedAnswer answer) => ETags.Ok(context, AnswerView.Of(answer), AnswerJson.Default.AnswerView, answer.Version);

    private static IResult None() => Problems.NotFound("There is no such answer.");

    private static IResult ShortcutTaken() => Problems.Conflict("Another answer of this language has this shortcut.");

    private static IResult Busy() => Problems.Conflict("Others change this answer at the same time: try again.");
}
