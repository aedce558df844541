using Microsoft.AspNetCore.Http;
using PPMessage.Http;

namespace PPMessage.Contacts;

/// <summary><c>PUT /api/contacts/{id}/presence</c>: the heart-beat of the site or app that the contact is using.</summary>
internal sealed class PresenceApi(ContactStore contacts, PresenceStore presence)
{
    public async Task<IResult> BeatAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        if (!fields.Has("online")) fields.Refuse("online", "is required");
        var online = fields.Flag("online", current: true);
        if (fields.Problem() is { } mistakes) return mistakes;
        if (await contacts.FindAsync(id, cancellation) is not { } found) return Problems.NotFound("There is no such contact.");
        await presence.BeatAsync(found.Contact.Id, online, cancellation);
        return TypedResults.NoContent();
    }
}
