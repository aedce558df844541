using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels.Setup;
using PPMessage.Http;

namespace PPMessage.Channels;

/// <summary>Whether conversations use a channel; registered by whoever keeps conversations.</summary>
internal delegate Task<bool> ChannelInUse(string channelId, CancellationToken cancellation);

/// <summary><c>/api/channels</c>: configured ways to send and receive. What a kind of channel needs, its <see cref="IChannelKind"/> says.</summary>
internal sealed class ChannelsApi(
    ChannelStore store,
    ChannelKinds kinds,
    SecretBox box,
    Idempotency idempotency,
    AuditLog audit,
    ConnectionStore connections,
    PPMessageOptions options,
    TimeProvider time,
    ChannelInUse? inUse = null)
{
    private const int HookKeyBytes = 20;
    private const int LongestWord = 50;

    // How often a change is tried anew when others change the same channel at the same time.
    private const int Tries = 4;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!PageRequest.TryFrom(context, ChannelStore.IdPrefix, out var page, out var problem)) return problem;
        var channels = await store.ListAsync(page, cancellation);
        var active = await store.ActiveAsync(cancellation);
        return TypedResults.Json(new Page<ChannelView>([.. channels.Items.Select(channel => View(channel, active))], channels.Next), ChannelJson.Default.PageChannelView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } found ? await OkAsync(context, found.Channel, cancellation) : None();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var (kind, provider) = (fields.Text("kind", null, LongestWord), fields.Text("provider", null, LongestWord));
        var found = kinds.Find(provider, kind);
        if (found is null) fields.Refuse("provider", $"and kind together must be one of: {string.Join(", ", kinds.All)}");
        var edit = ChannelEdit.Read(fields, null, found);
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context.Caller(), kind, provider, edit, scope, cancellation), cancellation);
    }

    /// <summary>
    /// What makes the channel this sender (its identity, e.g. the number) can't change while conversations use it: their threads would go on with another sender.
    /// </summary>
    public async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return None();
            if (!ETags.Matches(context, found.Channel.Version)) return Problems.Stale();
            var edit = ChannelEdit.Read(fields, found.Channel, kinds.Of(found.Channel));
            if ((fields.Problem() ?? await RefusalAsync(edit, found.Channel, cancellation)) is { } refusal) return refusal;

            var after = Next(edit.ApplyTo(found.Channel, box));
            var changes = ChannelAudit.Between(found.Channel, after);
            if (changes.Count == 0) return await OkAsync(context, found.Channel, cancellation);
            var change = await store.ReplaceAsync(found, after, cancellation);
            if (change.Holder is { } holder) return await SameSenderAsync(holder, cancellation);
            if (!change.Done) continue;
            await audit.WriteAsync(context.Caller().Key, "channel.changed", id, edit.Describe(found.Channel), changes);
            return await OkAsync(context, after, cancellation);
        }

        return Busy();
    }

    /// <summary>With <c>?archive=true</c> it stays for what it has sent, and does nothing more than take delivery callbacks.</summary>
    public async Task<IResult> DeleteAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var archive = context.Request.Query["archive"].ToString();
        if (archive is not ("" or "true" or "false")) return Problems.Invalid("archive", "must be true or false");
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return None();
            if (!ETags.Matches(context, found.Channel.Version)) return Problems.Stale();
            var answer = archive == "true" ? await ArchiveAsync(context, found, cancellation) : await DeleteAsync(context, found, cancellation);
            if (answer is not null) return answer;
        }

        return Busy();
    }

    public async Task<IResult> ActivateAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } found) return None();
        if (found.Channel.Archived) return Archived();
        await store.ActivateAsync(found.Channel, cancellation);
        await audit.WriteAsync(context.Caller().Key, "channel.activated", id, found.Channel.Kind);
        return await OkAsync(context, found.Channel, cancellation);
    }

    public async Task<IResult> DeactivateAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } found) return None();
        await store.DeactivateAsync(found.Channel, cancellation);
        await audit.WriteAsync(context.Caller().Key, "channel.deactivated", id, found.Channel.Kind);
        return await OkAsync(context, found.Channel, cancellation);
    }

    private async Task<Outcome> CreateAsync(Caller caller, string kind, string provider, ChannelEdit edit, RequestScope scope, CancellationToken cancellation)
    {
        if (edit.SetsSecrets && !box.CanWrap) return Outcome.Refused(NoSecretsKey());
        var channel = edit.ApplyTo(Blank(ChannelStore.IdPrefix + scope.NewUlid(), kind, provider, scope.CreatedAt), box);
        var change = await store.CreateAsync(channel, cancellation);
        var stands = change.Done ? channel : (await store.FindAsync(channel.Id, cancellation))?.Channel;
        if (stands is null) return Outcome.Refused(change.Holder is { } holder ? await SameSenderAsync(holder, cancellation) : Busy());

        await audit.WriteAsync(caller.Key, "channel.created", channel.Id, $"{channel.Provider}/{channel.Kind} {channel.Name}", ChannelAudit.Between(null, channel));
        var view = View(stands, await store.ActiveAsync(cancellation));
        return Outcome.Of(Answer.Created($"/api/channels/{stands.Id}", stands.Version, view, ChannelJson.Default.ChannelView));
    }

    private static Channel Blank(string id, string kind, string provider, DateTimeOffset now) => new()
    {
        Id = id,
        Kind = kind,
        Provider = provider,
        Name = string.Empty,
        Settings = new Dictionary<string, string>(),
        Secrets = new Dictionary<string, WrappedSecret>(),
        HookKey = Ids.Base32(RandomNumberGenerator.GetBytes(HookKeyBytes)),
        CreatedAt = now,
        UpdatedAt = now,
    };

    private Channel Next(Channel channel) => channel with { Version = channel.Version + 1, UpdatedAt = time.GetUtcNow() };

    private async Task<IResult?> RefusalAsync(ChannelEdit edit, Channel before, CancellationToken cancellation)
    {
        if (kinds.Of(before) is null) return Problems.Conflict($"No {before.Provider}/{before.Kind} is installed: this channel can only be archived or deleted.");
        if (edit.SetsSecrets && !box.CanWrap) return NoSecretsKey();
        if (before.Archived && edit.InboundEnabled) return Archived();
        if (kinds.Of(before) is { } kind && kind.ConnectsTo(before.Settings) != kind.ConnectsTo(edit.Settings) && await IsConnectedAsync(before, cancellation))
            return Problems.Conflict($"The channel is connected, and what was written at its provider could not be undone after this change: disconnect it first (POST /api/channels/{before.Id}/disconnect).");
        var live = before with { Archived = false };
        var identity = store.WithIdentity(live).Identity;
        if (identity is null || identity == store.WithIdentity(live with { Settings = edit.Settings }).Identity) return null;
        return before.Archived || await IsUsedAsync(before, cancellation)
            ? Problems.Conflict("Conversations use this channel, so its sender can't become another one: make a new channel and archive this one.")
            : null;
    }

    private async Task<IResult?> ArchiveAsync(HttpContext context, StoredChannel found, CancellationToken cancellation)
    {
        await store.DeactivateAsync(found.Channel, cancellation);
        var after = Next(found.Channel with { Archived = true, InboundEnabled = false });
        if (!(await store.ReplaceAsync(found, after, cancellation)).Done) return null;
        await audit.WriteAsync(context.Caller().Key, "channel.archived", after.Id, after.Name, ChannelAudit.Between(found.Channel, after));
        return await OkAsync(context, after, cancellation);
    }

    private async Task<IResult?> DeleteAsync(HttpContext context, StoredChannel found, CancellationToken cancellation)
    {
        if (await IsConnectedAsync(found.Channel, cancellation))
            return Problems.Conflict($"The channel is connected: its provider would go on calling us. Disconnect it first (POST /api/channels/{found.Channel.Id}/disconnect), or archive it where its provider can't be asked any more: ?archive=true.");
        if (await IsUsedAsync(found.Channel, cancellation)) return Problems.Conflict("Conversations use this channel. Archive it instead: ?archive=true.");
        await store.DeactivateAsync(found.Channel, cancellation);
        if (!(await store.DeleteAsync(found, cancellation)).Done) return null;
        await audit.WriteAsync(context.Caller().Key, "channel.deleted", found.Channel.Id, found.Channel.Name, ChannelAudit.Between(found.Channel, null));
        return TypedResults.NoContent();
    }

    private async Task<bool> IsConnectedAsync(Channel channel, CancellationToken cancellation) => await connections.FindAsync(channel.Id, cancellation) is not null;

    private async Task<bool> IsUsedAsync(Channel channel, CancellationToken cancellation) => inUse is not null && await inUse(channel.Id, cancellation);

    private async Task<IResult> OkAsync(HttpContext context, Channel channel, CancellationToken cancellation) =>
        ETags.Ok(context, View(channel, await store.ActiveAsync(cancellation)), ChannelJson.Default.ChannelView, channel.Version);

    private ChannelView View(Channel channel, IReadOnlySet<string> active) => ChannelView.Of(
        channel,
        !channel.Archived && active.Contains(channel.Id),
        kinds.Of(channel)?.Urls(options.PublicBaseUrl, channel.HookKey) ?? new Dictionary<string, string>(),
        box);

    private async Task<IResult> SameSenderAsync(string holder, CancellationToken cancellation) =>
        Problems.Conflict($"Channel {holder} ({(await store.FindAsync(holder, cancellation))?.Channel.Name}) is this sender already.");

    private static IResult None() => Problems.NotFound("There is no such channel.");

    private static IResult Archived() => Problems.Conflict("The channel is archived.");

    private static IResult Busy() => Problems.Conflict("Others change this channel at the same time: try again.");

    private static IResult NoSecretsKey() =>
        Problems.NotConfigured($"Secrets can't be stored: the setting PPMessage__SecretsKey is missing or has fewer than {PPMessageOptions.ShortestSecretsKey} characters.");
}
