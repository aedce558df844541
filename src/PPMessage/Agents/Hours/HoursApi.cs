using Microsoft.AspNetCore.Http;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Agents.Hours;

/// <summary><c>/api/settings/business-hours</c>: everybody reads them, admins change them.</summary>
internal sealed class HoursApi(SettingStore<BusinessHours> store, AuditLog audit, TimeProvider time)
{
    public async Task<IResult> GetAsync(HttpContext context, CancellationToken cancellation) => Ok(context, await store.ReadAsync(cancellation));

    public async Task<IResult> PutAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var before = await store.ReadAsync(cancellation);
        if (!ETags.Matches(context, before.Version)) return Problems.Stale();
        var after = HoursReading.Read(fields) with { Version = before.Version + 1 };
        if (fields.Problem() is { } mistakes) return mistakes;
        if (!await store.ReplaceAsync(after, cancellation)) return Problems.Conflict("Others change this setting at the same time: try again.");
        await audit.WriteAsync(context.Caller().Key, "setting.changed", "business-hours", after.TimeZone, AuditChanges.Between(HoursFields.Of(before), HoursFields.Of(after), HoursJson.Default.HoursFields));
        return Ok(context, after);
    }

    private IResult Ok(HttpContext context, BusinessHours hours) => ETags.Ok(context, HoursView.Of(hours, time.GetUtcNow()), HoursJson.Default.HoursView, hours.Version);
}
