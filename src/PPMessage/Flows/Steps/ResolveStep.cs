using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Steps;

/// <summary>Resolves the conversation: the contact's next message opens another one, or, by mail, opens it again.</summary>
internal sealed class ResolveStep : Step
{
    public const string Word = "resolve";
    public const string Resolved = "resolved";

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => [Resolved];

    public static ResolveStep Read(StepReader reader) => new() { Name = reader.Name };

    public override ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        if (scope.Conversation is not { } conversation) return new(Move.Failed("The run has no conversation."));
        scope.Conversation = conversation with { Status = ConversationStatus.Resolved };
        return new(new Move.On(Resolved));
    }
}
