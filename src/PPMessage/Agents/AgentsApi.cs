using System.Net.Mail;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents.Teams;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Agents;

/// <summary>Tells whoever keeps the change feed that an agent's availability was set; called after the commit, also when it was set to what it was; a death in between tells nobody.</summary>
internal delegate Task AvailabilityChanged(Agent agent, CancellationToken cancellation);

/// <summary>Tells whoever assigns conversations that an agent is deleted. Called twice: before (so that a death behind it loses nothing) and after.</summary>
internal delegate Task AgentLeaves(string agentId, bool committed, CancellationToken cancellation);

/// <summary><c>/api/agents</c>: who may read and answer. Agents read the list and set their own availability; the rest is for admins.</summary>
internal sealed class AgentsApi(
    AgentStore store, TeamStore teams, Idempotency idempotency, AuditLog audit, TimeProvider time,
    AvailabilityChanged? availabilityChanged = null, HandOutSoon? handOut = null, AgentLeaves? leaves = null)
{
    private const int LongestName = 200;
    private const int LongestEmail = 254;
    private const int LongestTeam = 64;

    // How often a change is tried anew when others change the same agent at the same time.
    private const int Tries = 4;

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!PageRequest.TryFrom(context, AgentTokens.IdPrefix, out var page, out var problem)) return problem;
        var agents = await store.ListAsync(page, cancellation);
        return TypedResults.Json(new Page<AgentView>([.. agents.Items.Select(AgentView.Of)], agents.Next), AgentJson.Default.PageAgentView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } found ? Ok(context, found.Agent) : None();

    public async Task<IResult> GetMeAsync(HttpContext context, CancellationToken cancellation) =>
        context.Caller().AgentId is { } id ? await GetAsync(context, id, cancellation) : NoAgent();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var draft = Apply(fields, null, default);
        await CheckTeamsAsync(fields, [], draft, cancellation);
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context.Caller(), draft, scope, cancellation), cancellation);
    }

    public async Task<IResult> ChangeAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        return await ChangeAsync(context, id, "agent.changed", agent => Apply(fields, agent, time.GetUtcNow()), fields, cancellation);
    }

    public async Task<IResult> SetMyAvailabilityAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Caller().AgentId is not { } id) return NoAgent();
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        if (!fields.Has("availability")) fields.Refuse("availability", "is required");
        return await ChangeAsync(context, id, null, agent => WithAvailability(fields, agent), fields, cancellation);
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        Agent? gone = null;
        for (var i = 0; i < Tries; i++)
        {
            // Gone after a try of ours: it took effect, and its answer was lost.
            if (await store.FindAsync(id, cancellation) is not { } found) return gone is null ? None() : await DeletedAsync(context, gone, cancellation);
            if (!ETags.Matches(context, found.Agent.Version)) return Problems.Stale();
            if (gone is null && leaves is not null) await leaves(id, committed: false, cancellation);
            gone = found.Agent;
            if (await store.DeleteAsync(found, cancellation) == Change.Done) return await DeletedAsync(context, gone, cancellation);
        }

        return Busy();
    }

    private async Task<IResult> DeletedAsync(HttpContext context, Agent agent, CancellationToken cancellation)
    {
        if (leaves is not null) await leaves(agent.Id, committed: true, cancellation);
        await audit.WriteAsync(context.Caller().Key, "agent.deleted", agent.Id, agent.Name, Changes(agent, null));
        return TypedResults.NoContent();
    }

    public Task<IResult> RotateTokenAsync(HttpContext context, string id, CancellationToken cancellation) =>
        idempotency.RunAsync(context, default, _ => RotateTokenAsync(context.Caller(), id, cancellation), cancellation);

    private async Task<Outcome> CreateAsync(Caller caller, Agent draft, RequestScope scope, CancellationToken cancellation)
    {
        var id = AgentTokens.IdPrefix + scope.NewUlid();
        var token = AgentTokens.Draw(id);
        await HandOutAsync(committed: false, cancellation);
        var agent = draft with { Id = id, TokenHash = AgentTokens.Hash(token), CreatedAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt };
        var change = await store.CreateAsync(agent, cancellation);
        var stands = change == Change.Done ? agent : (await store.FindAsync(id, cancellation))?.Agent;
        if (stands is null) return Outcome.Refused(change == Change.EmailTaken ? EmailTaken() : Busy());

        // When an earlier try of this request made it, its token was never shown and can only be rotated.
        await audit.WriteAsync(caller.Key, "agent.created", id, agent.Name, Changes(null, agent));
        await HandOutAsync(committed: true, cancellation);
        return new Outcome(Created(stands, change == Change.Done ? token : null), Created(stands, null));
    }

    private async Task<Outcome> RotateTokenAsync(Caller caller, string id, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return Outcome.Refused(None());
            var token = AgentTokens.Draw(id);
            var agent = found.Agent with { TokenHash = AgentTokens.Hash(token), UpdatedAt = time.GetUtcNow() };
            if (await store.ReplaceAsync(found, agent, cancellation) != Change.Done) continue;
            await audit.WriteAsync(caller.Key, "agent.token-rotated", id, agent.Name, AgentAudit.TokenChanged);
            return new Outcome(Rotated(agent, token), Rotated(agent, null));
        }

        return Outcome.Refused(Busy());
    }

    // action: null when it is not worth an audit line.
    private async Task<IResult> ChangeAsync(HttpContext context, string id, string? action, Func<Agent, Agent> change, Fields fields, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found) return None();
            if (!ETags.Matches(context, found.Agent.Version)) return Problems.Stale();
            var after = change(found.Agent);
            await CheckTeamsAsync(fields, found.Agent.Teams, after, cancellation);
            if (fields.Problem() is { } mistakes) return mistakes;
            var changes = Changes(found.Agent, after);
            if (changes.Count == 0 && !fields.Has("availability")) return Ok(context, found.Agent);
            var mayTake = after.Availability == Availability.Ready && (fields.Has("availability") || !after.Teams.SequenceEqual(found.Agent.Teams));
            if (mayTake) await HandOutAsync(committed: false, cancellation);
            switch (await store.ReplaceAsync(found, after, cancellation))
            {
                case Change.EmailTaken: return EmailTaken();
                case Change.Raced: continue;
            }

            if (action is not null) await audit.WriteAsync(context.Caller().Key, action, id, after.Name, changes);
            if (mayTake) await HandOutAsync(committed: true, cancellation);
            if (fields.Has("availability") && availabilityChanged is not null) await availabilityChanged(after, cancellation);
            return Ok(context, after);
        }

        return Busy();
    }

    private static Agent Apply(Fields fields, Agent? current, DateTimeOffset now)
    {
        var changed = new Agent
        {
            Id = current?.Id ?? string.Empty,
            Name = fields.Text("name", current?.Name, LongestName),
            Email = fields.OptionalText("email", current?.Email, LongestEmail),
            Role = fields.Word<Role>("role", current?.Role ?? Role.Agent),
            Teams = fields.Texts("teams", current?.Teams ?? [], Team.MostOfAgent, LongestTeam),
            Availability = fields.Word<Availability>("availability", current?.Availability ?? Availability.Ready),
            TokenHash = current?.TokenHash ?? string.Empty,
            CreatedAt = current?.CreatedAt ?? now,
            UpdatedAt = now,
            Version = (current?.Version ?? 0) + 1,
        };
        if (fields.Has("email") && changed.Email is { } email && !IsEmail(email)) fields.Refuse("email", "must be an e-mail address");
        return changed;
    }

    private async Task CheckTeamsAsync(Fields fields, IReadOnlyList<string> before, Agent agent, CancellationToken cancellation)
    {
        foreach (var id in agent.Teams.Except(before).Where(id => id.Length > 0))
            if (await teams.FindAsync(id, cancellation) is null) fields.Refuse("teams", $"there is no team {id}");
    }

    private Task HandOutAsync(bool committed, CancellationToken cancellation) => handOut is null ? Task.CompletedTask : handOut(committed, cancellation);

    private Agent WithAvailability(Fields fields, Agent agent) =>
        agent with { Availability = fields.Word<Availability>("availability", agent.Availability), UpdatedAt = time.GetUtcNow(), Version = agent.Version + 1 };

    // Only the plain form; who it reaches is found out by writing to it.
    private static bool IsEmail(string text) => MailAddress.TryCreate(text, out var address) && address.Address == text;

    private static IResult Ok(HttpContext context, Agent agent) => ETags.Ok(context, AgentView.Of(agent), AgentJson.Default.AgentView, agent.Version);

    private static Answer Created(Agent agent, string? token) =>
        Answer.Created($"/api/agents/{agent.Id}", agent.Version, new AgentWithToken(agent, token), AgentJson.Default.AgentWithToken);

    private static Answer Rotated(Agent agent, string? token) => Answer.Ok(agent.Version, new AgentWithToken(agent, token), AgentJson.Default.AgentWithToken);

    private static IReadOnlyDictionary<string, AuditChange> Changes(Agent? before, Agent? after) =>
        AuditChanges.Between(AgentAudit.Of(before), AgentAudit.Of(after), AgentJson.Default.AgentAudit);

    private static IResult None() => Problems.NotFound("There is no such agent.");

    private static IResult NoAgent() => Problems.NotFound("The admin key stands for no agent: use an agent's own token.");

    private static IResult EmailTaken() => Problems.Conflict("Another agent has this e-mail address.");

    private static IResult Busy() => Problems.Conflict("Others change this agent at the same time: try again.");
}
