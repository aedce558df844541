using PPMessage.Contacts;
using PPMessage.Contacts.Facts;

namespace PPMessage.Conversations;

/// <summary>
/// Copies what a thread's head says of consent to the facts about its contact, where segments find it; sending asks the head. Idempotent, and no operation where nothing was
/// ever said; else two, and one more to find whose address it is where nothing was exchanged. Thread-safe.
/// </summary>
internal sealed class ConsentCopy(ContactFacts facts, ContactStore contacts)
{
    /// <param name="address">Whose owner it is of where the head knows of none; null: then of nobody.</param>
    public async Task NoteAsync(ThreadHead head, string channelKind, Address? address, CancellationToken cancellation)
    {
        if (head.Consent is not { History: [.., var last] } consent) return;
        var contact = !head.IsUnused ? head.ContactId : address is null ? null : await contacts.OwnerAsync(address, cancellation);
        if (contact is not null) await facts.ConsentAsync(contact, channelKind, new ConsentFact(last.At, consent.Stopped), cancellation);
    }
}
