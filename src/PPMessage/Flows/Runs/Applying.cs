using PPMessage.Channels;
using PPMessage.Conversations;

namespace PPMessage.Flows.Runs;

/// <summary>Puts a transition into the edit of its thread, so that one commit makes all of it true. Pure.</summary>
internal static class Applying
{
    // Longer than any work is tried again.
    private static readonly TimeSpan OwedFor = TimeSpan.FromDays(1);
    private const int MostOwed = 50;

    /// <param name="before">The conversation as the edit has it.</param>
    /// <param name="etag">Of the run's live row; null: it has none.</param>
    /// <param name="closedEtag">Of the conversation's row, when it lies resolved outside the head.</param>
    /// <param name="by">Whose work does what is left to be done.</param>
    public static Movement Apply(
        ThreadEdit edit, Transition transition, Conversation? before, string? closedEtag, string? etag, IReadOnlyList<LiveRun> live, string by, bool isInbound, TimeSpan claim, DateTimeOffset now)
    {
        var conversation = transition.Conversation;
        var messages = Messages(transition, conversation, claim, now);
        if (conversation is not null) conversation = Write(edit, messages, before, Held(conversation, transition), closedEtag, isInbound, now);
        var sent = messages.Where(message => message.Delivery is { State: DeliveryStates.Sending }).ToList();
        var changes = transition.Effects.OfType<Effect.Change>().Select(effect => effect.What).ToList();
        var after = transition.After with { ConversationId = conversation?.Id ?? transition.After.ConversationId };
        after = after with { Owed = Owed(transition.Before, after, sent, changes, by, now) };
        RunWrites.Add(edit, transition with { After = after }, etag, by);
        var overtaken = conversation is not null && after.HearsReplies(conversation.Id) ? RunWrites.Overtake(edit, live, conversation.Id, after.Id, EndReasons.Superseded) : [];
        return new Movement(after, conversation, sent, changes, overtaken, transition.Waits);
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

    // While it waits for an answer that nobody else is to give.
    private static Conversation Held(Conversation conversation, Transition transition)
    {
        var run = transition.After with { ConversationId = conversation.Id };
        if (conversation.Assignee is null && run.HearsReplies(conversation.Id)) return conversation with { HeldBy = run.Id };
        return conversation.HeldBy is null || (conversation.HeldBy != run.Id && conversation.Assignee is null) ? conversation : conversation with { HeldBy = null };
    }

    private static Conversation Write(
        ThreadEdit edit, IReadOnlyList<Message> messages, Conversation? before, Conversation wanted, string? closedEtag, bool isInbound, DateTimeOffset now)
    {
        var isChanged = before is null || wanted.Status != before.Status || wanted.Team != before.Team || wanted.Assignee != before.Assignee || wanted.HeldBy != before.HeldBy || !wanted.Tags.SequenceEqual(before.Tags);
        if (!isChanged && messages.Count == 0) return wanted;
        var after = Said(wanted, messages, now);
        // What arrives, and whom it is given to as it arrives, is no edit of anybody's.
        if (before is not null && isChanged && !(isInbound && after with { Assignee = before.Assignee, HeldBy = before.HeldBy } == Said(before, messages, now))) after = after with { Version = before.Version + 1 };
        var said = messages.Count(message => message.Kind == MessageKind.Reply);
        if (said > 0) edit.Change(head => head with { FlowMessages = HourCount.After(head.FlowMessages, said, now) });
        foreach (var message in messages) edit.Insert(message);
        if (before is null || after.Status != before.Status || after.Team != before.Team || after.HeldBy != before.HeldBy || !after.Tags.SequenceEqual(before.Tags)) edit.Note(ChangeType.Conversation, after.Id, null);
        if (after.Assignee != before?.Assignee) edit.Note(ChangeType.Assignment, after.Id, after.Assignee);
        foreach (var message in messages) edit.Note(ChangeType.Message, after.Id, message.Id);
        if (after.Status == ConversationStatus.Resolved) edit.Close(after);
        else if (closedEtag is not null) edit.Reopen(after, closedEtag);
        else edit.Keep(after);
        return edit.Head.Find(after.Id) ?? after with { Sequence = edit.Head.Sequence };
    }

    // What is said to the contact opens it again; a note does not.
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
        owed.AddRange(sent.Select(message => new Owed(by, now) { MessageId = message.Id }));
        owed.AddRange(changes.Select(change => new Owed(by, now) { Contact = change }));
        // That the inbox is to follow is owed in any case.
        owed.Add(new Owed(by, now));
        if (before.Wait?.HeardIn is { } elsewhere && elsewhere != after.Wait?.HeardIn) owed.Add(new Owed(by, now) { Unheard = elsewhere });
        if (after.Wait is { Due: not null } wait) owed.Add(new Owed(by, now) { Wake = wait.Visit });
        return owed;
    }
}
