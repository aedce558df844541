using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations.Assigning;
using PPMessage.Conversations.Sending;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Simulation;

/// <summary>Plays scripts in this workspace: its hours, teams, attributes and flows, and its agents and contacts where the script names none of its own. Only reads. Thread-safe.</summary>
internal sealed class Simulations(
    FlowLibrary library, Workplaces workplaces, ContactStore contacts, HomeThreads homes, PresenceStore presence, ChannelDirectory channels, ChannelKinds kinds, MessageSender sender, Assigner assigner,
    PPMessageOptions options, TimeProvider time)
{
    // Where neither script nor flow nor workspace says by which kind of channel.
    private const string UsualKind = "sms";

    /// <returns>What came of it; or what the script names and is not there.</returns>
    public async Task<(SimulationView? Played, ScriptMistake? Mistake)> PlayAsync(FlowDefinition flow, Script script, CancellationToken cancellation)
    {
        var at = script.At ?? time.GetUtcNow();
        var real = script.Contact.Id is { } id ? (await contacts.FindAsync(id, cancellation))?.Contact : null;
        if (script.Contact.Id is { } gone && real is null) return (null, new ScriptMistake("contact.id", $"there is no contact {gone}"));
        var scene = await SceneAsync(flow, script, real, at, cancellation);
        return scene.Mistake is { } mistake ? (null, mistake) : (await Simulator.PlayAsync(scene, cancellation), null);
    }

    private async Task<Scene> SceneAsync(FlowDefinition flow, Script script, Contact? real, DateTimeOffset at, CancellationToken cancellation)
    {
        var online = real is null ? script.Contact.Online : await presence.IsOnlineAsync(real.Id, cancellation);
        var kind = Staging.KindIn(flow, script) ?? await KindAsync(flow.Trigger.ChannelId, real ?? script.Contact.Described, cancellation);
        var channel = await ChannelIdAsync(flow.Trigger.ChannelId, kind, cancellation);
        var readsOptOut = (kinds.Reach(kind) ?? AddressKind.Phone) == AddressKind.Phone;
        var world = new World(library.With(flow), options.Flows, ChannelAsync, assigner.RuleAsync);
        var via = new Via(kind, channel, readsOptOut) { IsNowhere = await IsNowhereAsync(script, real, cancellation) };
        return Staging.Of(flow, script, new Person(real ?? Staging.Described(script.Contact.Described, at), online), via, await workplaces.NowAsync(cancellation), world, at);
    }

    // Where a run would lie. A described one whose addresses are told is reached as a real one is; as long as no channel is active at all, by any that it has.
    private async Task<bool> IsNowhereAsync(Script script, Contact? real, CancellationToken cancellation)
    {
        if (real is not null) return (await homes.OfAsync(real, script.Conversation?.ChannelKind, Ids.NewUlid(time.GetUtcNow()), cancellation)).ChannelId is null;
        if (!script.Contact.SaysAddresses) return false;
        var (described, isAnyActive) = (script.Contact.Described, false);
        foreach (var kind in (await channels.AllAsync(cancellation)).Select(channel => channel.Kind).Distinct())
        {
            if (await ChannelAsync(kind, cancellation) is not { } active) continue;
            if (described.First(active.Reaches) is not null) return false;
            isAnyActive = true;
        }

        return isAnyActive || described.Phones.Count + described.Emails.Count == 0;
    }

    private async Task<string> KindAsync(string? channelId, Contact contact, CancellationToken cancellation)
    {
        if (channelId is not null && await channels.FindAsync(channelId, cancellation) is { } named) return named.Kind;
        foreach (var kind in (await channels.AllAsync(cancellation)).Select(channel => channel.Kind).Distinct().Order(StringComparer.Ordinal))
            if (await ChannelAsync(kind, cancellation) is { } active && contact.First(active.Reaches) is not null) return kind;
        return UsualKind;
    }

    /// <param name="named">By the trigger. What is of another kind comes by another channel.</param>
    private async Task<string> ChannelIdAsync(string? named, string kind, CancellationToken cancellation) =>
        named is not null && (await channels.FindAsync(named, cancellation))?.Kind == kind ? named : (await channels.ActiveAsync(kind, cancellation))?.Id ?? string.Empty;

    private async ValueTask<SimulatedChannel?> ChannelAsync(string kind, CancellationToken cancellation)
    {
        if (await channels.ActiveAsync(kind, cancellation) is not { } channel || await sender.ForAsync(channel.Id, cancellation) is not { } via) return null;
        return new SimulatedChannel(kinds.Reached(channel), kinds.Of(channel)?.HasSubject == true, via.Sender.Check);
    }
}
