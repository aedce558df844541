using System.Text.Json;
using PPMessage.Agents;
using PPMessage.Agents.Hours;
using PPMessage.Contacts.Attributes;
using PPMessage.Contacts.Facts;
using PPMessage.Filters;
using PPMessage.Storage;

namespace PPMessage.Segments;

/// <summary>Makes filters and segments into what can be asked who is in them. Thread-safe.</summary>
internal sealed class SegmentMembership(SegmentStore segments, Candidates candidates, AttributeDirectory attributes, KnownChannelKinds kinds, SettingStore<BusinessHours> hours)
{
    /// <summary>For use. Null: there is no such segment.</summary>
    public async Task<CompiledSegment?> CompileAsync(string segmentId, CancellationToken cancellation) =>
        await segments.FindAsync(segmentId, cancellation) is { } found ? await CompileAsync(found.Segment, cancellation) : null;

    /// <summary>A filter that somebody writes. Null when it has mistakes, which are told by where they are.</summary>
    /// <param name="path">Of the filter in what was written.</param>
    public async Task<CompiledSegment?> CompileAsync(JsonElement filter, string path, Action<string, string> mistake, CancellationToken cancellation)
    {
        var known = await attributes.KnownAsync(cancellation);
        return Filter.Compile(filter, name => SegmentFields.Find(name, key => ContactFields.OfAttribute(key, known), kinds().Contains), path, mistake) is { } compiled ? await OfAsync(compiled, cancellation) : null;
    }

    /// <summary>All that can be asked for, custom attributes that have a definition included.</summary>
    public async Task<IReadOnlyList<Field>> FieldsAsync(CancellationToken cancellation)
    {
        var known = await attributes.KnownAsync(cancellation);
        return [.. SegmentFields.All(kinds()), .. known.ByKey.Keys.Order(StringComparer.Ordinal).Select(key => ContactFields.OfAttribute(key, known)!)];
    }

    // It was right when it was written. What was taken away since (a choice, a definition, a kind of channel) nobody has any more, and is no mistake now.
    private async Task<CompiledSegment> CompileAsync(Segment segment, CancellationToken cancellation)
    {
        if (await CompileAsync(segment.Filter, string.Empty, (_, _) => { }, cancellation) is { } strict) return strict;
        var lenient = Filter.Compile(segment.Filter, name => SegmentFields.Find(name, _ => null, _ => true), string.Empty, (_, _) => { });
        return await OfAsync(lenient ?? throw new StoreException($"The filter of {segment.Id} can't be read."), cancellation);
    }

    private async Task<CompiledSegment> OfAsync(Filter filter, CancellationToken cancellation) => new(filter, candidates, (await hours.GetAsync(cancellation)).TimeZone);
}
