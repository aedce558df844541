using PPMessage.Filters;
using PPMessage.Flows.Runs;
using PPMessage.Templates;

namespace PPMessage.Flows.Definitions;

/// <summary>
/// One node of a flow, as read and checked. It decides and leaves what is to be done to its scope: it writes nothing itself, so engine, simulator and tests run the
/// very same steps. Immutable; thread-safe.
/// </summary>
internal abstract class Step
{
    /// <summary>Every step has it, and need not connect it: it then ends the run as failed.</summary>
    public const string Failed = "failed";

    public required string Name { get; init; }

    /// <summary>The word in the definition, e.g. <c>ask</c>.</summary>
    public abstract string Type { get; }

    /// <summary>The outcomes that have to be connected; the first is the one that <c>next</c> stands for.</summary>
    public abstract IReadOnlyList<string> Outcomes { get; }

    /// <summary>Outcomes that may be connected, and count as <see cref="Failed"/> where they are not.</summary>
    public virtual IReadOnlyList<string> Refinements => [];

    /// <summary>Whether a run may be parked here for a while: a loop must have such a step.</summary>
    public virtual bool Waits => false;

    /// <summary>Which step follows which outcome; null: the flow ends there, or the sub-flow returns.</summary>
    public IReadOnlyDictionary<string, string?> Targets { get; set; } = new Dictionary<string, string?>();

    /// <summary>Its Liquid texts as they stand in the definition, by place: <c>steps.menu.text</c>.</summary>
    public IReadOnlyList<(string Place, Template Text)> Texts { get; set; } = [];

    /// <summary>Its conditions, likewise.</summary>
    public IReadOnlyList<(string Place, Filter When)> Conditions { get; set; } = [];

    /// <summary>A run arrives.</summary>
    public abstract ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation);

    /// <summary>A run that is parked here is told something that its wait listens to.</summary>
    public virtual ValueTask<Move> ResumeAsync(StepScope scope, Wait wait, Signal signal, CancellationToken cancellation) =>
        throw new InvalidOperationException($"A step of the type {Type} waits for nothing.");
}

/// <summary>What comes of a step for now.</summary>
internal abstract record Move
{
    private Move() { }

    /// <summary>It is over.</summary>
    /// <param name="Outcome">One of the step's.</param>
    /// <param name="Error">Why it failed, for people; null otherwise.</param>
    internal sealed record On(string Outcome, string? Error = null) : Move;

    /// <summary>The run is parked.</summary>
    internal sealed record Park(Wait Wait) : Move;

    /// <summary>The flow is over, whatever follows; a sub-flow returns.</summary>
    internal sealed record End : Move;

    /// <summary>A sub-flow begins.</summary>
    internal sealed record Call(FlowDefinition Flow, IReadOnlyDictionary<string, System.Text.Json.JsonElement> Arguments) : Move;

    public static Move Failed(string why) => new On(Step.Failed, why);
}
