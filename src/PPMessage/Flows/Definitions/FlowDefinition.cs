using System.Text.Json;
using PPMessage.Filters;
using PPMessage.Flows.Simulation;

namespace PPMessage.Flows.Definitions;

/// <summary>One version of a flow, read, checked and compiled. Immutable; thread-safe.</summary>
/// <param name="Variables">What they hold when a run begins.</param>
/// <param name="Tests">Cases of its own, which publishing plays.</param>
/// <param name="Subflows">Ids of the flows that it calls.</param>
internal sealed record FlowDefinition(
    string Name, Trigger Trigger, string Start, IReadOnlyDictionary<string, Step> Steps, IReadOnlyDictionary<string, JsonElement> Variables, IReadOnlyList<FlowTest> Tests,
    IReadOnlyList<string> Subflows)
{
    /// <summary>The flow that it is a version of.</summary>
    public string FlowId { get; init; } = string.Empty;

    /// <summary>0: a draft.</summary>
    public int Version { get; init; }

    /// <summary>Names of variables that it gives a value itself, at the beginning or by any step.</summary>
    public IReadOnlySet<string> KnownVariables { get; init; } = new HashSet<string>();

    /// <summary>Null: this version has no such step (a run came from another one).</summary>
    public Step? Find(string? step) => step is null ? null : Steps.GetValueOrDefault(step);
}

/// <summary>What starts a flow.</summary>
/// <param name="ChannelKind">Only on channels of this kind; null: any.</param>
/// <param name="ChannelId">Only on this channel; null: any of the kind.</param>
/// <param name="IncludeOptOut">Also by messages that are nothing but STOP, START or HELP, which the provider answers.</param>
/// <param name="IncludeAutomatic">Also by automatic mail (out of office …): a flow that answers it may talk to a machine for ever.</param>
/// <param name="When">Only if it holds; null: always.</param>
internal sealed record Trigger(TriggerWord On, string? ChannelKind, string? ChannelId, bool IncludeOptOut, bool IncludeAutomatic, Filter? When)
{
    /// <summary>At most one started flow has the same one; null: any number may.</summary>
    public string? Slot => On is TriggerWord.Api or TriggerWord.Schedule ? null : $"{Triggers.Word(On)}|{ChannelId ?? ChannelKind ?? Triggers.AnyChannel}";
}

internal enum TriggerWord
{
    MessageReceived,
    ConversationOpened,
    ConversationResolved,
    ContactCreated,
    ContactUpdated,

    /// <summary>A campaign starts it.</summary>
    Schedule,

    /// <summary>By hand, by a program, or by another flow.</summary>
    Api,
}

internal static class Triggers
{
    public const string AnyChannel = "*";

    private static readonly Dictionary<string, TriggerWord> Words = new()
    {
        ["message.received"] = TriggerWord.MessageReceived,
        ["conversation.opened"] = TriggerWord.ConversationOpened,
        ["conversation.resolved"] = TriggerWord.ConversationResolved,
        ["contact.created"] = TriggerWord.ContactCreated,
        ["contact.updated"] = TriggerWord.ContactUpdated,
        ["schedule"] = TriggerWord.Schedule,
        ["api"] = TriggerWord.Api,
    };

    public static IEnumerable<string> All => Words.Keys;

    public static TriggerWord? Find(string word) => Words.TryGetValue(word, out var found) ? found : null;

    public static string Word(TriggerWord trigger) => Words.First(word => word.Value == trigger).Key;
}

/// <summary>A case that a flow is to pass: what happens, and what is to come of it.</summary>
internal sealed record FlowTest(string Name, Script Given, Expectation Expected);
