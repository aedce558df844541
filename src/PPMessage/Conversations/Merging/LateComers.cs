using PPMessage.Contacts;

namespace PPMessage.Conversations.Merging;

/// <summary>
/// Looks after a conversation that was begun for a contact which had become part of another, or was erased, between reading whose address it is and the commit.
/// Order: address → contact → thread → what the contact notes and the inbox shows. Idempotent. Thread-safe.
/// </summary>
internal sealed class LateComers(ContactStore contacts, ThreadStore threads, Merge merge, Repointing repointing)
{
    /// <param name="stands">The contact as it stands now.</param>
    /// <param name="begun">As it would have been made for this conversation.</param>
    public async Task FollowAsync(Contact stands, Contact begun, string conversationId, CancellationToken cancellation)
    {
        if (stands.ErasedAt is { } at) await BeginAnewAsync(at, begun, conversationId, cancellation);
        else await merge.PutAsync(stands.Id, TimeSpan.Zero, cancellation);
    }

    // Whoever was erased and writes after that is somebody new. What was said before goes with the rest, however late it is looked after.
    private async Task BeginAnewAsync(DateTimeOffset erasedAt, Contact begun, string conversationId, CancellationToken cancellation)
    {
        var key = ThreadKeys.Conversation(conversationId)!.Value;
        if (Ids.TimeOf(key.Ulid) <= erasedAt || (await threads.HeadAsync(key.Thread, cancellation))?.Head.Find(conversationId) is null) return;
        var fresh = begun with { Id = ContactKeys.NewId(key.Ulid) };
        var owner = fresh.Id;
        foreach (var address in fresh.Addresses())
        {
            await contacts.MoveAsync(address, begun.Id, fresh.Id, cancellation);
            owner = await contacts.ClaimAsync(address, fresh.Id, cancellation);
        }

        if (owner == fresh.Id) await contacts.InsertAsync(fresh, cancellation);
        await repointing.RunAsync(key.Thread, begun.Id, (await contacts.FindAsync(owner, cancellation))?.Contact ?? fresh, cancellation);
    }
}
