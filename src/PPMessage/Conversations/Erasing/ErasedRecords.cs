using PPMessage.Audit;
using PPMessage.Contacts.Bulk;
using PPMessage.Work;

namespace PPMessage.Conversations.Erasing;

/// <summary>What people keep records of, and a contact may be named in: reads all of it. Idempotent. Thread-safe.</summary>
internal sealed class ErasedRecords(DeadLetters deadLetters, ImportStore imports, AuditLog audit)
{
    /// <param name="erasedAt">What was written later is about somebody who has come since.</param>
    public async Task EraseAsync(DateTimeOffset erasedAt, Mentions mentions, CancellationToken cancellation)
    {
        await deadLetters.EraseAsync(erasedAt, mentions.In, cancellation);
        await imports.EraseAsync(mentions.In, cancellation);
        await audit.EraseAsync(erasedAt, mentions.In, cancellation);
    }
}
