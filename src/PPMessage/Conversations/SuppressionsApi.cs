using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>An address that one channel must not send to, as the API shows it, with what was ever said of it, oldest first.</summary>
internal sealed record SuppressionView(
    string Address, string ChannelKind, string ChannelId, bool Stopped, string? Reason, string? Source, DateTimeOffset? CreatedAt, IReadOnlyList<ConsentChange> History);

/// <summary>What of a suppression the audit log tells before and after.</summary>
internal sealed record SuppressionAudit(bool Stopped, IReadOnlyList<string> Reasons);

/// <summary><c>/api/suppressions?address=…&amp;channelId=…</c>: whether an address may be messaged, and lifting what keeps it from that, here and at the provider.</summary>
internal sealed class SuppressionsApi(ChannelDirectory channels, Consents consents, IServiceProvider services, AuditLog audit, TimeProvider time)
{
    public async Task<IResult> GetAsync(HttpContext context, CancellationToken cancellation)
    {
        var (channel, address, problem) = await WhoseAsync(context, cancellation);
        if (channel is null) return problem!;
        var head = await consents.HeadAsync(channel.Id, address, cancellation);
        IReadOnlyList<SuppressionView> items = head?.Consent is { } consent ? [View(channel, head.Address.Length > 0 ? head.Address : address, consent)] : [];
        return TypedResults.Json(new Page<SuppressionView>(items, null), ConversationsApiJson.Default.PageSuppressionView);
    }

    /// <summary>
    /// Lifts it at the provider first, then here: dying in between leaves what is asked for again. Idempotent. What a contact has stopped by a word only a word
    /// of the contact lifts; complaints and unsubscriptions only an admin.
    /// </summary>
    public async Task<IResult> LiftAsync(HttpContext context, CancellationToken cancellation)
    {
        var (channel, address, problem) = await WhoseAsync(context, cancellation);
        if (channel is null) return problem!;
        if (services.GetKeyedService<LiftSuppression>($"{channel.Provider}/{channel.Kind}") is not { } lift)
            return Problems.Conflict("Only the contact can lift this, by sending START.");
        var isAdmin = context.Caller().Role == Role.Admin;
        if (!isAdmin && !OnlyBounced(await consents.OfAsync(channel.Id, address, cancellation) ?? Consent.Unspoken)) return OnlyAdmins();
        var before = await consents.OfAsync(channel.Id, address, cancellation) ?? Consent.Unspoken;
        if (await lift(channel, address, bouncesOnly: !isAdmin, cancellation) is { } refusal) return Problems.Of(StatusCodes.Status502BadGateway, "Not lifted", refusal);
        var lifted = new ConsentChange(false, context.Caller().Key, "lifted", null, time.GetUtcNow(), SuppressionReasons.Manual);
        // Asked again: the contact may have complained while the provider was.
        if (!await consents.ApplyAsync(channel.Id, address, lifted, consent => isAdmin || OnlyBounced(consent), cancellation)) return OnlyAdmins();
        await audit.WriteAsync(context.Caller().Key, "suppression.lifted", channel.Id, address, Changes(before));
        return TypedResults.NoContent();
    }

    private static IReadOnlyDictionary<string, AuditChange> Changes(Consent before) => AuditChanges.Between(
        new SuppressionAudit(before.Stopped, [.. before.Stops.Select(stop => stop.Reason)]), new SuppressionAudit(false, []), ConversationsApiJson.Default.SuppressionAudit);

    private static bool OnlyBounced(Consent consent) => consent.Stops.All(stop => stop.Reason == SuppressionReasons.Bounce);

    private static IResult OnlyAdmins() => Problems.Forbidden("The contact has complained or unsubscribed: only an admin lifts that.");

    private async Task<(Channel? Channel, string Address, IResult? Problem)> WhoseAsync(HttpContext context, CancellationToken cancellation)
    {
        var (address, id) = (context.Request.Query["address"].ToString().Trim(), context.Request.Query["channelId"].ToString());
        if (address.Length is 0 or > 320 || address.Any(char.IsControl)) return (null, address, Problems.Invalid("address", "is required: a number or an e-mail address"));
        if (address[0] != '+' && address.All(char.IsDigit) && context.Request.Query["address"].ToString().StartsWith(' ')) address = "+" + address;
        return await channels.FindAsync(id, cancellation) is { } channel
            ? (channel, address, null)
            : (null, address, Problems.Invalid("channelId", id.Length == 0 ? "is required" : "there is no such channel"));
    }

    private static SuppressionView View(Channel channel, string address, Consent consent)
    {
        var stop = consent.StoppedBy;
        return new(address, channel.Kind, channel.Id, consent.Stopped, stop?.Reason, stop?.Source, stop?.At, consent.History);
    }
}
