using PPMessage.Conversations.Assigning;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations;

/// <summary>What a client wants changed; null members stay.</summary>
/// <param name="SetAssignee">Whether <paramref name="Assignee"/> (null: nobody) is to be set.</param>
internal sealed record ConversationPatch(ConversationStatus? Status, bool SetAssignee, string? Assignee, IReadOnlyList<string>? Tags, int? IfVersion)
{
    public bool SetTeam { get; init; }

    /// <summary>Null: none.</summary>
    public string? Team { get; init; }

    /// <summary>A resolved one is refused.</summary>
    public bool OnlyUnresolved { get; init; }

    /// <summary>One that somebody else has is left as it is; null: whoever has it.</summary>
    public string? IfAssignee { get; init; }
}

/// <summary>
/// Assigns, resolves, reopens, tags. Write order: hidden work → thread commit → inbox → end of work. Operations: 6 (7 for a resolved one); where rules assign,
/// one more (work <c>handout</c>), and <see cref="Assigner"/>'s for one that is left to nobody. Thread-safe.
/// </summary>
internal sealed class ChangeConversation(ThreadStore threads, Inbox inbox, Assigner assigner, HandOut handOut, WorkQueue queue, OvertakeRuns overtake, WakeRuns wake, PPMessageOptions options)
{
    private const int MostRounds = 50;

    public async Task<ConversationOutcome> RunAsync(string conversationId, ConversationPatch patch, CancellationToken cancellation)
    {
        if (ThreadKeys.Conversation(conversationId) is not { } key) return new ConversationOutcome.NotFound();
        WorkTicket? ticket = null;
        for (var round = 0; round < MostRounds; round++)
        {
            var state = await threads.StateAsync(key.Thread, cancellation);
            if (state.Found is not { } found) return new ConversationOutcome.NotFound();
            var open = found.Head.Find(conversationId);
            var closed = open is null ? await threads.ClosedAsync(found.Head, key.Thread, key.Ulid, cancellation) : null;
            if ((open ?? closed?.Conversation) is not { } before) return new ConversationOutcome.NotFound();
            if (patch.IfVersion is { } version && version != before.Version) return new ConversationOutcome.Stale();
            if (patch.IfAssignee is { } holder && before.Assignee != holder) return new ConversationOutcome.Changed(before, before);
            var after = Patched(before, patch);
            if (patch.OnlyUnresolved && before.Status == ConversationStatus.Resolved) return new ConversationOutcome.Refused("It is resolved: reopen it first.");
            if (after == before) return new ConversationOutcome.Changed(before, before);
            if (open is null && after.Status != ConversationStatus.Resolved && found.Head.InTheWay is { } other)
                return new ConversationOutcome.Refused($"{other.Id} is open with the same address, and there can be no more.");

            ticket = ticket is null
                ? await queue.PutAsync(InboxWorkHandler.Word, new InboxWork(conversationId), ConversationsJson.Default.InboxWork, options.Timing.Hidden, cancellation)
                : await queue.KeptAsync(ticket);
            if (IsLeftToNobody(before, after, patch))
            {
                // Anew in each round: a promise holds for the sequence that it was made for, and the team may be another by now.
                after = after with { Assignee = (await assigner.PickAsync(conversationId, found.Head.Sequence, after.Team, cancellation)).AgentId };
            }

            if (IsTakenOver(before, after)) after = after with { HeldBy = null };
            var edit = Edit(new ThreadEdit(found.Head, found.ETag), before, after, closed?.ETag);
            var wakes = IsTakenOver(before, after) && overtake(edit, state, conversationId, "taken_over");
            if (!(await threads.CommitAsync(key.Thread, edit, cancellation)).Committed) continue;
            ticket = await queue.KeptAsync(ticket);
            var now = edit.Head.Find(conversationId) ?? after with { Sequence = edit.Head.Sequence };
            await inbox.FollowAsync(now, edit.Head.Changes, expectNew: false, cancellation);
            if (wakes) await wake(key.Thread, cancellation);
            if (MayBeHandedOut(before, now)) await handOut.AfterAsync(cancellation);
            await queue.DoneAsync(ticket, cancellation);
            return new ConversationOutcome.Changed(now, before);
        }

        throw new StoreException($"Thread {key.Thread} is too busy.");
    }

    private static Conversation Patched(Conversation before, ConversationPatch patch)
    {
        var after = before with
        {
            Status = patch.Status ?? before.Status,
            Assignee = patch.SetAssignee ? patch.Assignee : before.Assignee,
            Team = patch.SetTeam ? patch.Team : before.Team,
            Tags = patch.Tags is null || patch.Tags.SequenceEqual(before.Tags) ? before.Tags : patch.Tags,
        };
        return after == before ? before : after with { Version = before.Version + 1 };
    }

    // Whoever gets it, or is done with it, has it from whatever flow was talking there.
    private static bool IsTakenOver(Conversation before, Conversation after) =>
        (after.Assignee is not null && after.Assignee != before.Assignee) || (after.Status == ConversationStatus.Resolved && before.Status != ConversationStatus.Resolved);

    // It waits, or who had it has one less.
    private static bool MayBeHandedOut(Conversation before, Conversation now) =>
        now is { Status: ConversationStatus.Open, Assignee: null }
        || (before is { Status: ConversationStatus.Open, Assignee: not null } && (now.Assignee != before.Assignee || now.Status != ConversationStatus.Open));

    // One that waited already and is only tagged waits on.
    private static bool IsLeftToNobody(Conversation before, Conversation after, ConversationPatch patch) =>
        after is { Status: ConversationStatus.Open, Assignee: null } && (patch.SetAssignee || after.Team != before.Team || before.Status != ConversationStatus.Open);

    private static ThreadEdit Edit(ThreadEdit edit, Conversation before, Conversation after, string? closedEtag)
    {
        edit.Note(ChangeType.Conversation, after.Id, null);
        if (after.Assignee != before.Assignee) edit.Note(ChangeType.Assignment, after.Id, after.Assignee);
        if (after.Status == ConversationStatus.Resolved) edit.Close(after);
        else if (closedEtag is null) edit.Keep(after);
        else edit.Reopen(after, closedEtag);
        return edit;
    }
}
