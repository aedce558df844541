using System.Text.Json;
using PPMessage.Flows.Definitions;

namespace PPMessage.Flows;

/// <summary>A flow as stored, without what its versions say.</summary>
internal sealed record Flow
{
    public const string IdPrefix = "fl_";

    public required string Id { get; init; }

    /// <summary>Of the published version; of the draft where nothing is published yet.</summary>
    public required string Name { get; init; }

    /// <summary>Of the published version.</summary>
    public TriggerSummary? Trigger { get; init; }

    /// <summary>The version that new runs get; null: none was ever published.</summary>
    public int? Published { get; init; }

    /// <summary>When that version became the published one, and who made it so; null: it comes with the program.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    public string? PublishedBy { get; init; }

    /// <summary>See <see cref="DefinitionText.Hash"/>: of the published version.</summary>
    public string? PublishedHash { get; init; }

    /// <summary>The same of the draft, as it was saved last.</summary>
    public string? DraftHash { get; init; }

    /// <summary>Whether the draft says something else than the published version.</summary>
    public bool HasDraft => DraftHash is not null && DraftHash != PublishedHash;

    /// <summary>The highest number that was ever given.</summary>
    public int LastVersion { get; init; }

    /// <summary>Lower numbers under which nothing was ever published, whatever is stored there; null: none.</summary>
    public IReadOnlyList<int>? Unpublished { get; init; }

    /// <summary>Whether a version has this number.</summary>
    public bool HasVersion(int number) => number > 0 && number <= LastVersion && Unpublished?.Contains(number) != true;

    /// <summary>Whether what happens starts runs. Runs that go on already go on either way.</summary>
    public bool Started { get; init; }

    /// <summary>It comes with the program and can be stopped and copied, but not changed.</summary>
    public bool BuiltIn { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts changes by clients; the resource's ETag.</summary>
    public int Version { get; init; } = 1;
}

/// <param name="On">In the words of <see cref="Triggers"/>.</param>
/// <param name="Slot">See <see cref="Definitions.Trigger.Slot"/>.</param>
internal sealed record TriggerSummary(string On, string? ChannelKind, string? ChannelId, string? Slot)
{
    public static TriggerSummary Of(Trigger trigger) => new(Triggers.Word(trigger.On), trigger.ChannelKind, trigger.ChannelId, trigger.Slot);
}

/// <summary>What a version, or the draft, says. A published one never changes.</summary>
/// <param name="By">Who published it, or saved the draft.</param>
/// <param name="Note">What is new in it, for people.</param>
internal sealed record FlowText(JsonElement Definition, DateTimeOffset At, string By, string? Note)
{
    /// <summary>Which request published it: a repetition of the same one knows it by that.</summary>
    public string? Request { get; init; }
}

/// <summary>Row <c>slot|{slot}</c>: which flow is started for it. Null: none is, not even the built-in one.</summary>
internal sealed record FlowSlot(string? FlowId);
