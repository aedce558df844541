using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Contacts.Attributes;

/// <summary>
/// <c>/api/contact-attributes</c>: what custom attributes may hold. Values are checked when they are written, not when a definition changes: what stands on
/// contacts stays until somebody changes it, and outlives the definition.
/// </summary>
internal sealed class AttributesApi(AttributeStore store, Idempotency idempotency, AuditLog audit, TimeProvider time)
{
    private const int LongestName = 200;
    private const int LongestChoice = 200;
    private const int MostChoices = 500;

    // A definition with all its choices.
    private const int BodyBytes = 512 * 1024;
    private const int Tries = 4;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        if (page.Cursor is { } cursor && !AttributeStore.IsKey(cursor)) return Problems.Invalid("cursor", "is none that this list gave");
        var found = await store.ListAsync(page, cancellation);
        return TypedResults.Json(new Page<AttributeView>([.. found.Items.Select(AttributeView.Of)], found.Next), AttributesJson.Default.PageAttributeView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string key, CancellationToken cancellation) =>
        await store.FindAsync(key, cancellation) is { } found ? Ok(context, found.Definition) : None();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var key = fields.Text("key", null, 64);
        if (key.Length > 0 && !AttributeStore.IsKey(key)) fields.Refuse("key", "must be a letter (A–Z) followed by up to 63 letters, digits or '_'");
        var blank = new AttributeDefinition(key, string.Empty, fields.Word<AttributeType>("type", null), [], string.Empty, default, default);
        var draft = blank with { Name = fields.Text("name", null, LongestName), Choices = Choices(fields, blank) };
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context, draft with { MadeBy = scope.NewUlid(), CreatedAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt }, cancellation), cancellation);
    }

    public async Task<IResult> ChangeAsync(HttpContext context, string key, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(key, cancellation) is not { } found) return None();
            var before = found.Definition;
            if (!ETags.Matches(context, before.Version)) return Problems.Stale();
            if (NamesOtherType(fields, before)) return Problems.Conflict($"'{key}' is of the type {Words<AttributeType>.Of(before.Type)}, and contacts may hold such values: make a new attribute with another key.");
            fields.Word<AttributeType>("type", before.Type);
            if (fields.Text("key", key, 64) != key) fields.Refuse("key", "can't be changed");
            var after = before with { Name = fields.Text("name", before.Name, LongestName), Choices = Choices(fields, before), Version = before.Version + 1, UpdatedAt = time.GetUtcNow() };
            if (fields.Problem() is { } mistakes) return mistakes;
            if (AttributeAudit.Between(before, after) is not { Count: > 0 } changes) return Ok(context, before);
            if (!await store.ReplaceAsync(after, found.ETag, cancellation)) continue;
            await audit.WriteAsync(context.Caller().Key, "attribute.changed", key, after.Name, changes);
            return Ok(context, after);
        }

        return Busy();
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string key, CancellationToken cancellation)
    {
        AttributeDefinition? gone = null;
        for (var i = 0; i < Tries; i++)
        {
            // Gone after a try of ours: it took effect, and its answer was lost.
            if (await store.FindAsync(key, cancellation) is not { } found) return gone is null ? None() : await DeletedAsync(context, gone);
            if (!ETags.Matches(context, found.Definition.Version)) return Problems.Stale();
            gone = found.Definition;
            if (await store.DeleteAsync(found.Definition, found.ETag, cancellation)) return await DeletedAsync(context, gone);
        }

        return Busy();
    }

    private async Task<IResult> DeletedAsync(HttpContext context, AttributeDefinition definition)
    {
        await audit.WriteAsync(context.Caller().Key, "attribute.deleted", definition.Key, definition.Name, AttributeAudit.Between(definition, null));
        return TypedResults.NoContent();
    }

    private async Task<Outcome> CreateAsync(HttpContext context, AttributeDefinition draft, CancellationToken cancellation)
    {
        if (await store.FindAsync(draft.Key, cancellation) is null && await store.IsFullAsync(cancellation))
            return Outcome.Refused(Problems.Conflict($"There are {AttributeStore.Most} definitions, which is the most: delete one first."));
        if (!await store.InsertAsync(draft, cancellation))
        {
            if (await store.FindAsync(draft.Key, cancellation) is not { } there || there.Definition.MadeBy != draft.MadeBy)
                return Outcome.Refused(Problems.Conflict($"There is an attribute '{draft.Key}' already."));
        }

        await audit.WriteAsync(context.Caller().Key, "attribute.created", draft.Key, draft.Name, AttributeAudit.Between(null, draft));
        return Outcome.Of(Answer.Created($"/api/contact-attributes/{draft.Key}", draft.Version, AttributeView.Of(draft), AttributesJson.Default.AttributeView));
    }

    private static bool NamesOtherType(Fields fields, AttributeDefinition before) =>
        fields.Json("type") is { ValueKind: JsonValueKind.String } type && Words<AttributeType>.All.Any(word => word != Words<AttributeType>.Of(before.Type) && type.ValueEquals(word));

    private static IReadOnlyList<string> Choices(Fields fields, AttributeDefinition current)
    {
        if (current.Type == AttributeType.Choice)
        {
            var choices = fields.Texts("choices", current.Choices, MostChoices, LongestChoice);
            if (choices.Count == 0) fields.Refuse("choices", "must name at least one choice");
            return choices;
        }

        if (fields.Json("choices") is not null) fields.Refuse("choices", "belong to the type choice");
        return [];
    }

    private static IResult Ok(HttpContext context, AttributeDefinition definition) => ETags.Ok(context, AttributeView.Of(definition), AttributesJson.Default.AttributeView, definition.Version);

    private static IResult None() => Problems.NotFound("There is no such attribute definition.");

    private static IResult Busy() => Problems.Conflict("Others change this definition at the same time: try again.");
}
