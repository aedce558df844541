using PPMessage.Channels;
using PPMessage.Conversations;

namespace PPMessage.Flows.Runs;

/// <summary>Puts a transition into the edit of its thread, so that one commit makes all of it true. Pure.</summary>
internal static class Applying
{
    // Longer than any work is tried again.
    private static readonly TimeSpan OwedFor = TimeSpan.FromDays(1);
    private const int MostOwed = 50;

    /// <param name="etag">Of the run's live row; null: it has none.</param>
    /// <param name="by">Whose work does what is left to be done.</param>
    public static Movement Apply(Place place, Transition transition, string? etag, string by, TimeSpan claim, DateTimeOffset now)
    {
        var messages = Messages(transition, transition.Conversation, claim, now);
        var conversation = transition.Conversation is null ? null : Write(place, messages, Held(transition.Conversation, transition), now);
        var sent = messages.Where(message => message.Delivery is { State: DeliveryStates.Sending }).ToList();
        var changes = transition.Effects.OfType<Effect.Change>().Select(effect => effect.What).ToList();
        var after = transition.After with { ConversationId = conversation?.Id ?? transition.After.ConversationId };
        after = after with { Owed = Owed(transition.Before, after, sent, changes, by, now) };
        RunWrites.Add(place.Edit, transition with { After = after }, etag, by);
        conversation = conversation is null ? null : place.Edit.Head.Find(conversation.Id) ?? conversation;
        return new Movement(after, conversation, sent, changes, conversation is null ? [] : Overtaken(place, after, conversation), transition.Waits);
    }

    // At most one run waits in a conversation; nobody is asked anything in one that is done with.
    private static IReadOnlyList<RunWork> Overtaken(Place place, Run after, Conversation conversation)
    {
        if (after.HearsReplies(conversation.Id))
            return
            [
                .. RunWrites.Overtake(place.Edit, place.Live, conversation.Id, after.Id, EndReasons.Superseded),
                .. RunWrites.Overtake(place.Edit, place.Waiters, EndReasons.Superseded),
            ];
        return conversation.Status == ConversationStatus.Resolved ? RunWrites.Overtake(place.Edit, place.Live, conversation.Id, after.Id, EndReasons.TakenOver) : [];
    }

    private static List<Message> Messages(Transition transition, Conversation? conversation, TimeSpan claim, DateTimeOffset now)
    {
        var messages = new List<Message>();
        foreach (var effect in transition.Effects)
            if (effect is Effect.Say { Plan.Composed: { Outgoing: { } outgoing } composed }) messages.Add(Replying.OnItsWay(composed.Message, outgoing, now, claim));
            else if (effect is Effect.Note note) messages.Add(NoteOf(note, conversation!, now));
        return messages;
    }

    private static Message NoteOf(Effect.Note note, Conversation conversation, DateTimeOffset now) => new()
    {
        Id = ThreadKeys.MessagePrefix + RunKeys.MessageUlid(note.Key, now, note.Place) + ThreadKeys.Conversation(conversation.Id)!.Value.Thread,
        ConversationId = conversation.Id,
        Direction = Direction.Outbound,
        Kind = MessageKind.Note,
        ChannelId = conversation.ChannelId,
        ChannelKind = conversation.ChannelKind,
        Author = new Author(AuthorType.Flow, note.FlowId, note.FlowName),
        Text = note.Text,
        CreatedAt = now,
    };

    /// <summary>The conversation as the run's while it waits for an answer that nobody else is to give, and as nobody's behind that.</summary>
    public static Conversation Held(Conversation conversation, Transition transition)
    {
        var run = transition.After with { ConversationId = conversation.Id };
        if (conversation.Assignee is null && run.HearsReplies(conversation.Id)) return conversation with { HeldBy = run.Id };
        return conversation.HeldBy is null || (conversation.HeldBy != run.Id && conversation.Assignee is null) ? conversation : conversation with { HeldBy = null };
    }

    /// <returns>Null: it was to open when something is said, and nothing was.</returns>
    private static Conversation? Write(Place place, IReadOnlyList<Message> messages, Conversation wanted, DateTimeOffset now)
    {
        var (edit, before) = (place.Edit, place.Conversation!);
        if (messages.Count == 0 && !IsChanged(before, wanted)) return place.IsFresh ? null : wanted;
        var after = Said(wanted, messages, now);
        if (!place.IsFresh && IsEdit(place, before, wanted)) after = after with { Version = before.Version + 1 };
        var said = messages.Count(message => message.Kind == MessageKind.Reply);
        if (said > 0) edit.Change(head => head with { FlowMessages = HourCount.After(head.FlowMessages, said, now) });
        foreach (var message in messages) edit.Insert(message);
        if (place.IsFresh || IsChanged(before with { Assignee = null }, wanted with { Assignee = null })) edit.Note(ChangeType.Conversation, after.Id, null);
        if (after.Assignee != (place.IsFresh ? null : before.Assignee)) edit.Note(ChangeType.Assignment, after.Id, after.Assignee);
        foreach (var message in messages) edit.Note(ChangeType.Message, after.Id, message.Id);
        if (after.Status == ConversationStatus.Resolved) edit.Close(after);
        else if (place.ClosedETag is { } etag) edit.Reopen(after, etag);
        else edit.Keep(after);
        return edit.Head.Find(after.Id) ?? after with { Sequence = edit.Head.Sequence };
    }

    public static bool IsChanged(Conversation before, Conversation wanted) =>
        wanted.Status != before.Status || wanted.Team != before.Team || wanted.Assignee != before.Assignee || wanted.HeldBy != before.HeldBy || !wanted.Tags.SequenceEqual(before.Tags);

    // What arrives, and whom it is given to as it arrives, is no edit of anybody's; nor is that a flow is talking.
    private static bool IsEdit(Place place, Conversation before, Conversation wanted) =>
        IsChanged(before with { HeldBy = null, Assignee = place.IsInbound ? null : before.Assignee }, wanted with { HeldBy = null, Assignee = place.IsInbound ? null : wanted.Assignee });

    private static Conversation Said(Conversation conversation, IReadOnlyList<Message> messages, DateTimeOffset now) => messages.Count == 0 ? conversation : conversation with
    {
        LastActivityAt = now,
        LastWords = Receiving.Beginning(messages[^1].Text),
        MessageCount = conversation.MessageCount + messages.Count,
    };

    // Whoever moved it before may have died since: what is owed by that work stays until nobody tries any more.
    private static List<Owed> Owed(Run before, Run after, IReadOnlyList<Message> sent, IReadOnlyList<ContactChange> changes, string by, DateTimeOffset now)
    {
        List<Owed> owed = [.. before.Owed.Where(one => one.Wake is null && one.By != by && (one.MessageId ?? one.Contact?.Key ?? one.Unheard) is not null && now - one.At < OwedFor).TakeLast(MostOwed)];
        owed.AddRange(sent.Select(message => new Owed(by, now) { MessageId = message.Id, ConversationId = message.ConversationId }));
        owed.AddRange(changes.Select(change => new Owed(by, now) { Contact = change }));
        // That the inbox is to follow is owed in any case.
        owed.Add(new Owed(by, now));
        if (before.Wait?.HeardIn is { } elsewhere && elsewhere != after.Wait?.HeardIn) owed.Add(new Owed(by, now) { Unheard = elsewhere });
        if (after.Wait is { Due: not null } wait) owed.Add(new Owed(by, now) { Wake = wait.Visit });
        return owed;
    }
}
