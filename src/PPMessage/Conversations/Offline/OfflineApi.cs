using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Http;

namespace PPMessage.Conversations.Offline;

/// <summary><c>/api/settings/offline-messages</c>.</summary>
internal sealed class OfflineApi(SettingStore<OfflineSettings> store, ChannelDirectory channels, ChannelKinds kinds, AuditLog audit)
{
    private const int MostPreferred = 10;

    public async Task<IResult> GetAsync(HttpContext context, CancellationToken cancellation) => await OkAsync(context, await store.ReadAsync(cancellation), cancellation);

    public async Task<IResult> PutAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var before = await store.ReadAsync(cancellation);
        if (!ETags.Matches(context, before.Version)) return Problems.Stale();
        var after = Read(fields) with { Version = before.Version + 1 };
        if (fields.Problem() is { } mistakes) return mistakes;
        if (!await store.ReplaceAsync(after, cancellation)) return Problems.Conflict("Others change this setting at the same time: try again.");
        await audit.WriteAsync(context.Caller().Key, "setting.changed", "offline-messages", changes: Changes(before, after));
        return await OkAsync(context, after, cancellation);
    }

    private static IReadOnlyDictionary<string, AuditChange> Changes(OfflineSettings before, OfflineSettings after) =>
        AuditChanges.Between(before with { Version = 0 }, after with { Version = 0 }, OfflineJson.Default.OfflineSettings);

    /// <summary>A whole one: what a PUT leaves out is as if never set.</summary>
    private OfflineSettings Read(Fields fields)
    {
        var email = fields.Object("email");
        var from = email.Word<OfflineSender>("from", OfflineSender.Team);
        var address = email.OptionalText("address", null, 254);
        if (address is not null && Address.OfEmail(address) is null) fields.Refuse("email.address", "is no e-mail address");
        var prefer = fields.Texts("prefer", [], MostPreferred, 20);
        var unknown = prefer.Where(kind => !kinds.All.Any(served => served.EndsWith($"/{kind}", StringComparison.Ordinal))).ToList();
        if (unknown.Count > 0) fields.Refuse("prefer", $"nothing here can send by {string.Join(", ", unknown)}");
        return new OfflineSettings { Email = new OfflineEmail(from, address is null ? null : Address.OfEmail(address)?.Value), Prefer = [.. prefer.Distinct()] };
    }

    private async Task<IResult> OkAsync(HttpContext context, OfflineSettings settings, CancellationToken cancellation)
    {
        var warnings = new List<string>();
        foreach (var kind in settings.Prefer)
            if (await channels.ActiveAsync(kind, cancellation) is null) warnings.Add($"No {kind} channel is active: nothing goes by it until one is.");
        if (settings.Email.Address is { } address && !await IsCoveredAsync(address, cancellation))
            warnings.Add($"Answers to {address} come here only if a route of the mail provider forwards them: no channel that takes mail has this address or its domain.");
        return ETags.Ok(context, new OfflineView(settings.Email, settings.Prefer, warnings), OfflineJson.Default.OfflineView, settings.Version);
    }

    private async Task<bool> IsCoveredAsync(string address, CancellationToken cancellation) =>
        (await channels.AllAsync(cancellation)).Any(channel =>
            channel is { Archived: false, InboundEnabled: true } && kinds.Of(channel)?.Reaches == AddressKind.Email
            && (string.Equals(channel.Setting("address"), address, StringComparison.OrdinalIgnoreCase)
                || address.EndsWith($"@{channel.Setting("domain")}", StringComparison.OrdinalIgnoreCase)));
}
