using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Contacts;
using PPMessage.Http;
using PPMessage.Work;

namespace PPMessage.Conversations.Erasing;

/// <summary>
/// <c>DELETE /api/contacts/{id}</c>: erases all personal data of a contact. 204: all that lies at rest is gone; 202: the queue does the rest, or whoever asks again.
/// It can't be undone.
/// </summary>
internal sealed class EraseApi(ContactStore contacts, Erase erase, WorkQueue queue, AuditLog audit, PPMessageOptions options)
{
    private const int Tries = 8;

    public async Task<IResult> EraseAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await contacts.RowAsync(id, cancellation) is not { } found) return Problems.NotFound("There is no such contact.");
            if (found.Contact.ErasedAt is not null) return await FinishAsync(id, null) ? TypedResults.NoContent() : TypedResults.Accepted((string?)null);
            if (found.Contact.MergedInto is not null)
                return Problems.Conflict($"{id} was merged into {(await contacts.FindAsync(id, cancellation))?.Contact.Id ?? found.Contact.MergedInto}: erase that one.");
            if (!ETags.Matches(context, found.Contact.Version)) return Problems.Stale();
            if (await erase.BeginAsync(found.Contact, found.ETag, options.Timing.Hidden, cancellation) is not { } ticket) continue;
            await audit.WriteAsync(context.Caller().Key, "contact.erased", id);
            return await FinishAsync(id, ticket) ? TypedResults.NoContent() : TypedResults.Accepted((string?)null);
        }

        return Problems.Conflict("Others change this contact at the same time: try again.");
    }

    private Task<bool> FinishAsync(string id, WorkTicket? ticket) =>
        queue.FinishAsync(ticket, inLine => erase.RunAsync(new EraseWork(id), goOn: ticket is not null, inLine), options.Timing.InLine);
}
