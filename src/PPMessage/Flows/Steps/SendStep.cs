using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Http;
using PPMessage.Templates;

namespace PPMessage.Flows.Steps;

/// <summary>
/// Says something to the contact: as the contact's last message came, or by the first active channel of a kind. <c>sent</c> means that it is written and on its way;
/// what becomes of it stands in its delivery. <c>suppressed</c>: the contact has stopped that address; unconnected, it ends the run as opted out.
/// </summary>
internal sealed class SendStep : Step
{
    public const string Word = "send";
    public const string Sent = "sent";
    public const string Suppressed = "suppressed";

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => [Sent];

    public override IReadOnlyList<string> Refinements => [Suppressed];

    public required Speech Speech { get; init; }

    public static SendStep Read(StepReader reader) => new() { Name = reader.Name, Speech = Speech.Read(reader) };

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation) => await Speech.SayAsync(scope, Speech.Text, scope.Key, cancellation) ?? new Move.On(Sent);
}

/// <summary>What a step says, and how.</summary>
/// <param name="ChannelKind">Null: as the contact's last message came.</param>
/// <param name="AgentId">In whose name; null: the flow's.</param>
internal sealed record Speech(Template Text, Template? Subject, string? ChannelKind, string? AgentId)
{
    private const int LongestSubject = 300;
    private const int LongestWord = 100;

    public static Speech Read(StepReader reader)
    {
        var kind = reader.Fields.OptionalText("channelKind", null, LongestWord);
        var agent = reader.Fields.OptionalText("agentId", null, LongestWord);
        return new Speech(reader.Text("text"), reader.OptionalText("subject", LongestSubject), kind, agent);
    }

    /// <summary>Null: it is said. Otherwise what came instead.</summary>
    public async ValueTask<Move?> SayAsync(StepScope scope, Template text, string key, CancellationToken cancellation)
    {
        if (scope.Conversation is not { } conversation) return Move.Failed("The contact has no address that an active channel reaches.");
        if (scope.MessagesThisHour + scope.Effects.OfType<Effect.Say>().Count() >= scope.Limits.MessagesAnHour)
            return Move.Failed($"Flows have sent {scope.Limits.MessagesAnHour} messages here within the hour.");
        var rendered = await scope.SpeakAsync(text, cancellation);
        if (rendered.Text is null) return Move.Failed(rendered.Mistake!);
        var subject = Subject is null ? default : await scope.RenderAsync(Subject, cancellation);
        if (subject.Mistake is not null) return Move.Failed(subject.Mistake);
        var saying = new Saying(key, scope.Effects.Count, rendered.Text, Line(subject.Text), ChannelKind, AgentId, scope.Flow.FlowId, scope.Flow.Name);
        var plan = await scope.Surroundings.PlanAsync(saying, conversation, cancellation);
        if (plan.Problem is { } problem) return Move.Failed(problem);
        if (plan.Stopped) return new Move.On(SendStep.Suppressed, "The contact has stopped messages there.");
        scope.Effects.Add(new Effect.Say(plan, saying.Text));
        // Who is told something may answer.
        if (conversation.Status == ConversationStatus.Resolved) scope.Conversation = conversation with { Status = ConversationStatus.Open };
        return null;
    }

    // Fields of the API are one line, and so are headers of mails.
    private static string? Line(string? subject) =>
        subject?.Any(char.IsControl) == true ? string.Join(' ', WrittenText.WithoutControls(subject).Split((char[])['\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries)) : subject;
}
