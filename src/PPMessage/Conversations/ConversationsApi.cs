using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Agents.Teams;
using PPMessage.Audit;
using PPMessage.Contacts;
using PPMessage.Conversations.Assigning;
using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary><c>/api/conversations</c>: list, read, assign, resolve, reopen.</summary>
internal sealed class ConversationsApi(
    InboxList inbox, ThreadStore threads, ContactStore contacts, ChangeConversation change, AgentDirectory agents,
    TeamDirectory teams, AuditLog audit)
{
    /// <summary>Of a conversation.</summary>
    public const int MostTags = 50;

    private const int LongestTag = 100;
    private const int LongestQuery = 200;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        var query = context.Request.Query;
        if (Filter(context, out problem) is not { } filter) return problem!;
        if (query["contact"].ToString() is { Length: > 0 } contact) return await OfContactAsync(contact, filter, page, cancellation);
        if (page.Cursor is { } cursor && !IsPosition(cursor)) return Problems.Invalid("cursor", "is none that this list gave");
        var found = await inbox.ReadAsync(filter, page.Limit, page.Cursor, cancellation);
        return Page(found.Items, found.Next);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        await FindAsync(id, cancellation) is { } found
            ? ETags.Ok(context, ConversationView.Of(found.Conversation, found.Head.Consent ?? Suppressions.Consent.Unspoken), ConversationsApiJson.Default.ConversationView, found.Conversation.Version)
            : None();

    public async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        if (await FindAsync(id, cancellation) is not { } found) return None();
        var patch = await PatchAsync(fields, context, found.Conversation, cancellation);
        if (fields.Problem() is { } mistakes) return mistakes;
        if (!ETags.Matches(context, found.Conversation.Version)) return Problems.Stale();
        var outcome = await change.RunAsync(id, patch, cancellation);
        if (outcome is ConversationOutcome.Changed done && (patch.SetAssignee || patch.SetTeam) && AssignmentAudit.Between(done) is { Count: > 0 } changes)
            await audit.WriteAsync(context.Caller().Key, "conversation.assigned", id, changes: changes);
        return outcome switch
        {
            ConversationOutcome.Changed changed =>
                ETags.Ok(context, ConversationView.Of(changed.Conversation, found.Head.Consent), ConversationsApiJson.Default.ConversationView, changed.Conversation.Version),
            ConversationOutcome.Stale => Problems.Stale(),
            ConversationOutcome.Refused refused => Problems.Conflict(refused.Why),
            _ => None(),
        };
    }

    public static IResult None() => Problems.NotFound("There is no such conversation.");

    /// <summary>A conversation wherever it lies: one read when open, two when resolved.</summary>
    private async Task<(ThreadHead Head, Conversation Conversation)?> FindAsync(string id, CancellationToken cancellation)
    {
        if (ThreadKeys.Conversation(id) is not { } key || await threads.HeadAsync(key.Thread, cancellation) is not { } found) return null;
        var conversation = found.Head.Find(id) ?? (await threads.ClosedAsync(found.Head, key.Thread, key.Ulid, cancellation))?.Conversation;
        return conversation is null ? null : (found.Head, conversation);
    }

    // A contact has few conversations, and their ids say where they lie: one read each, all at once. The filter leaves pages short.
    private async Task<IResult> OfContactAsync(string id, InboxFilter filter, PageRequest page, CancellationToken cancellation)
    {
        // The id of one that was merged stands for the contact that is left.
        var contact = (await contacts.FindAsync(id, cancellation))?.Contact.Id ?? id;
        if (page.Cursor is { } cursor && !ContactKeys.IsConversationRow(contact, cursor)) return Problems.Invalid("cursor", "is none that this list gave");
        var rows = await contacts.ConversationsAsync(contact, page.Cursor, page.Limit, cancellation);
        var found = await Task.WhenAll(rows.Rows.Select(row => FindAsync(row.As(ContactsJson.Default.ContactConversation).ConversationId, cancellation)));
        return Page([.. found.OfType<(ThreadHead Head, Conversation Conversation)>().Select(pair => pair.Conversation).Where(filter.Includes)], rows.More ? rows.Rows[^1].Key : null);
    }

    private static IResult Page(IReadOnlyList<Conversation> items, string? next) =>
        TypedResults.Json(new Page<ConversationView>([.. items.Select(item => ConversationView.Of(item))], next), ConversationsApiJson.Default.PageConversationView);

    private static bool IsPosition(string cursor) =>
        cursor.Length > 14 && cursor[13] == '|' && cursor.AsSpan(0, 13).IndexOfAnyExceptInRange('0', '9') < 0 && ThreadKeys.Conversation(cursor[14..]) is not null;

    private static InboxFilter? Filter(HttpContext context, out IResult? problem)
    {
        var query = context.Request.Query;
        ConversationStatus? status = null;
        var word = query["status"].ToString();
        if (word is not ("" or "all"))
        {
            if (!Words<ConversationStatus>.TryParse(word, out var known)) return Refuse("status", "must be open, pending, resolved or all", out problem);
            status = known;
        }

        var assignee = query["assignee"].ToString();
        if (assignee is not ("" or "none" or "me") && Ids.UlidOf(assignee, AgentTokens.IdPrefix, 0) is null) return Refuse("assignee", "must be an agent's id, none or me", out problem);
        if (assignee == "me" && context.Caller().AgentId is null) return Refuse("assignee", "the admin key is nobody: 'me' needs an agent's token", out problem);
        if (query["q"].ToString().Length > LongestQuery) return Refuse("q", $"may have at most {LongestQuery} characters", out problem);
        problem = null;
        return new InboxFilter(
            status,
            AnyAssignee: assignee.Length == 0,
            assignee switch { "none" => null, "me" => context.Caller().AgentId, _ => assignee },
            NullIfEmpty(query["channel"].ToString()),
            NullIfEmpty(query["q"].ToString().Trim()),
            NullIfEmpty(query["team"].ToString()));
    }

    private static InboxFilter? Refuse(string field, string message, out IResult? problem)
    {
        problem = Problems.Invalid(field, message);
        return null;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private async Task<ConversationPatch> PatchAsync(Fields fields, HttpContext context, Conversation before, CancellationToken cancellation)
    {
        ConversationStatus? status = fields.Has("status") ? fields.Word<ConversationStatus>("status", null) : null;
        var assignee = fields.OptionalText("assignee", before.Assignee, 100);
        if (fields.Has("assignee") && assignee is not null && await agents.FindAsync(assignee, cancellation) is null) fields.Refuse("assignee", "there is no such agent");
        var team = fields.OptionalText("team", before.Team, 100);
        if (fields.Has("team") && team is not null && await teams.FindAsync(team, cancellation) is null) fields.Refuse("team", "there is no such team");
        var tags = fields.Has("tags") ? fields.Texts("tags", before.Tags, MostTags, LongestTag) : null;
        var ifVersion = ETags.HasIfMatch(context) ? before.Version : (int?)null;
        return new ConversationPatch(status, fields.Has("assignee"), assignee, tags, ifVersion) { SetTeam = fields.Has("team"), Team = team };
    }
}
