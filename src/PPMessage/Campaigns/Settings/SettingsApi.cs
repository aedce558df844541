using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Http;

namespace PPMessage.Campaigns.Settings;

/// <summary><c>/api/settings/campaigns</c>.</summary>
internal sealed class SettingsApi(SettingStore<CampaignSettings> store, ChannelKinds kinds, AuditLog audit)
{
    // All footers in all languages.
    private const int BodyBytes = 256 * 1024;

    public async Task<IResult> GetAsync(HttpContext context, CancellationToken cancellation) => Ok(context, await store.ReadAsync(cancellation));

    public async Task<IResult> PutAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var before = await store.ReadAsync(cancellation);
        if (!ETags.Matches(context, before.Version)) return Problems.Stale();
        var after = SettingsReading.Read(fields, kinds) with { Version = before.Version + 1 };
        if (fields.Problem() is { } mistakes) return mistakes;
        if (!await store.ReplaceAsync(after, cancellation)) return Problems.Conflict("Others change this setting at the same time: try again.");
        await audit.WriteAsync(context.Caller().Key, "setting.changed", "campaigns", changes: Changes(before, after));
        return Ok(context, after);
    }

    private static IReadOnlyDictionary<string, AuditChange> Changes(CampaignSettings before, CampaignSettings after) =>
        AuditChanges.Between(CampaignSettingsView.Of(before), CampaignSettingsView.Of(after), CampaignSettingsJson.Default.CampaignSettingsView);

    private static IResult Ok(HttpContext context, CampaignSettings settings) =>
        ETags.Ok(context, CampaignSettingsView.Of(settings), CampaignSettingsJson.Default.CampaignSettingsView, settings.Version);
}
