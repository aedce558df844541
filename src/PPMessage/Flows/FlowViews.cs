using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Audit;
using PPMessage.Flows.Publishing;
using PPMessage.Flows.Runs;
using PPMessage.Flows.Statistics;
using PPMessage.Http;

namespace PPMessage.Flows;

/// <summary>A flow as the API shows it, without what it says.</summary>
/// <param name="Trigger">Of the published version; null: none was ever published.</param>
/// <param name="Started">Whether what happens starts runs.</param>
/// <param name="LastVersion">The highest number of a version; 0: there is none.</param>
/// <param name="HasDraft">Whether the draft says something else than the published version.</param>
internal record FlowView(
    string Id, string Name, FlowTriggerView? Trigger, bool Started, bool BuiltIn, FlowPublicationView? Published, int LastVersion, bool HasDraft, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static FlowView Of(Flow flow) => new(
        flow.Id, flow.Name, flow.Trigger is { } trigger ? new FlowTriggerView(trigger.On, trigger.ChannelKind, trigger.ChannelId) : null, flow.Started, flow.BuiltIn,
        flow.Published is { } version ? new FlowPublicationView(version, flow.PublishedAt ?? flow.UpdatedAt, flow.PublishedBy) : null, flow.LastVersion, flow.HasDraft, flow.CreatedAt, flow.UpdatedAt);
}

internal sealed record FlowTriggerView(string On, string? ChannelKind, string? ChannelId);

/// <summary>Which version new runs get, since when, and who made it so.</summary>
/// <param name="By">Null: it comes with the program.</param>
internal sealed record FlowPublicationView(int Version, DateTimeOffset At, string? By);

/// <summary>A flow that was just made of a definition.</summary>
internal sealed record MadeFlowView : FlowView
{
    public MadeFlowView(FlowView view, CheckedFlow told) : base(view) => (Mistakes, Warnings) = (told.Mistakes, told.Warnings);

    /// <summary>What keeps the draft from being published, by place.</summary>
    public IDictionary<string, string[]> Mistakes { get; }

    /// <summary>What may be meant otherwise, by place.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Warnings { get; }
}

/// <param name="Mistakes">What keeps it from being published, by place.</param>
/// <param name="Warnings">What may be meant otherwise, by place.</param>
internal sealed record FlowDraftView(
    JsonElement Definition, DateTimeOffset SavedAt, string SavedBy, IDictionary<string, string[]> Mistakes, IReadOnlyDictionary<string, IReadOnlyList<string>> Warnings);

internal sealed record FlowMistakes(IDictionary<string, string[]> Mistakes, IReadOnlyDictionary<string, IReadOnlyList<string>> Warnings);

/// <param name="Published">Whether new runs get it.</param>
internal record FlowVersionView(int Version, DateTimeOffset At, string? By, string? Note, bool Published)
{
    public static FlowVersionView Of(Flow flow, int number, FlowText text) => new(number, text.At, text.By.Length == 0 ? null : text.By, text.Note, flow.Published == number);
}

internal sealed record FlowVersionText : FlowVersionView
{
    public FlowVersionText(FlowVersionView view, JsonElement definition) : base(view) => Definition = definition;

    public JsonElement Definition { get; }
}

/// <summary>A flow as a file.</summary>
internal sealed record FlowFile(string Format, int FormatVersion, JsonElement Definition)
{
    public const string Word = "ppmessage-flow";
    public const int Current = 1;
}

/// <summary>What of a flow the audit log tells before and after.</summary>
internal sealed record FlowAudit(string Name, FlowTriggerView? Trigger, int? Published, bool Started)
{
    public static IReadOnlyDictionary<string, AuditChange> Between(Flow? before, Flow? after) => AuditChanges.Between(Of(before), Of(after), FlowsApiJson.Default.FlowAudit);

    private static FlowAudit? Of(Flow? flow) => flow is null ? null : new(flow.Name, FlowView.Of(flow).Trigger, flow.Published, flow.Started);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime), typeof(Words<RunState>), typeof(Words<WaitKind>), typeof(Words<StatsBy>)])]
[JsonSerializable(typeof(FlowView))]
[JsonSerializable(typeof(Page<FlowView>))]
[JsonSerializable(typeof(MadeFlowView))]
[JsonSerializable(typeof(FlowDraftView))]
[JsonSerializable(typeof(FlowMistakes))]
[JsonSerializable(typeof(FlowVersionText))]
[JsonSerializable(typeof(Page<FlowVersionView>))]
[JsonSerializable(typeof(FlowFile))]
[JsonSerializable(typeof(FlowAudit))]
[JsonSerializable(typeof(FlowStats))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(Page<RunSummary>))]
internal sealed partial class FlowsApiJson : JsonSerializerContext
{
    static FlowsApiJson() => Default = new FlowsApiJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
