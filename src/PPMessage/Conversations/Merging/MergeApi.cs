using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Contacts;
using PPMessage.Http;
using PPMessage.Work;

namespace PPMessage.Conversations.Merging;

/// <summary><c>POST /api/contacts/{id}/merge {"into":"ct_…"}</c>: the two are one person. It can't be undone. 202: the queue does
/// the rest, or whoever asks again.</summary>
internal sealed class MergeApi(ContactStore contacts, ContactsApi api, Merge merge, WorkQueue queue, AuditLog audit, PPMessageOptions options, TimeProvider time)
{
    private const int Tries = 8;

    public async Task<IResult> MergeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var wanted = fields.Text("into", null, 100);
        if (fields.Problem() is { } mistakes) return mistakes;
        for (var i = 0; i < Tries; i++)
        {
            if (await contacts.RowAsync(id, cancellation) is not { Contact.ErasedAt: null } from) return Problems.NotFound("There is no such contact.");
            if (await contacts.FindAsync(wanted, cancellation) is not { } into) return Problems.Invalid("into", "there is no such contact");
            if (await RefusalAsync(context, from.Contact, into.Contact, cancellation) is { } refusal) return refusal;
            var ticket = await merge.PutAsync(id, options.Timing.Hidden, cancellation);
            if (from.Contact.MergedInto is null && !await DecideAsync(context, from, into.Contact, cancellation)) continue;
            ticket = await queue.KeptAsync(ticket);
            return await queue.FinishAsync(ticket, inLine => merge.RunAsync(new MergeWork(id), inLine), options.Timing.InLine) ? await api.GetAsync(context, into.Contact.Id, CancellationToken.None) : TypedResults.Accepted($"/api/contacts/{into.Contact.Id}");
        }

        return Problems.Conflict("Others change these contacts at the same time: try again.");
    }

    private async Task<IResult?> RefusalAsync(HttpContext context, Contact from, Contact into, CancellationToken cancellation)
    {
        if (from.MergedInto is not null)
            return (await contacts.FindAsync(from.Id, cancellation))?.Contact.Id == into.Id ? null : Problems.Conflict($"{from.Id} was merged into {from.MergedInto} before.");
        if (!ETags.Matches(context, from.Version)) return Problems.Stale();
        if (from.Id == into.Id) return Problems.Invalid("into", "is this very contact");
        return ContactMerge.Problem(from, into) is { } problem ? Problems.Unprocessable(problem) : null;
    }

    private async Task<bool> DecideAsync(HttpContext context, (Contact Contact, string ETag) from, Contact into, CancellationToken cancellation)
    {
        if (!await contacts.ReplaceAsync(from.Contact with { MergedInto = into.Id, UpdatedAt = time.GetUtcNow() }, from.ETag, cancellation)) return false;
        await audit.WriteAsync(context.Caller().Key, "contact.merged", from.Contact.Id, $"into {into.Id}");
        return true;
    }
}
