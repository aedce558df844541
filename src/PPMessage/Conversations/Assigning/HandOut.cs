using System.Text.Json;
using PPMessage.Work;

namespace PPMessage.Conversations.Assigning;

/// <summary>Work <c>handout</c>: somebody may be able to take a conversation that waits.</summary>
internal sealed record HandOutWork;

/// <summary>
/// Gives waiting conversations to whoever can take them, oldest first, until none is left or nobody is free. It is put whenever that may have changed (a
/// conversation begins to wait, or was resolved or passed on; an agent is ready, hired or in another team; a rule is another), so nobody polls. At least once.
/// Operations: none where nothing is assigned by a rule; else 3 to read who and how anew, 8 a scope, and for each conversation 4 beside <see cref="Assigner"/>'s.
/// </summary>
internal sealed class HandOut(ThreadStore threads, Inbox inbox, Assigner assigner, InboxMarks marks, WorkQueue queue, PPMessageOptions options) : IWorkHandler
{
    public const string Word = "handout";

    private const int AtATime = 20;

    // Then the next message goes on: one piece of work must end before its lease does.
    private const int MostBatches = 5;

    private const int MostRounds = 50;

    public string Kind => Word;

    /// <summary>Once before a change is committed, hidden for as long as that takes, and once after it.</summary>
    public Task SoonAsync(bool committed, CancellationToken cancellation) =>
        committed ? PutAsync(TimeSpan.Zero, CancellationToken.None) : PutAsync(options.Timing.Hidden, cancellation);

    /// <summary>After a commit whose own work comes back and calls this again. Where nothing is assigned by a rule it does nothing.</summary>
    public async Task AfterAsync(CancellationToken cancellation)
    {
        if ((await assigner.ScopesAsync(cancellation)).Count > 0) await PutAsync(TimeSpan.Zero, cancellation);
    }

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        assigner.Forget();
        foreach (var team in await assigner.ScopesAsync(cancellation)) await DrainAsync(team, cancellation);
    }

    private Task PutAsync(TimeSpan hiddenFor, CancellationToken cancellation) =>
        queue.PutAsync(Word, new HandOutWork(), ConversationsJson.Default.HandOutWork, hiddenFor, cancellation);

    private async Task DrainAsync(string? team, CancellationToken cancellation)
    {
        for (var batch = 0; batch < MostBatches; batch++)
        {
            var waiting = await marks.WaitingAsync(team ?? Assigner.NoTeam, AtATime, cancellation);
            foreach (var mark in waiting)
            {
                var pick = await AssignAsync(mark, team, cancellation);
                if (pick.OnPromise) await PutAsync(Turns.PromiseFor, cancellation);
                if (pick.Waits) return;
            }

            if (waiting.Count < AtATime) return;
        }

        await PutAsync(TimeSpan.Zero, cancellation);
    }

    /// <summary>Whoever has died between the thread and the inbox has left a mark of what no longer waits: then the inbox follows, and nobody is picked.</summary>
    private async Task<Pick> AssignAsync(string mark, string? team, CancellationToken cancellation)
    {
        var id = InboxMarks.ConversationOf(mark);
        var thread = ThreadKeys.Conversation(id)!.Value.Thread;
        for (var round = 0; round < MostRounds; round++)
        {
            if (await threads.HeadAsync(thread, cancellation) is not { } found || !await IsThereAsync(found.Head, id, cancellation))
            {
                // Erased since. Left standing, such marks would in the end hide those behind them.
                await marks.DropAsync(mark, cancellation);
                return default;
            }

            if (found.Head.Find(id) is not { Status: ConversationStatus.Open, Assignee: null } conversation || conversation.Team != team)
            {
                await inbox.FollowCurrentAsync(id, cancellation);
                return default;
            }

            var pick = await assigner.PickAsync(id, found.Head.Sequence, team, cancellation);
            if (pick.AgentId is null) return pick;
            var edit = new ThreadEdit(found.Head, found.ETag);
            edit.Note(ChangeType.Assignment, id, pick.AgentId);
            edit.Keep(conversation with { Assignee = pick.AgentId, Version = conversation.Version + 1 });
            if (!(await threads.CommitAsync(thread, edit, cancellation)).Committed) continue;
            await inbox.FollowAsync(edit.Head.Find(id)!, edit.Head.Changes, expectNew: false, cancellation);
            return pick;
        }

        return default;
    }

    private async Task<bool> IsThereAsync(ThreadHead head, string id, CancellationToken cancellation) =>
        head.Find(id) is not null || await threads.ClosedAsync(head, ThreadKeys.Conversation(id)!.Value.Thread, ThreadKeys.Conversation(id)!.Value.Ulid, cancellation) is not null;
}
