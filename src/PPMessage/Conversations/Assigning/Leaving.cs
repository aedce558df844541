using System.Text.Json;
using PPMessage.Agents;
using PPMessage.Work;

namespace PPMessage.Conversations.Assigning;

/// <summary>Work <c>leave</c>: an agent was deleted and may have conversations.</summary>
internal sealed record LeaveWork(string AgentId);

/// <summary>
/// Gives back what a deleted agent had: open conversations go to whom the rules give them, or to everybody; pending ones belong to nobody; resolved ones go on saying
/// who had them. The work is put twice: hidden before the agent is deleted, so that a death behind the deletion loses nothing and that what other instances, who have yet
/// to hear of it, give to the agent meanwhile is found; and once more behind it. At least once; idempotent.
/// </summary>
internal sealed class Leaving(InboxList inbox, ChangeConversation change, AgentStore agents, WorkQueue queue, PPMessageOptions options) : IWorkHandler
{
    public const string Word = "leave";

    // Then the next message goes on: one piece of work must end before its lease does.
    private const int AtATime = 100;

    public string Kind => Word;

    public Task SoonAsync(string agentId, bool committed, CancellationToken cancellation) =>
        committed ? PutAsync(new LeaveWork(agentId), TimeSpan.Zero, CancellationToken.None) : PutAsync(new LeaveWork(agentId), options.Timing.Hidden, cancellation);

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        // Still there: it was not deleted after all.
        if (JsonSerializer.Deserialize(payload, ConversationsJson.Default.LeaveWork) is not { } work || await agents.FindAsync(work.AgentId, cancellation) is not null) return;
        var isMore = false;
        foreach (var status in new[] { ConversationStatus.Open, ConversationStatus.Pending }) isMore |= await GiveBackAsync(work.AgentId, status, cancellation);
        if (isMore) await PutAsync(work, TimeSpan.Zero, cancellation);
    }

    /// <returns>Whether there are more.</returns>
    private async Task<bool> GiveBackAsync(string agentId, ConversationStatus status, CancellationToken cancellation)
    {
        var page = await inbox.ReadAsync(new InboxFilter(status, AnyAssignee: false, agentId, null, null), AtATime, null, cancellation);
        foreach (var conversation in page.Items)
            await change.RunAsync(conversation.Id, new ConversationPatch(null, SetAssignee: true, null, null, null) { IfAssignee = agentId }, cancellation);
        return page.Next is not null;
    }

    private Task PutAsync(LeaveWork work, TimeSpan hiddenFor, CancellationToken cancellation) =>
        queue.PutAsync(Word, work, ConversationsJson.Default.LeaveWork, hiddenFor, cancellation);
}
