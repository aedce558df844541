using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows.Definitions;

namespace PPMessage.Flows.Publishing;

/// <summary>Says of a definition everything that keeps it from being published. Thread-safe.</summary>
internal sealed class FlowCheck(AttributeDirectory attributes, FlowReferences references)
{
    /// <summary>The definition, and no mistakes; or null, and mistakes by place.</summary>
    /// <param name="id">The flow whose it is to be; empty: that of no flow yet.</param>
    public async Task<(FlowDefinition? Definition, IDictionary<string, string[]> Mistakes)> OfAsync(string id, JsonElement json, CancellationToken cancellation)
    {
        if (FlowLibrary.Read(json, await attributes.KnownAsync(cancellation), out var mistakes) is not { } read) return (null, mistakes);
        var definition = read with { FlowId = id };
        mistakes = await references.MistakesAsync(definition, cancellation);
        return (mistakes.Count == 0 ? definition : null, mistakes);
    }
}
