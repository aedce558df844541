using System.Text.Json;
using PPMessage.Filters;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Templates;

namespace PPMessage.Flows.Steps;

/// <summary>
/// Asks the contact and waits for the answer. With options each answer is one of them (its key, its label or one of its words) and its outcome is the option's; without
/// options any answer is <c>answered</c>, and kept up to <see cref="HeardMessage.LongestText"/>. An answer that is none of them is told so, up to <c>attempts</c> times in all, then it is <c>invalid</c>.
/// </summary>
internal sealed class AskStep : Step
{
    public const string Word = "ask";
    public const string Answered = "answered";
    public const string Timeout = "timeout";
    public const string Invalid = "invalid";

    public const int MostOptions = 20;
    private const int MostAttempts = 10;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);
    private static readonly TimeSpan Usual = TimeSpan.FromHours(1);

    private static readonly Template UsualInvalidText = Template.Parse("?", FlowObjects.Names, out _)!;

    public override string Type => Word;

    public override bool Waits => true;

    public override IReadOnlyList<string> Outcomes =>
        Options.Count == 0 ? [Answered, Timeout] : [.. Options.Select(option => option.Outcome).Distinct(), Timeout, Invalid];

    public override IReadOnlyList<string> Refinements => [SendStep.Suppressed];

    public required Speech Speech { get; init; }

    public required IReadOnlyList<AskOption> Options { get; init; }

    /// <summary>Where the answer goes: the option's key, or what was written.</summary>
    public required string? Into { get; init; }

    public required TimeSpan TimeAllowed { get; init; }

    /// <summary>How many answers are listened to.</summary>
    public required int Attempts { get; init; }

    /// <summary>What is said to an answer that is no option; null: the question again.</summary>
    public required Template? InvalidText { get; init; }

    public static AskStep Read(StepReader reader) => new()
    {
        Name = reader.Name,
        Speech = Speech.Read(reader),
        Options = AskOption.ReadAll(reader),
        Into = reader.Variable("into"),
        TimeAllowed = reader.Duration("timeout", Shortest, Longest) ?? Usual,
        Attempts = reader.Number("attempts", 2, 1, MostAttempts),
        InvalidText = reader.OptionalText("invalidText"),
    };

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation) =>
        await Speech.SayAsync(scope, Speech.Text, scope.Key, cancellation) ?? Parked(scope, 0);

    public override async ValueTask<Move> ResumeAsync(StepScope scope, Wait wait, Signal signal, CancellationToken cancellation)
    {
        if (signal is not Signal.Replied { Message: var message }) return new Move.On(Timeout);
        var text = message.Text.Trim();
        if (Options.Count == 0) return Kept(scope, text) ?? new Move.On(Answered);
        if (Options.FirstOrDefault(option => option.Is(text)) is { } chosen) return Kept(scope, chosen.Key) ?? new Move.On(chosen.Outcome);
        var tries = wait.Tries + 1;
        if (tries >= Attempts) return Kept(scope, text) ?? new Move.On(Invalid);
        return await Speech.SayAsync(scope, InvalidText ?? Speech.Text, $"{scope.Key}|{tries}", cancellation) ?? Parked(scope, tries);
    }

    // It has just said something: the answer comes where that goes.
    private Move.Park Parked(StepScope scope, int tries) => new(new Wait(WaitKind.Reply, scope.Run.Visit, scope.Now, scope.Now + TimeAllowed, Reply: true, Tries: tries)
    {
        HeardIn = scope.Effects.OfType<Effect.Say>().Last().Plan.AnsweredIn,
    });

    private Move? Kept(StepScope scope, string text)
    {
        if (Into is null) return null;
        return scope.Set(Into, JsonSerializer.SerializeToElement(text, FlowJson.Default.String)) is { } why ? Move.Failed(why) : null;
    }
}

/// <summary>One answer of a menu.</summary>
/// <param name="Key">What the contact writes: <c>1</c>.</param>
/// <param name="Words">What else counts.</param>
internal sealed record AskOption(string Key, string? Label, string Outcome, IReadOnlyList<string> Words)
{
    private const int LongestKey = 20;
    private const int LongestLabel = 100;
    private const int MostWords = 20;

    public static IReadOnlyList<AskOption> ReadAll(StepReader reader)
    {
        if (reader.Fields.Json("options") is not { } value || value.ValueKind == JsonValueKind.Null) return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > AskStep.MostOptions)
        {
            reader.Refuse("options", $"must be a list of 1 to {AskStep.MostOptions} options");
            return [];
        }

        var options = value.EnumerateArray().Select((item, i) => Read(reader.Fields.Item("options", i, item), reader, i)).ToList();
        foreach (var twice in options.SelectMany(option => option.All).GroupBy(Normal).Where(same => same.Count() > 1))
            reader.Refuse("options", $"has '{twice.First()}' twice: an answer must mean one option");
        return options;
    }

    public bool Is(string answer) => All.Any(word => Normal(word) == Normal(answer));

    private IEnumerable<string> All => Words.Prepend(Label).Prepend(Key).OfType<string>().DistinctBy(Normal);

    private static AskOption Read(PPMessage.Http.Fields fields, StepReader reader, int index)
    {
        var outcome = fields.Text("outcome", null, LongestLabel);
        if (!FlowNames.IsName(outcome)) fields.Refuse("outcome", FlowNames.Rule);
        else if (outcome is AskStep.Timeout or AskStep.Invalid or SendStep.Suppressed or Step.Failed) fields.Refuse("outcome", $"'{outcome}' is an outcome of its own");
        return new AskOption(fields.Text("key", null, LongestKey), fields.OptionalText("label", null, LongestLabel), outcome, fields.Texts("words", [], MostWords, LongestLabel));
    }

    // Phones and Chinese keyboards write full-width digits, capitals, and a full stop behind them.
    private static string Normal(string text) => FoldedText.Of(text).Trim().TrimEnd('.', '。', '!', '！', ')', '、').Trim().ToUpperInvariant();
}
