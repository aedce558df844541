using System.Text.Json;
using PPMessage.Agents.Hours;
using PPMessage.Agents.Teams;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Flows.Simulation;
using PPMessage.Http;
using Xunit;

namespace PPMessage.Tests.Flows;

/// <summary>Flows read and played with nothing of the app: by the engine's transitions, in a described world.</summary>
internal sealed record Playing
{
    public static readonly DateTimeOffset Begin = DateTimeOffset.Parse("2026-11-23T02:00:00Z");

    public FlowLimits Limits { get; init; } = new();

    public KnownAttributes Attributes { get; init; } = KnownAttributes.None;

    public BusinessHours Hours { get; init; } = new() { TimeZone = "Asia/Shanghai" };

    public IReadOnlyList<Team> Teams { get; init; } = [];

    public AssignmentRule Rule { get; init; } = AssignmentRule.Everybody;

    /// <summary>By kind; none: no channel is active.</summary>
    public IReadOnlyDictionary<string, SimulatedChannel> Channels { get; init; } = new Dictionary<string, SimulatedChannel>();

    /// <summary>Published ones, by id.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init; } = new Dictionary<string, string>();

    /// <summary>A flow that is started by hand at the step <c>a</c>.</summary>
    public static string FlowOf(string steps, string more = "") => $$"""{"name":"试","trigger":{"on":"api"},"start":"a","steps":{ {{steps}} }{{(more.Length > 0 ? "," : "")}}{{more}}}""";

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static IDictionary<string, string[]> Mistakes(string json, KnownAttributes? known = null)
    {
        FlowLibrary.Read(Json(json), known ?? KnownAttributes.None, out var mistakes);
        return mistakes;
    }

    public FlowDefinition Read(string json)
    {
        var flow = FlowLibrary.Read(Json(json), Attributes, out var mistakes);
        Assert.True(flow is not null, string.Join("; ", mistakes.Select(one => $"{one.Key} {one.Value[0]}")));
        return flow with { FlowId = "fl_tested", Version = 0 };
    }

    /// <summary>Begins on a Monday at ten in Shanghai, unless the script says otherwise.</summary>
    public async Task<SimulationView> PlayAsync(string flow, string script = "{}")
    {
        var definition = Read(flow);
        var fields = new Fields(Json(script));
        var read = ScriptReader.Read(fields, Attributes);
        Assert.Empty(fields.Mistakes());
        return await Simulator.PlayAsync(SceneOf(definition, read), default);
    }

    public Scene SceneOf(FlowDefinition flow, Script script)
    {
        var at = script.At ?? Begin;
        var library = Others.Aggregate(Library().With(flow), (library, other) => library.With(Read(other.Value) with { FlowId = other.Key, Version = 1 }));
        var world = new World(library, Limits, (kind, _) => new(Channels.GetValueOrDefault(kind)), (team, _) => new(Teams.FirstOrDefault(one => one.Id == team)?.Assignment ?? Rule));
        var person = new Person(Staging.Described(script.Contact.Described, at), script.Contact.Online);
        return Staging.Of(flow, script, person, new Via(Staging.KindIn(flow, script) ?? "sms", "ch_1", ReadsOptOut: true), new Workplace([], Teams, Hours, Attributes), world, at);
    }

    public static SimulatedChannel Channel(AddressKind reaches, string? problem = null) =>
        new(reaches, false, _ => problem is null ? default : new ContentCheck(null, "text", problem));

    public static KnownAttributes Known(params IReadOnlyList<(string Key, AttributeType Type)> attributes) => new(attributes.ToDictionary(
        one => one.Key, one => new AttributeDefinition(one.Key, one.Key, one.Type, [], "test", Begin, Begin)));

    public static Team TeamOf(string id, AssignmentMethod method = AssignmentMethod.All) =>
        new() { Id = id, Name = id, Assignment = new AssignmentRule(method, null), CreatedAt = Begin, UpdatedAt = Begin };

    // Nothing is stored: what is not put in is not there.
    private static FlowLibrary Library() => new(new FlowStore(null!), new AttributeDirectory(null!, new PPMessageOptions(), TimeProvider.System), new PPMessageOptions(), TimeProvider.System);
}

internal static class Played
{
    public static IEnumerable<string> Said(this SimulationView played) => played.Texts.Select(text => text.Text);

    /// <summary>Steps with their outcomes, in order: <c>menu:timeout</c>.</summary>
    public static IEnumerable<string> Taken(this SimulationView played) => played.Trace.Where(entry => entry.Outcome is not null).Select(entry => $"{entry.Step}:{entry.Outcome}");

    public static string Way(this SimulationView played) => string.Join(' ', played.Taken());

    public static string Value(this SimulationView played, string variable) => played.Variables.TryGetValue(variable, out var value) ? value.GetRawText() : "absent";

    public static TimeSpan Lasted(this SimulationView played) => played.EndedAt - Playing.Begin;
}
