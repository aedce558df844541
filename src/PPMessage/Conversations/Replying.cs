using System.Globalization;
using PPMessage.Channels;
using PPMessage.Conversations.Sending;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>Where an agent's message goes and what it weighs there, as found out before it is decided on.</summary>
/// <param name="Consent">Of the address that it goes to.</param>
/// <param name="Parts">How many parts the provider will bill; null where that is not counted.</param>
/// <param name="HasSubject">Whether the channel's messages have one.</param>
internal sealed record Outgoing(Route Route, Consent? Consent, int? Parts, bool HasSubject);

/// <summary>What an agent's message does to its thread. Pure.</summary>
internal static class Replying
{
    /// <summary>Why no answer may be sent along this route, or null. Who wants no campaigns (a link) is answered.</summary>
    public static DeliveryError? StoppedBy(Consent? consent, Route route)
    {
        if (consent?.AllStoppedBy is not { } stop) return null;
        var when = stop.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var why = stop switch
        {
            { Source: "word" } => $"the contact wrote \"{stop.Detail}\" on {when} UTC. A START from the contact lifts it.",
            { Reason: SuppressionReasons.Stop } => $"the contact is stopped at the provider ({stop.Detail}) on {when} UTC. A START from the contact lifts it.",
            { Reason: SuppressionReasons.Bounce } => $"this address bounced on {when} UTC ({stop.Detail}). If it is right after all, lift its suppression.",
            { Reason: SuppressionReasons.Complaint } => $"the contact called a message of ours spam on {when} UTC. Lift the suppression only if the contact asks for it.",
            { Reason: SuppressionReasons.Unsubscribe } => $"the contact unsubscribed on {when} UTC. Lift the suppression only if the contact asks for it.",
            _ => $"{stop.Source} suppressed the address on {when} UTC.",
        };
        // One lifts it there, and not at the address that wrote.
        return new("stopped", route.To == route.Address ? $"Not sent: {why}" : $"Not sent to {route.To}, where the contact wants answers: {why}");
    }

    /// <param name="conversation">Open in the head, or closed (then <paramref name="closedEtag"/> is its row's): an answer reopens it.</param>
    /// <param name="message">As it will be sent or kept; whether it is sent at all is decided here.</param>
    /// <param name="outgoing">Null: it stays in the house.</param>
    public static (ThreadEdit Edit, Conversation Conversation, Message Message) Decide(
        ThreadHead head, string? etag, Conversation conversation, string? closedEtag, Draft draft, Message message, Outgoing? outgoing, TimeSpan claim)
    {
        var edit = new ThreadEdit(head, etag);
        if (outgoing is not null) message = OnItsWay(message, outgoing, draft.At, claim);
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

    /// <summary>The message before its delivery is decided on; what is long about it, and its files, have been put aside.</summary>
    public static Message MessageOf(Conversation conversation, Draft draft, Outgoing? outgoing) => new()
    {
        Id = draft.MessageId,
        ConversationId = conversation.Id,
        Direction = Direction.Outbound,
        Kind = draft.Kind,
        ChannelId = outgoing?.Route.ChannelId ?? conversation.ChannelId,
        ChannelKind = outgoing?.Route.ChannelKind ?? conversation.ChannelKind,
        Author = draft.Author,
        Subject = outgoing is { HasSubject: true } ? draft.Subject ?? Subjects.OfAnswer(conversation.Path?.Subject ?? conversation.Subject) : null,
        Text = draft.Text,
        OurAddress = outgoing?.Route.From,
        Route = outgoing?.Route,
        CreatedAt = draft.At,
        RequestHash = draft.RequestHash,
    };

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
            HeldBy = null,
        };
    }

    /// <summary>Claimed for its first attempt, or suppressed where its contact must not be messaged.</summary>
    public static Message OnItsWay(Message message, Outgoing outgoing, DateTimeOffset at, TimeSpan claim)
    {
        var queued = message with { Delivery = new Delivery { State = DeliveryStates.Queued, Segments = outgoing.Parts, History = [new DeliveryStep(DeliveryStates.Queued, at, 0)] } };
        return StoppedBy(outgoing.Consent, outgoing.Route) is { } why ? SendRecord.Suppressed(queued, why, at) : SendRecord.Claimed(queued, at, claim);
    }
}
