using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Http;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>An address that one channel must not send to, as the API shows it, with what was ever said of it, oldest first.</summary>
/// <param name="OnlyCampaigns">What is stopped are campaigns: whoever writes from there is still answered.</param>
internal sealed record SuppressionView(
    string Address, string ChannelKind, string ChannelId, bool Stopped, bool OnlyCampaigns, string? Reason, string? Source, DateTimeOffset? CreatedAt, IReadOnlyList<ConsentChange> History);

/// <summary>What of a suppression the audit log tells before and after.</summary>
internal sealed record SuppressionAudit(bool Stopped, IReadOnlyList<string> Reasons)
{
    public static SuppressionAudit Of(Consent consent) => new(consent.Stopped, [.. consent.Stops.Select(stop => stop.Reason)]);
}

/// <summary><c>/api/suppressions?address=…&amp;channelId=…</c>: whether an address may be messaged, keeping it from that, and lifting what keeps it, here and at the provider.</summary>
internal sealed class SuppressionsApi(
    ChannelDirectory channels, ChannelKinds kinds, Consents consents, DefaultRegion region, IServiceProvider services, AuditLog audit, TimeProvider time)
{
    private const int LongestAddress = 320;
    private const int LongestId = 100;

    public async Task<IResult> GetAsync(HttpContext context, CancellationToken cancellation)
    {
        var (channel, address, problem) = await WhoseAsync(context, cancellation);
        if (channel is null) return problem!;
        IReadOnlyList<SuppressionView> items = await FindAsync(channel, address, cancellation) is { } view ? [view] : [];
        return TypedResults.Json(new Page<SuppressionView>(items, null), ConversationsApiJson.Default.PageSuppressionView);
    }

    /// <summary>Somebody has asked an agent, or asked before this workspace was, not to be messaged. Idempotent: what is known already is not noted again.</summary>
    public async Task<IResult> StopAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var (address, id) = (fields.Text("address", null, LongestAddress), fields.Text("channelId", null, LongestId));
        if (fields.Text("reason", SuppressionReasons.Manual, LongestId) != SuppressionReasons.Manual) fields.Refuse("reason", "must be manual: the others are what contacts and providers say themselves");
        var channel = await channels.FindAsync(id, cancellation);
        if (channel is null && id.Length > 0) fields.Refuse("channelId", "there is no such channel");
        var typed = channel is null ? null : Address.OfTyped(kinds.Reached(channel), address, await region(cancellation));
        if (channel is not null && typed is null) fields.Refuse("address", "must be one that this channel writes to, such as +8613800000000 or fang@example.com");
        if (fields.Problem() is { } mistakes) return mistakes;
        return await StopAsync(context.Caller(), channel!, typed!.Value, cancellation);
    }

    private async Task<IResult> StopAsync(Caller caller, Channel channel, string address, CancellationToken cancellation)
    {
        var before = await consents.OfAsync(channel.Id, address, cancellation) ?? Consent.Unspoken;
        var stop = new ConsentChange(true, caller.Key, "noted", null, time.GetUtcNow(), SuppressionReasons.Manual);
        await consents.ApplyAsync(channel.Id, address, stop, cancellation);
        if (!before.Knows(stop)) await audit.WriteAsync(caller.Key, "suppression.noted", channel.Id, address, Changes(before, before.After(stop)));
        return TypedResults.Json(await FindAsync(channel, address, cancellation), ConversationsApiJson.Default.SuppressionView);
    }

    /// <summary>
    /// Lifts it at the provider first, then here: dying in between leaves what is asked for again. Idempotent. What a contact has stopped by a word only a word
    /// of the contact lifts; complaints and unsubscriptions only an admin. What was noted by this API, or said by a link of ours, the provider knows nothing of.
    /// </summary>
    public async Task<IResult> LiftAsync(HttpContext context, CancellationToken cancellation)
    {
        var (channel, address, problem) = await WhoseAsync(context, cancellation);
        if (channel is null) return problem!;
        var before = await consents.OfAsync(channel.Id, address, cancellation) ?? Consent.Unspoken;
        var isAdmin = context.Caller().Role == Role.Admin;
        if (!isAdmin && !AnyoneLifts(before)) return OnlyAdmins();
        if (!IsOurs(before) && await LiftThereAsync(channel, address, before, bouncesOnly: !isAdmin, cancellation) is { } refusal) return refusal;
        var lifted = new ConsentChange(false, context.Caller().Key, "lifted", null, time.GetUtcNow(), SuppressionReasons.Manual);
        // Asked again: the contact may have complained, or sent STOP, meanwhile.
        if (!await consents.ApplyAsync(channel.Id, address, lifted, consent => isAdmin ? IsOurs(before) == IsOurs(consent) : AnyoneLifts(consent), cancellation))
            return isAdmin ? Problems.Conflict("Something else keeps this address from being messaged since: look again.") : OnlyAdmins();
        await audit.WriteAsync(context.Caller().Key, "suppression.lifted", channel.Id, address, Changes(before, before.After(lifted)));
        return TypedResults.NoContent();
    }

    private async Task<IResult?> LiftThereAsync(Channel channel, string address, Consent before, bool bouncesOnly, CancellationToken cancellation)
    {
        if (services.GetKeyedService<LiftSuppression>($"{channel.Provider}/{channel.Kind}") is not { } lift)
            return Problems.Conflict(before.Stopped ? "Only the contact can lift this, by sending START." : "Nothing is known here that keeps this address from being messaged. What the provider keeps to itself only the contact can lift, by sending START.");
        return await lift(channel, address, bouncesOnly, cancellation) is { } refusal ? Problems.Of(StatusCodes.Status502BadGateway, "Not lifted", refusal) : null;
    }

    private static IReadOnlyDictionary<string, AuditChange> Changes(Consent before, Consent after) =>
        AuditChanges.Between(SuppressionAudit.Of(before), SuppressionAudit.Of(after), ConversationsApiJson.Default.SuppressionAudit);

    // Said here alone: no provider knows of it.
    private static bool IsOurs(Consent consent) => consent.Stopped && consent.Stops.All(stop => stop.Reason == SuppressionReasons.Manual || stop.IsByLink);

    private static bool AnyoneLifts(Consent consent) => consent.Stops.All(stop => stop.Reason is SuppressionReasons.Bounce or SuppressionReasons.Manual);

    private static IResult OnlyAdmins() => Problems.Forbidden("The contact has complained or unsubscribed: only an admin lifts that.");

    private async Task<(Channel? Channel, string Address, IResult? Problem)> WhoseAsync(HttpContext context, CancellationToken cancellation)
    {
        var (address, id) = (context.Request.Query["address"].ToString().Trim(), context.Request.Query["channelId"].ToString());
        if (address.Length is 0 or > LongestAddress || address.Any(char.IsControl)) return (null, address, Problems.Invalid("address", "is required: a number or an e-mail address"));
        // An unescaped "+" of a query arrives as a blank.
        if (context.Request.Query["address"].ToString().StartsWith(' ') && char.IsAsciiDigit(address[0])) address = "+" + address;
        return await channels.FindAsync(id, cancellation) is { } channel
            ? (channel, Address.OfTyped(kinds.Reached(channel), address, await region(cancellation))?.Value ?? address, null)
            : (null, address, Problems.Invalid("channelId", id.Length == 0 ? "is required" : "there is no such channel"));
    }

    private async Task<SuppressionView?> FindAsync(Channel channel, string address, CancellationToken cancellation) =>
        await consents.HeadAsync(channel.Id, address, cancellation) is { Consent: { } consent } head ? View(channel, head.Address.Length > 0 ? head.Address : address, consent) : null;

    private static SuppressionView View(Channel channel, string address, Consent consent)
    {
        var stop = consent.AllStoppedBy ?? consent.StoppedBy;
        return new(address, channel.Kind, channel.Id, consent.Stopped, consent.StopsOnlyCampaigns, stop?.Reason, stop?.Source, stop?.At, consent.History);
    }
}
