using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows.Definitions;

namespace PPMessage.Flows.Publishing;

/// <param name="Definition">Null: it has mistakes.</param>
/// <param name="Mistakes">What keeps it from being published, by place.</param>
/// <param name="Warnings">What may be meant otherwise, by place; it keeps nothing back.</param>
internal sealed record CheckedFlow(FlowDefinition? Definition, IDictionary<string, string[]> Mistakes, IReadOnlyDictionary<string, IReadOnlyList<string>> Warnings);

/// <summary>Says of a definition everything that keeps it from being published. Thread-safe.</summary>
internal sealed class FlowCheck(AttributeDirectory attributes, FlowReferences references, ChannelKinds kinds, ContentChecks contents, PPMessageOptions options)
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> None = new Dictionary<string, IReadOnlyList<string>>();

    /// <param name="id">The flow whose it is to be; empty: that of no flow yet.</param>
    public async Task<CheckedFlow> OfAsync(string id, JsonElement json, CancellationToken cancellation)
    {
        var (read, mistakes) = await ReadAsync(id, json, cancellation);
        if (read is null) return new(null, mistakes, None);
        mistakes = await references.MistakesAsync(read, cancellation);
        var (never, doubts) = FlowSense.Of(read, new SenseOfPlace(options.PublicBaseUrl.IsLoopback, contents.MistakeOf, kind => kinds.Reach(kind) == AddressKind.Phone));
        foreach (var (place, told) in never) mistakes.TryAdd(place, told);
        return new(mistakes.Count == 0 ? read : null, mistakes, doubts);
    }

    /// <summary>Whether what was published once can be again: also what a draft would not be published with any more.</summary>
    /// <returns>The definition, and no mistakes; or null, and mistakes by place.</returns>
    public async Task<(FlowDefinition? Definition, IDictionary<string, string[]> Mistakes)> AgainAsync(string id, JsonElement json, CancellationToken cancellation)
    {
        var (read, mistakes) = await ReadAsync(id, json, cancellation);
        if (read is not null) mistakes = await references.MistakesAsync(read, cancellation);
        return (mistakes.Count == 0 ? read : null, mistakes);
    }

    private async Task<(FlowDefinition? Definition, IDictionary<string, string[]> Mistakes)> ReadAsync(string id, JsonElement json, CancellationToken cancellation)
    {
        var read = FlowLibrary.Read(json, await attributes.KnownAsync(cancellation), out var mistakes);
        return (read is null ? null : read with { FlowId = id }, mistakes);
    }
}
