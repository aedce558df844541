using PPMessage.Agents;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Conversations.Assigning;

namespace PPMessage.Flows.Runs;

/// <summary>What a run in a thread finds out from the workspace. Operations: a read of contact and of presence where they are asked for; those of <see cref="Routes"/> and <see cref="Assigner"/>.</summary>
internal sealed class Findings(ContactStore contacts, PresenceStore presence, Routes routes, Composing composing, ChannelUse use, Assigner assigner, AgentDirectory agents, ThreadKeys keys, ChannelDirectory channels, ChannelKinds kinds)
{
    /// <param name="fresh">The contact, where it is just being made; null: it is read.</param>
    /// <param name="sequence">The thread's, as it was read: what a rule promises holds for that.</param>
    public ISurroundings For(ThreadHead head, string contactId, Contact? fresh, long sequence, DateTimeOffset now) => new Here(this, head, contactId, fresh, sequence, now);

    private sealed class Here(Findings all, ThreadHead head, string contactId, Contact? fresh, long sequence, DateTimeOffset now) : ISurroundings
    {
        public async ValueTask<Person?> PersonAsync(bool withPresence, CancellationToken cancellation)
        {
            var contact = fresh ?? (await all.ReadAsync(contactId, cancellation));
            if (contact is null) return null;
            return new Person(contact, withPresence ? await all.IsOnlineAsync(contact.Id, cancellation) : null);
        }

        public async ValueTask<SayPlan> PlanAsync(Saying saying, Conversation conversation, CancellationToken cancellation)
        {
            var id = ThreadKeys.MessagePrefix + RunKeys.MessageUlid(saying.Key, now, saying.Place) + ThreadKeys.Conversation(conversation.Id)!.Value.Thread;
            return await all.PlanAsync(head, id, saying, conversation, now, cancellation);
        }

        public async ValueTask<Choice> ChooseAsync(ChoiceOf choice, Conversation conversation, CancellationToken cancellation)
        {
            var pick = choice.Rule is null && choice.Among is null
                ? await all.PickAsync(conversation.Id, sequence, choice.Team, cancellation)
                : await all.PickAsync(conversation.Id, sequence, choice, cancellation);
            return new Choice(pick.AgentId, pick.Waits);
        }
    }

    private async Task<Contact?> ReadAsync(string contactId, CancellationToken cancellation) => (await contacts.FindAsync(contactId, cancellation))?.Contact;

    private Task<bool?> IsOnlineAsync(string contactId, CancellationToken cancellation) => presence.IsOnlineAsync(contactId, cancellation);

    private Task<Pick> PickAsync(string conversationId, long sequence, string? team, CancellationToken cancellation) => assigner.PickAsync(conversationId, sequence, team, cancellation);

    private async Task<Pick> PickAsync(string conversationId, long sequence, ChoiceOf choice, CancellationToken cancellation) =>
        await assigner.PickAsync(conversationId, sequence, choice.Team, choice.Rule ?? await assigner.RuleAsync(choice.Team, cancellation), choice.Among, cancellation);

    private async Task<SayPlan> PlanAsync(ThreadHead head, string messageId, Saying saying, Conversation conversation, DateTimeOffset now, CancellationToken cancellation)
    {
        var agent = saying.AgentId is null ? null : await agents.FindAsync(saying.AgentId, cancellation);
        if (saying.AgentId is not null && agent is null) return Not($"There is no agent {saying.AgentId}.");
        var author = agent is null ? new Author(AuthorType.Flow, saying.FlowId, saying.FlowName) : new Author(AuthorType.Agent, agent.Id, agent.Name);
        var draft = new Draft(messageId, MessageKind.Reply, saying.Text, Caller.AdminKey, null, null, null, now) { Author = author, Subject = saying.Subject };
        var (outgoing, mistake) = await routes.OfKindAsync(head, conversation, saying.ChannelKind, cancellation);
        if (outgoing is null) return Not(WhyNot(mistake!));
        if (Replying.StoppedBy(outgoing.Consent, outgoing.Route) is not null) return new SayPlan(null, true, messageId, outgoing.Route.ChannelKind, null);
        var (composed, problem) = await composing.ReplyAsync(conversation, draft, outgoing, cancellation);
        if (composed is null) return Not(WhyNot(problem!));
        if (outgoing.Route.ChannelId != head.ChannelId) await use.NoteAsync(outgoing.Route.ChannelId, cancellation);
        return new SayPlan(null, false, messageId, outgoing.Route.ChannelKind, composed) { AnsweredIn = await AnsweredInAsync(head, outgoing.Route, cancellation) };
    }

    private async Task<string?> AnsweredInAsync(ThreadHead head, Route route, CancellationToken cancellation) =>
        route.ChannelId != head.ChannelId && await channels.FindAsync(route.ChannelId, cancellation) is { } channel
            ? await keys.OfAsync(channel.Id, kinds.AddressOf(channel, route.Address), cancellation)
            : null;

    private static SayPlan Not(string why) => new(why, false, string.Empty, string.Empty, null);

    private static string WhyNot(ConversationOutcome mistake) => mistake switch
    {
        ConversationOutcome.Refused refused => refused.Why,
        ConversationOutcome.Invalid invalid => $"It can't be said there: {invalid.Field} {invalid.Message}.",
        _ => "It can't be said there.",
    };
}
