using System.Collections.Concurrent;
using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows.BuiltIn;
using PPMessage.Flows.Definitions;
using PPMessage.Segments;

namespace PPMessage.Flows;

/// <summary>
/// Flows as runs need them: which ones are started (cached for <see cref="Timing.CacheFor"/>; changes through this instance are seen at once), and their versions, which
/// never change and are read and compiled once. Thread-safe.
/// </summary>
internal sealed class FlowLibrary(FlowStore store, AttributeDirectory attributes, PPMessageOptions options, TimeProvider time)
{
    // Far more than are ever in use at a time; beyond it all are read anew.
    private const int MostKept = 2000;

    private readonly Cached<FlowShelf> _shelf = new(store.ShelfAsync, time);
    private readonly ConcurrentDictionary<(string Id, int Version), FlowDefinition> _versions = new();

    private FlowLibrary? _beneath;
    private FlowDefinition? _put;

    /// <summary>The same library with one definition in the place of the version that it says it is, and of what is published of its flow: nobody else sees it.</summary>
    public FlowLibrary With(FlowDefinition flow) => new(store, attributes, options, time) { _beneath = this, _put = flow };

    public ValueTask<FlowShelf> ShelfAsync(CancellationToken cancellation) => _shelf.GetAsync(options.Timing.CacheFor, cancellation);

    public void Forget() => _shelf.Forget();

    /// <summary>The version that new runs of a flow get; null: there is none.</summary>
    public async ValueTask<FlowDefinition?> PublishedAsync(string id, CancellationToken cancellation)
    {
        if (_beneath is not null) return _put!.FlowId == id ? _put : await _beneath.PublishedAsync(id, cancellation);
        return (await ShelfAsync(cancellation)).Flows.GetValueOrDefault(id)?.Published is { } version ? await FindAsync(id, version, cancellation) : null;
    }

    public async ValueTask<FlowDefinition?> FindAsync(string id, int version, CancellationToken cancellation)
    {
        if (_beneath is not null) return _put!.FlowId == id && _put.Version == version ? _put : await _beneath.FindAsync(id, version, cancellation);
        if (BuiltInFlows.Find(id) is { } builtIn) return builtIn.Flow.Published == version ? builtIn.Definition : null;
        if (_versions.TryGetValue((id, version), out var known)) return known;
        if (await store.VersionAsync(id, version, cancellation) is not { } text) return null;
        // It was checked when it was published. What the program understands may have become less since: then it is as if it were not there.
        if (Read(text.Definition, await attributes.KnownAsync(cancellation), out _) is not { } definition) return null;
        if (_versions.Count >= MostKept) _versions.Clear();
        return _versions[(id, version)] = definition with { FlowId = id, Version = version };
    }

    /// <summary>Reads a definition, with the mistakes that it has.</summary>
    public static FlowDefinition? Read(JsonElement json, KnownAttributes known, out IDictionary<string, string[]> mistakes) =>
        DefinitionReader.Read(json, attribute => ContactFields.OfAttribute(attribute, known), out mistakes);
}
