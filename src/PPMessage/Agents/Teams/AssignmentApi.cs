using Microsoft.AspNetCore.Http;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Agents.Teams;

/// <summary><c>/api/settings/assignment</c>: the rule for what belongs to no team.</summary>
internal sealed class AssignmentApi(SettingStore<AssignmentSetting> store, AuditLog audit, HandOutSoon? handOut = null)
{
    public async Task<IResult> GetAsync(HttpContext context, CancellationToken cancellation) => Ok(context, await store.ReadAsync(cancellation));

    public async Task<IResult> PutAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var before = await store.ReadAsync(cancellation);
        if (!ETags.Matches(context, before.Version)) return Problems.Stale();
        // A whole one: what a PUT leaves out is as if never set.
        var after = new AssignmentSetting { Rule = AssignmentRule.From(fields, AssignmentRule.Everybody), Version = before.Version + 1 };
        if (fields.Problem() is { } mistakes) return mistakes;
        if (handOut is not null) await handOut(committed: false, cancellation);
        if (!await store.ReplaceAsync(after, cancellation)) return Problems.Conflict("Others change this setting at the same time: try again.");
        await audit.WriteAsync(context.Caller().Key, "setting.changed", "assignment", changes: AuditChanges.Between(before.Rule, after.Rule, TeamJson.Default.AssignmentRule));
        if (handOut is not null) await handOut(committed: true, cancellation);
        return Ok(context, after);
    }

    private static IResult Ok(HttpContext context, AssignmentSetting setting) => ETags.Ok(context, setting.Rule, TeamJson.Default.AssignmentRule, setting.Version);
}
