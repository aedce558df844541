using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Conversations.Assigning;

/// <summary>What of a conversation's assignment the audit log tells before and after.</summary>
internal sealed record AssignmentAudit(string? Assignee, string? Team)
{
    public static IReadOnlyDictionary<string, AuditChange> Between(ConversationOutcome.Changed changed) =>
        AuditChanges.Between(Of(changed.Before), Of(changed.Conversation), ConversationsApiJson.Default.AssignmentAudit);

    private static AssignmentAudit Of(Conversation conversation) => new(conversation.Assignee, conversation.Team);
}

/// <summary><c>POST /api/conversations/{id}/take</c>: an agent makes a conversation its own, whoever has it. Idempotent.</summary>
internal sealed class TakeApi(ChangeConversation change, AuditLog audit)
{
    public async Task<IResult> TakeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (context.Caller().AgentId is not { } agent) return Problems.Unprocessable("The admin key stands for no agent: use an agent's own token, or PATCH the assignee.");
        var patch = new ConversationPatch(null, SetAssignee: true, agent, null, null) { OnlyUnresolved = true };
        switch (await change.RunAsync(id, patch, cancellation))
        {
            case ConversationOutcome.Changed changed:
                if (AssignmentAudit.Between(changed) is { Count: > 0 } changes) await audit.WriteAsync(agent, "conversation.taken", id, changes: changes);
                return ETags.Ok(context, ConversationView.Of(changed.Conversation), ConversationsApiJson.Default.ConversationView, changed.Conversation.Version);
            case ConversationOutcome.Refused refused: return Problems.Conflict(refused.Why);
            default: return ConversationsApi.None();
        }
    }
}
