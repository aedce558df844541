using PPMessage.Contacts.Attributes;

namespace PPMessage.Contacts.Bulk;

/// <summary>
/// Writes some rows of an import. Order: (by the caller) what each row was found to be, in the job's row → addresses are claimed → contacts are written →
/// rows that were refused → (by the caller) how far the job is. Whoever repeats it claims and makes the same, and counts as was found first; a row that was refused
/// first and is taken now is no longer among the refused ones.
/// </summary>
internal sealed class ImportChunk(ContactStore contacts, BulkContacts bulk, ImportStore imports, ContactNamed named, TimeProvider time)
{
    private const int AtOnce = 32;
    private const int Tries = 4;

    /// <summary>What the rows are, before anything is written.</summary>
    public async Task<(ImportPlan Plan, char[] Outcomes)> PlanAsync(ImportJob job, IReadOnlyList<ImportRow> rows, KnownAttributes defined, CancellationToken cancellation)
    {
        var owners = await bulk.OwnersAsync(rows.SelectMany(row => row.Addresses), cancellation);
        var stored = await bulk.FindAsync(owners.Values.Concat(rows.Select(row => row.GivenId).OfType<string>()), cancellation);
        var plan = new ImportPlan(job.Region, defined, owners, stored);
        return (plan, [.. rows.Select(plan.Add)]);
    }

    /// <param name="repeated">Whether an earlier try may have written some of it, and have told nobody.</param>
    /// <returns>What the rows came to.</returns>
    public async Task<char[]> WriteAsync(
        ImportJob job, IReadOnlyList<ImportRow> rows, ImportPlan plan, char[] outcomes, bool repeated, KnownAttributes defined, CancellationToken cancellation)
    {
        var places = rows.Select((row, place) => (row.Number, place)).ToDictionary();
        var refused = plan.Refused;
        await WriteAsync(plan, repeated, cancellation);
        foreach (var row in plan.Stray.Concat(plan.Contacts.Where(contact => contact.IsDoubtful).SelectMany(contact => contact.Rows)).OrderBy(row => row.Number))
        {
            var (outcome, why) = await OneAsync(job, row, defined, cancellation);
            outcomes[places[row.Number]] = outcome;
            if (why is not null) refused.Add(why);
        }

        await imports.PutRefusedAsync(job.Id, refused.OrderBy(row => row.Row), cancellation);
        if (repeated && rows.Count > 0) await imports.TakeBackAsync(job.Id, rows[0].Number, rows[^1].Number, refused.Select(row => row.Row).ToHashSet(), cancellation);
        return outcomes;
    }

    /// <summary>One row for itself, from what stands there now.</summary>
    private async Task<(char Outcome, RefusedRow? Why)> OneAsync(ImportJob job, ImportRow row, KnownAttributes defined, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            var (plan, outcomes) = await PlanAsync(job, [row], defined, cancellation);
            foreach (var _ in plan.Stray)
                foreach (var address in row.Addresses) await contacts.ReleaseAsync(address, row.OwnId, cancellation);
            if (plan.Stray.Count > 0) continue;
            await WriteAsync(plan, repeated: true, cancellation);
            if (plan.Contacts.All(contact => !contact.IsDoubtful)) return (outcomes[0], plan.Refused.FirstOrDefault());
        }

        return (RowOutcome.Refused, new(row.Number, "$", "others change its contact at the same time: import it again"));
    }

    private async Task WriteAsync(ImportPlan plan, bool repeated, CancellationToken cancellation)
    {
        var all = plan.Contacts.ToList();
        await bulk.ClaimAsync(all, cancellation);
        await bulk.InsertAsync(all.Where(contact => contact.Stored is null && !contact.IsDoubtful), cancellation);
        var standing = all.Where(contact => contact.Stored is not null && !contact.IsDoubtful);
        await Parallel.ForEachAsync(standing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (contact, token) =>
        {
            var (isChanged, after) = (contact.IsChanged, contact.Now with { Version = contact.Now.Version + 1, UpdatedAt = time.GetUtcNow() });
            if (isChanged && !await contacts.ReplaceAsync(after, contact.Stored!.Value.ETag, token)) contact.IsDoubtful = true;
            else if (isChanged || repeated) await TellNameAsync(contact, repeated, token);
        });
    }

    // Whoever shows names has something to show only where there are conversations.
    private async Task TellNameAsync(PlannedContact contact, bool repeated, CancellationToken cancellation)
    {
        var isNamed = contact.Stored!.Value.Contact.Name != contact.Now.Name || (repeated && contact.Rows.Any(row => row.Draft.Name is not null));
        if (!isNamed) return;
        if ((await contacts.ConversationsAsync(contact.Now.Id, null, 1, cancellation)).Rows.Count > 0) await named(contact.Now.Id, cancellation);
    }
}
