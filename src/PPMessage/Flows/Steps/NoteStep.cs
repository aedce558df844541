using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Templates;

namespace PPMessage.Flows.Steps;

/// <summary>Writes a note into the conversation, which agents see and the contact does not.</summary>
internal sealed class NoteStep : Step
{
    public const string Word = "note";
    public const string Noted = "noted";

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => [Noted];

    public required Template Text { get; init; }

    public static NoteStep Read(StepReader reader) => new() { Name = reader.Name, Text = reader.Text("text") };

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        if (scope.Conversation is null) return Move.Failed("The run has no conversation.");
        var rendered = await scope.SpeakAsync(Text, cancellation);
        if (rendered.Text is null) return Move.Failed(rendered.Mistake!);
        scope.Effects.Add(new Effect.Note(scope.Key, scope.Effects.Count, rendered.Text, scope.Flow.FlowId, scope.Flow.Name));
        return new Move.On(Noted);
    }
}
