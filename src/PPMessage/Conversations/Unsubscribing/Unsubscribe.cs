using PPMessage.Suppressions;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>Tells whoever runs campaigns that the recipient of a message has stopped them by its link: after the commit, and again whenever it is pressed again. Optional.</summary>
internal delegate Task Unsubscribed(Message message, DateTimeOffset at, CancellationToken cancellation);

/// <summary>Whom a link is of, as far as that is still known.</summary>
/// <param name="Message">Null: it is not there any more.</param>
/// <param name="Own">The head of the link's thread. Null: there is none.</param>
/// <param name="ChannelId">By which the message went; null: forgotten.</param>
/// <param name="Address">To which it went; null: forgotten.</param>
/// <param name="Consent">Of that address.</param>
internal sealed record Recipient(Linked Link, Message? Message, ThreadHead? Own, string? ChannelId, string? Address, Consent Consent)
{
    /// <summary>Whether the recipient may be offered to take it back: not what something else than a link has stopped.</summary>
    public bool MayResume => Address is not null && (!Consent.Stopped || Consent.StopsOnlyCampaigns);

    /// <summary>Whether nothing at all is sent there, which no link lifts.</summary>
    public bool IsStopped => Consent is { Stopped: true, StopsOnlyCampaigns: false };

    public bool HasUnsubscribed => Consent.Stops.Any(stop => stop.Reason == SuppressionReasons.Unsubscribe);
}

/// <summary>
/// Stops campaigns to the recipient of one message, and takes that back. Operations: two reads to find the recipient, a read and a commit to stop; a message that went elsewhere than its
/// thread's own address costs a read more. Idempotent. Thread-safe.
/// </summary>
/// <param name="told">Null: nobody cares.</param>
internal sealed class Unsubscribe(ThreadStore threads, Consents consents, TimeProvider time, Unsubscribed? told = null)
{
    public async Task<Recipient> FindAsync(Linked link, CancellationToken cancellation)
    {
        var own = (await threads.HeadAsync(link.Thread, cancellation))?.Head;
        var message = own?.HasErased(ThreadKeys.Conversation(link.ConversationId)!.Value.Ulid) == true ? null : (await threads.MessageAsync(link.ConversationId, link.MessageId, cancellation))?.Message;
        var route = message?.Route ?? (own is null ? null : message?.RouteIn(own));
        // It may have gone by another channel, or where the contact wants answers.
        var isElsewhere = route is not null && (own is null || !Consents.IsOwn(own, route) || route.To != route.Address);
        var consent = isElsewhere ? await consents.OfAsync(route!.ChannelId, route.To, cancellation) : own?.Consent;
        return new Recipient(link, message, own, route?.ChannelId ?? own?.ChannelId, route?.To ?? (own is { Address.Length: > 0 } ? own.Address : null), consent ?? Consent.Unspoken);
    }

    /// <param name="detail">How: see <see cref="Press"/>.</param>
    public async Task StopAsync(Recipient recipient, string detail, CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        await ApplyAsync(recipient, new ConsentChange(true, ConsentChange.Link, detail, recipient.Message?.Id, at, SuppressionReasons.Unsubscribe), _ => true, cancellation);
        if (told is not null && recipient.Message is { } message) await told(message, at, cancellation);
    }

    /// <returns>False: something else than a link keeps the address from being messaged, or it is forgotten.</returns>
    public async Task<bool> ResumeAsync(Recipient recipient, CancellationToken cancellation)
    {
        if (!recipient.MayResume) return false;
        var change = new ConsentChange(false, ConsentChange.Link, Press.Page, recipient.Message?.Id, time.GetUtcNow(), SuppressionReasons.Unsubscribe);
        return await ApplyAsync(recipient, change, consent => !consent.Stopped || consent.StopsOnlyCampaigns, cancellation);
    }

    // Of an erased thread its place is left: what is said there holds for whoever gets the address again.
    private async Task<bool> ApplyAsync(Recipient recipient, ConsentChange change, Func<Consent, bool> may, CancellationToken cancellation) => recipient switch
    {
        { ChannelId: { } channel, Address: { } address } => await consents.ApplyAsync(channel, address, change, may, cancellation),
        { Own: { } own } => await consents.ApplyInAsync(recipient.Link.Thread, own, change, may, cancellation),
        _ => true,
    };
}
