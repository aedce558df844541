using System.Globalization;
using PPMessage.Agents;
using PPMessage.Channels;
using PPMessage.Conversations.Sending;

namespace PPMessage.Conversations;

/// <summary>An agent's message in the making, with every id that a repetition must find again.</summary>
/// <param name="DedupeRow">Of the Idempotency-Key; null when the request has none.</param>
/// <param name="RequestHash">Of the body under that key.</param>
/// <param name="ChannelId">The channel that the caller wants it to go by; null: the conversation's.</param>
internal sealed record Draft(string MessageId, MessageKind Kind, string Text, Caller Caller, string? DedupeRow, string? RequestHash, string? ChannelId, DateTimeOffset At);

/// <summary>What an agent's message does to its thread. Pure.</summary>
internal static class Replying
{
    /// <summary>Why this thread's contact may not be messaged, or null.</summary>
    public static DeliveryError? StoppedBy(ThreadHead head)
    {
        if (head.Consent?.StoppedBy is not { } stop) return null;
        var when = stop.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var how = stop.Source == "word" ? $"wrote \"{stop.Detail}\"" : $"is stopped at the provider ({stop.Detail})";
        return new DeliveryError("stopped", $"Not sent: the contact {how} on {when} UTC. A START from the contact lifts it.");
    }

    /// <param name="parts">How many parts the provider will bill; null for a note.</param>
    /// <param name="conversation">Open in the head, or closed (then <paramref name="closedEtag"/> is its row's): an answer reopens it.</param>
    public static (ThreadEdit Edit, Conversation Conversation, Message Message) Decide(
        ThreadHead head, string? etag, Conversation conversation, string? closedEtag, Draft draft, int? parts, TimeSpan claim)
    {
        var edit = new ThreadEdit(head, etag);
        var message = MessageOf(head, conversation, draft, parts, claim);
        var after = Touched(conversation, draft);
        if (draft.DedupeRow is { } row) edit.Claim(row, new Dedupe(conversation.Id, message.Id));
        edit.Insert(message);
        if (draft.Kind == MessageKind.Reply && draft.Caller.AgentId is { } agent) edit.Change(h => h with { LastAgent = agent });
        if (after.Status != conversation.Status) edit.Note(ChangeType.Conversation, after.Id, null);
        if (after.Assignee != conversation.Assignee) edit.Note(ChangeType.Assignment, after.Id, after.Assignee);
        edit.Note(ChangeType.Message, after.Id, message.Id);
        if (closedEtag is null || after.Status == ConversationStatus.Resolved) Put(edit, after);
        else edit.Reopen(after, closedEtag);
        return (edit, edit.Head.Find(after.Id) ?? after with { Sequence = edit.Head.Sequence }, message);
    }

    private static void Put(ThreadEdit edit, Conversation after)
    {
        if (after.Status == ConversationStatus.Resolved) edit.Close(after);
        else edit.Keep(after);
    }

    // A note leaves the status alone; the first agent who answers an unassigned conversation has it.
    private static Conversation Touched(Conversation conversation, Draft draft)
    {
        var touched = conversation with
        {
            LastActivityAt = draft.At,
            LastWords = Receiving.Beginning(draft.Text),
            MessageCount = conversation.MessageCount + 1,
        };
        if (draft.Kind == MessageKind.Note) return touched;
        return touched with
        {
            Status = touched.Status == ConversationStatus.Resolved ? ConversationStatus.Open : touched.Status,
            Assignee = touched.Assignee ?? draft.Caller.AgentId,
        };
    }

    private static Message MessageOf(ThreadHead head, Conversation conversation, Draft draft, int? parts, TimeSpan claim)
    {
        var message = new Message
        {
            Id = draft.MessageId,
            ConversationId = conversation.Id,
            Direction = Direction.Outbound,
            Kind = draft.Kind,
            ChannelId = conversation.ChannelId,
            ChannelKind = conversation.ChannelKind,
            Author = new Author(AuthorType.Agent, draft.Caller.AgentId, draft.Caller.Name),
            Text = draft.Text,
            OurAddress = head.OurAddress,
            CreatedAt = draft.At,
            RequestHash = draft.RequestHash,
        };
        return draft.Kind == MessageKind.Note ? message : WithDelivery(message, head, draft, parts, claim);
    }

    private static Message WithDelivery(Message message, ThreadHead head, Draft draft, int? parts, TimeSpan claim)
    {
        var queued = new Delivery { State = DeliveryStates.Queued, Segments = parts, History = [new DeliveryStep(DeliveryStates.Queued, draft.At, 0)] };
        message = message with { Delivery = queued };
        return StoppedBy(head) is { } why ? SendRecord.Suppressed(message, why, draft.At) : SendRecord.Claimed(message, draft.At, claim);
    }
}
