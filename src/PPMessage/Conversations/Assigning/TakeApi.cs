using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Conversations.Assigning;

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
                await audit.WriteAsync(agent, "conversation.taken", id);
                return ETags.Ok(context, ConversationView.Of(changed.Conversation), ConversationsApiJson.Default.ConversationView, changed.Conversation.Version);
            case ConversationOutcome.Refused refused: return Problems.Conflict(refused.Why);
            default: return ConversationsApi.None();
        }
    }
}
