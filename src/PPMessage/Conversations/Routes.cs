using PPMessage.Agents;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations.Offline;
using PPMessage.Conversations.Sending;

namespace PPMessage.Conversations;

/// <summary>
/// Decides by which channel, to which address and in whose name an agent's reply goes: the one that the caller names; else, to a contact who has left the
/// site or app, the one that the off-line rules prefer; else the one that the contact's last message came by. Operations: none by the last rule, a read where answers go to another address than the one that wrote (Reply-To); a read each
/// of presence, contact and the other thread's consent by the others. Thread-safe.
/// </summary>
internal sealed class Routes(
    MessageSender sender, ChannelDirectory channels, ChannelKinds kinds, ContactStore contacts, PresenceStore presence, SettingStore<OfflineSettings> offline, AgentDirectory agents,
    Consents consents)
{
    public async Task<(Outgoing? Outgoing, ConversationOutcome? Mistake)> OfAsync(ThreadHead head, Conversation conversation, Draft draft, CancellationToken cancellation)
    {
        var path = conversation.PathIn(head);
        if (draft.ChannelId is { } wanted && wanted != path.ChannelId) return await RequestedAsync(head, wanted, cancellation);
        var preferred = draft.ChannelId is null ? await PreferredAsync(head, path, draft, cancellation) : null;
        return preferred is not null
            ? (preferred, null)
            : await OutgoingAsync(head, Along(path, draft.ChannelId is null ? RouteReason.Origin : RouteReason.Requested), cancellation);
    }

    /// <summary>For what a flow says: by the first active channel of a kind, or as the contact's last message came. The off-line rules are for people's answers.</summary>
    public async Task<(Outgoing? Outgoing, ConversationOutcome? Mistake)> OfKindAsync(ThreadHead head, Conversation conversation, string? kind, CancellationToken cancellation)
    {
        var path = conversation.PathIn(head);
        if (kind is null || kind == path.ChannelKind) return await OutgoingAsync(head, Along(path, kind is null ? RouteReason.Origin : RouteReason.Requested), cancellation);
        return await channels.ActiveAsync(kind, cancellation) is { } channel
            ? await RequestedAsync(head, channel.Id, cancellation)
            : (null, new ConversationOutcome.Refused($"No channel of the kind {kind} is active."));
    }

    /// <summary>The same once more, after the thread has changed: whether the contact may be messaged is asked anew. Operations: none on the thread's own address.</summary>
    public async Task<Outgoing> AgainAsync(ThreadHead head, Outgoing outgoing, CancellationToken cancellation) =>
        outgoing with { Consent = await consents.OfAsync(head, outgoing.Route, cancellation) };

    private static Route Along(ReplyPath path, RouteReason because) =>
        new(path.ChannelId, path.ChannelKind, path.AnswerTo ?? path.Address, path.Address, path.OurAddress, null, null, because, SenderRule.Channel) { References = path.References };

    private async Task<(Outgoing? Outgoing, ConversationOutcome? Mistake)> RequestedAsync(ThreadHead head, string channelId, CancellationToken cancellation)
    {
        if (await channels.FindAsync(channelId, cancellation) is not { } channel) return (null, new ConversationOutcome.Invalid("channelId", "there is no such channel"));
        return await AddressAsync(head, channel, cancellation) is { } address
            ? await OutgoingAsync(head, To(channel, address, RouteReason.Requested), cancellation)
            : (null, new ConversationOutcome.Invalid("channelId", $"the contact has no address for {channel.Kind}"));
    }

    /// <summary>Null: the off-line rules say nothing, or nothing that works.</summary>
    private async Task<Outgoing?> PreferredAsync(ThreadHead head, ReplyPath path, Draft draft, CancellationToken cancellation)
    {
        var rules = await offline.GetAsync(cancellation);
        if (rules.Prefer.Count == 0 || await presence.IsOnlineAsync(head.ContactId, cancellation) is not false) return null;
        foreach (var kind in rules.Prefer)
        {
            if (await OfflineRouteAsync(head, path, kind, cancellation) is not { } found) continue;
            var route = await SignedAsync(found, rules, draft.Caller, cancellation);
            if (await OutgoingAsync(head, route, cancellation) is { Outgoing: { Consent: not { Stopped: true } } outgoing }) return outgoing;
        }

        return null;
    }

    private async Task<Route?> OfflineRouteAsync(ThreadHead head, ReplyPath path, string kind, CancellationToken cancellation)
    {
        if (kind == path.ChannelKind) return Along(path, RouteReason.Offline);
        if (await channels.ActiveAsync(kind, cancellation) is not { } channel) return null;
        return await AddressAsync(head, channel, cancellation) is { } address ? To(channel, address, RouteReason.Offline) : null;
    }

    private static Route To(Channel channel, string address, RouteReason because) =>
        new(channel.Id, channel.Kind, address, address, null, null, null, because, SenderRule.Channel);

    private async Task<string?> AddressAsync(ThreadHead head, Channel channel, CancellationToken cancellation) =>
        kinds.Of(channel) is { } kind && await contacts.FindAsync(head.ContactId, cancellation) is { } found ? found.Contact.First(kind.Reaches) : null;

    /// <summary>
    /// Mail in the team's name, or in the agent's own: that only where the agent's address is of the channel's domain, because other hosts take mail in a
    /// foreign domain's name for forged (DMARC). Answers come to the team in either case, else they would go past us.
    /// </summary>
    private async Task<Route> SignedAsync(Route route, OfflineSettings rules, Caller caller, CancellationToken cancellation)
    {
        if (await channels.FindAsync(route.ChannelId, cancellation) is not { } channel || kinds.Of(channel)?.Reaches != AddressKind.Email) return route;
        var team = rules.Email.Address ?? route.From ?? channel.Setting("address");
        var agent = caller.AgentId is null ? null : await agents.FindAsync(caller.AgentId, cancellation);
        if (rules.Email.From == OfflineSender.Agent && agent?.Email is { } own && Address.IsAligned(own, channel.Setting("domain") ?? string.Empty))
            return route with { From = own, SenderName = agent.Name, AnswerTo = team, Sender = SenderRule.Agent };
        return route with { From = team, SenderName = rules.Email.From == OfflineSender.Agent ? agent?.Name : null, Sender = SenderRule.Team };
    }

    private async Task<(Outgoing? Outgoing, ConversationOutcome? Mistake)> OutgoingAsync(ThreadHead head, Route route, CancellationToken cancellation)
    {
        if (await sender.ForAsync(route.ChannelId, cancellation) is not { Channel: { Archived: false } channel })
            return (null, new ConversationOutcome.Refused("The conversation's channel is archived, or nothing here can send by it."));
        var hasSubject = kinds.Of(channel)?.HasSubject == true;
        return (new Outgoing(route, await consents.OfAsync(head, route, cancellation), null, hasSubject), null);
    }
}
