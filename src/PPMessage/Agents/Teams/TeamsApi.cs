using Microsoft.AspNetCore.Http;
using PPMessage.Agents.Hours;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Agents.Teams;

/// <summary>
/// Tells whoever hands out conversations that somebody may be able to take one who could not before. Called twice: before the change is committed (so that a
/// death behind the commit loses nothing) and after it.
/// </summary>
internal delegate Task HandOutSoon(bool committed, CancellationToken cancellation);

/// <summary><c>/api/teams</c>: agents read them, admins change them.</summary>
internal sealed class TeamsApi(TeamStore store, AgentStore agents, Idempotency idempotency, AuditLog audit, TimeProvider time, HandOutSoon? handOut = null)
{
    private const int LongestName = 100;
    private const int MostMembers = 1000;

    // How often a change is tried anew when others change the same team or its members at the same time.
    private const int Tries = 8;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!PageRequest.TryFrom(context, Team.IdPrefix, out var page, out var problem)) return problem;
        var teams = await store.ListAsync(page, cancellation);
        var all = await MembersAsync(cancellation);
        return TypedResults.Json(new Page<TeamView>([.. teams.Items.Select(team => TeamView.Of(team, all))], teams.Next), TeamJson.Default.PageTeamView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } found ? Ok(context, found.Team, await MembersAsync(cancellation)) : None();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var (draft, members) = await ReadAsync(fields, null, cancellation);
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context.Caller(), draft, members, scope, cancellation), cancellation);
    }

    public async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return None();
            if (!ETags.Matches(context, found.Team.Version)) return Problems.Stale();
            var (after, members) = await ReadAsync(fields, found.Team, cancellation);
            if (fields.Problem() is { } mistakes) return mistakes;
            var before = TeamView.Of(found.Team, await MembersAsync(cancellation));
            await HandOutAsync(committed: false, cancellation);
            switch (await store.ReplaceAsync(found, after, members, cancellation))
            {
                case TeamChange.NameTaken: return NameTaken();
                case TeamChange.TooMany: return TooMany();
                case TeamChange.Raced: continue;
            }

            var view = TeamView.Of(after, await MembersAsync(cancellation));
            await audit.WriteAsync(context.Caller().Key, "team.changed", id, after.Name, TeamAudit.Between(before, view));
            await HandOutAsync(committed: true, cancellation);
            return ETags.Ok(context, view, TeamJson.Default.TeamView, after.Version);
        }

        return Busy();
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        TeamView? before = null;
        // A large team goes in several steps, each of which says "raced".
        for (var i = 0; i < Tries + (MostMembers / TeamStore.MostChangedMembers); i++)
        {
            // Gone after a try of ours: it took effect, and its answer was lost.
            if (await store.FindAsync(id, cancellation) is not { } found) return before is null ? None() : await DeletedAsync(context, before);
            if (before is null && !ETags.Matches(context, found.Team.Version)) return Problems.Stale();
            // Each step makes its members fewer: how it was is read before the first.
            before ??= TeamView.Of(found.Team, await MembersAsync(cancellation));
            if (await store.DeleteAsync(found, cancellation) == TeamChange.Done) return await DeletedAsync(context, before);
        }

        return Busy();
    }

    private async Task<IResult> DeletedAsync(HttpContext context, TeamView team)
    {
        await audit.WriteAsync(context.Caller().Key, "team.deleted", team.Id, team.Name, TeamAudit.Between(team, null));
        return TypedResults.NoContent();
    }

    private async Task<Outcome> CreateAsync(Caller caller, Team draft, IReadOnlyList<string>? members, RequestScope scope, CancellationToken cancellation)
    {
        var team = draft with { Id = Team.IdPrefix + scope.NewUlid(), CreatedAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt };
        var change = await store.CreateAsync(team, members, cancellation);
        var stands = change == TeamChange.Done ? team : (await store.FindAsync(team.Id, cancellation))?.Team;
        if (stands is null) return Outcome.Refused(change switch { TeamChange.NameTaken => NameTaken(), TeamChange.TooMany => TooMany(), _ => Busy() });
        var view = TeamView.Of(stands, await MembersAsync(cancellation));
        await audit.WriteAsync(caller.Key, "team.created", team.Id, team.Name, TeamAudit.Between(null, view));
        return Outcome.Of(Answer.Created($"/api/teams/{team.Id}", stands.Version, view, TeamJson.Default.TeamView));
    }

    private async Task<(Team Team, IReadOnlyList<string>? Members)> ReadAsync(Fields fields, Team? current, CancellationToken cancellation)
    {
        var members = fields.Has("members") ? fields.Texts("members", [], MostMembers, 100) : null;
        if (members is not null)
        {
            var known = (await MembersAsync(cancellation)).ToDictionary(agent => agent.Id);
            if (members.FirstOrDefault(id => !known.ContainsKey(id)) is { } unknown) fields.Refuse("members", $"there is no agent {unknown}");
            else if (members.Select(id => known[id]).FirstOrDefault(agent => agent.Teams.Count >= Team.MostOfAgent && !agent.Teams.Contains(current?.Id ?? string.Empty)) is { } busy)
                fields.Refuse("members", $"{busy.Name} ({busy.Id}) is in {Team.MostOfAgent} teams, and nobody can be in more");
        }

        var now = time.GetUtcNow();
        var hours = fields.Json("businessHours") is null ? current?.BusinessHours : HoursReading.Optional(fields, "businessHours");
        var team = new Team
        {
            Id = current?.Id ?? string.Empty,
            Name = fields.Text("name", current?.Name, LongestName),
            Assignment = AssignmentRule.From(fields.Object("assignment"), current?.Assignment ?? AssignmentRule.Everybody),
            BusinessHours = hours,
            CreatedAt = current?.CreatedAt ?? now,
            UpdatedAt = now,
            Version = (current?.Version ?? 0) + 1,
        };
        return (team, members);
    }

    private async Task<IReadOnlyList<Agent>> MembersAsync(CancellationToken cancellation) =>
        [.. (await agents.AllAsync(cancellation)).Select(stored => stored.Agent)];

    private static IResult Ok(HttpContext context, Team team, IReadOnlyList<Agent> agents) => ETags.Ok(context, TeamView.Of(team, agents), TeamJson.Default.TeamView, team.Version);

    private Task HandOutAsync(bool committed, CancellationToken cancellation) => handOut is null ? Task.CompletedTask : handOut(committed, cancellation);

    private static IResult None() => Problems.NotFound("There is no such team.");

    private static IResult NameTaken() => Problems.Conflict("Another team has this name.");

    private static IResult TooMany() => Problems.Unprocessable($"At most {TeamStore.MostChangedMembers} members can join or leave at a time: do it in several steps.");

    private static IResult Busy() => Problems.Conflict("Others change this team or its members at the same time: try again.");
}
