using System.Text.Json;
using PPMessage.Conversations;
using PPMessage.Filters;
using PPMessage.Flows.Definitions;
using PPMessage.Http;
using PPMessage.Segments;
using PPMessage.Templates;

namespace PPMessage.Flows.Runs;

/// <summary>What a step sees, and where it leaves what is to be done. One for each transition of a run; not thread-safe.</summary>
internal sealed class StepScope(Run run, Conversation? conversation, Workplace workplace, FlowLimits limits, ISurroundings surroundings, FlowLibrary library, DateTimeOffset now)
{
    // What a text may cost: a flow is data, and data may be hostile. The first text of a process takes a good part of a second on a busy machine.
    private static readonly RenderLimits TextLimits = RenderLimits.Default with { LongestTime = TimeSpan.FromSeconds(2) };

    private Person? _person;
    private bool _askedPerson;
    private bool _askedPresence;

    public Run Run { get; set; } = run;

    /// <summary>As it will be; null: the run has none.</summary>
    public Conversation? Conversation { get; set; } = conversation;

    /// <summary>The agent who answered last.</summary>
    public string? LastAgent { get; init; }

    /// <summary>Whether the conversation begins, or has lost who had it, with what happens now: a rule gives it to somebody else only then.</summary>
    public bool Opens { get; init; }

    /// <summary>Messages that flows have sent here within the hour.</summary>
    public int MessagesThisHour { get; init; }

    public Workplace Workplace => workplace;

    public FlowLimits Limits => limits;

    public FlowLibrary Library => library;

    public ISurroundings Surroundings => surroundings;

    public DateTimeOffset Now => now;

    public FlowDefinition Flow { get; set; } = null!;

    public Dictionary<string, JsonElement> Variables { get; set; } = [];

    public List<Effect> Effects { get; } = [];

    public IReadOnlyList<FilterFinding> Findings { get; set; } = [];

    /// <summary>The conversation waits to be handed out.</summary>
    public bool Waits { get; set; }

    /// <summary>What a step threw that nobody had foreseen, for the log; null: nothing.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Distinguishes all that this step does from what others do, and from what it did on earlier visits.</summary>
    public string Key => $"{Run.Id}|{Run.Visit}";

    public async ValueTask<Person?> PersonAsync(bool withPresence, CancellationToken cancellation)
    {
        if (_askedPerson && (_askedPresence || !withPresence)) return _person;
        var found = await surroundings.PersonAsync(withPresence, cancellation);
        // What this very transition has changed is seen by its later steps.
        _person = found is null ? null : found with { Contact = Effects.OfType<Effect.Change>().Aggregate(found.Contact, (contact, effect) => ContactChanges.Apply(contact, effect.What)) };
        (_askedPerson, _askedPresence) = (true, withPresence);
        return _person;
    }

    public void Change(ContactChange change)
    {
        Effects.Add(new Effect.Change(change));
        if (_person is not null) _person = _person with { Contact = ContactChanges.Apply(_person.Contact, change) };
    }

    /// <summary>The text, or why there is none.</summary>
    public async ValueTask<Rendering> RenderAsync(Template template, CancellationToken cancellation)
    {
        if (template.IsPlain) return new Rendering(template.Text, null);
        var person = template.Mentions.Contains("contact") ? await PersonAsync(withPresence: false, cancellation) : null;
        return template.Render(FlowObjects.Of(this, person, template.Mentions), TextLimits);
    }

    /// <summary>The text as it is said or noted: what the API takes from agents, and something that can be seen. Or why there is none.</summary>
    public async ValueTask<Rendering> SpeakAsync(Template template, CancellationToken cancellation)
    {
        var rendered = await RenderAsync(template, cancellation);
        if (rendered.Text is null) return rendered;
        return WrittenText.IsInvisible(rendered.Text) ? new Rendering(null, "The text came out empty.") : new Rendering(WrittenText.WithoutControls(rendered.Text).Trim(), null);
    }

    public async ValueTask<bool> HoldsAsync(Filter filter, CancellationToken cancellation)
    {
        var (lookup, moment) = await LookupAsync(filter, cancellation);
        Findings = [.. Findings, .. filter.Explain(lookup, moment)];
        return filter.Matches(lookup, moment);
    }

    private async ValueTask<(Lookup Lookup, FilterMoment Moment)> LookupAsync(Filter filter, CancellationToken cancellation)
    {
        var needsPerson = filter.Fields.Any(field => field.StartsWith("contact.", StringComparison.Ordinal));
        var person = needsPerson ? await PersonAsync(filter.Fields.Contains(ContactFields.Online), cancellation) : null;
        return (field => FlowFields.Value(field, this, person), new FilterMoment(now, ContactFields.Zone(person?.Contact.TimeZone, workplace.Hours.TimeZone)));
    }

    /// <summary>Null: it fits.</summary>
    public string? Set(string variable, JsonElement value)
    {
        if (DefinitionText.IsTooDeep(value)) return $"The value of {variable} lies more than {DefinitionText.MostLevels} levels deep.";
        var after = new Dictionary<string, JsonElement>(Variables) { [variable] = value };
        if (after.Sum(one => one.Key.Length + one.Value.GetRawText().Length) > FlowLimits.VariablesSize)
            return $"The variables together would have more than {FlowLimits.VariablesSize} characters.";
        Variables = after;
        return null;
    }
}

/// <summary>What a step wants done.</summary>
internal abstract record Effect
{
    private Effect() { }

    internal sealed record Say(SayPlan Plan, string Text) : Effect;

    internal sealed record Note(string Key, int Place, string Text, string FlowId, string FlowName) : Effect;

    internal sealed record Change(ContactChange What) : Effect;
}
