using PPMessage.Contacts;

namespace PPMessage.Conversations.Merging;

/// <summary>
/// Looks after a conversation that was begun for a contact which had become part of another, or was erased, between reading whose address it is and the commit.
/// Idempotent. Thread-safe.
/// </summary>
internal sealed class LateComers(ContactStore contacts, Merge merge, Repointing repointing)
{
    /// <param name="stands">The contact as it stands now.</param>
    /// <param name="begun">As it would have been made for this conversation.</param>
    public async Task FollowAsync(Contact stands, Contact begun, string conversationId, CancellationToken cancellation)
    {
        if (stands.ErasedAt is not null) await BeginAnewAsync(begun, conversationId, cancellation);
        else await merge.PutAsync(stands.Id, TimeSpan.Zero, cancellation);
    }

    // Whoever was erased and writes after that is somebody new.
    private async Task BeginAnewAsync(Contact begun, string conversationId, CancellationToken cancellation)
    {
        var key = ThreadKeys.Conversation(conversationId)!.Value;
        var contact = begun with { Id = ContactKeys.NewId(key.Ulid) };
        foreach (var address in contact.Addresses())
        {
            await contacts.MoveAsync(address, begun.Id, contact.Id, cancellation);
            await contacts.ClaimAsync(address, contact.Id, cancellation);
        }

        await contacts.InsertAsync(contact, cancellation);
        await repointing.RunAsync(key.Thread, begun.Id, contact, cancellation);
    }
}
