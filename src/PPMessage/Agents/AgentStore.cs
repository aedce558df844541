using System.Text.Json.Serialization;
using PPMessage.Agents.Teams;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Agents;

/// <summary>
/// Agents in table <c>Config</c>, partition <c>agent</c>: row = id. Beside it, in the same transaction, <c>email|{hash}</c> → id,
/// so that an e-mail address belongs to at most one agent. An agent's row says which teams it belongs to; a team that is joined or left is stamped anew in the
/// same transaction, so that it is there, and its ETag is another.
/// </summary>
internal sealed class AgentStore(IStore store, AgentDirectory directory, TimeProvider time)
{
    public const string Partition = "agent";
    private const string EmailPrefix = "email|";

    public static RowRange Range => RowRange.Prefix(AgentTokens.IdPrefix);

    public static Agent Read(Row row) => row.As(AgentJson.Default.Agent);

    /// <summary>Reads the store, not the cache. Null for whatever is no agent's id.</summary>
    public async Task<StoredAgent?> FindAsync(string id, CancellationToken cancellation) =>
        Ids.UlidOf(id, AgentTokens.IdPrefix, 0) is not null && await store.ReadAsync(Tables.Config, Partition, id, cancellation) is { } row
            ? new StoredAgent(Read(row), row.ETag)
            : null;

    public async Task<Page<Agent>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var range = page.Cursor is null ? Range : Range.Behind(page.Cursor);
        var rows = await store.ReadRangeAsync(Tables.Config, Partition, range, page.Limit, cancellation);
        return new([.. rows.Rows.Select(Read)], rows.More ? rows.Rows[^1].Key : null);
    }

    /// <summary>Everybody, with what replacing them takes.</summary>
    public async Task<IReadOnlyList<StoredAgent>> AllAsync(CancellationToken cancellation) =>
        [.. (await store.ReadAllAsync(Tables.Config, Partition, Range, cancellation)).Select(row => new StoredAgent(Read(row), row.ETag))];

    public async Task<Change> CreateAsync(Agent agent, CancellationToken cancellation)
    {
        if (await StampAsync(agent.Teams, cancellation) is not { } teams) return Change.Raced;
        return await CommitAsync([RowWrite.Insert(agent.Id, agent, AgentJson.Default.Agent), .. Claim(agent), .. teams], cancellation);
    }

    /// <param name="before">As it was read; when it is not so any more nothing happens.</param>
    public async Task<Change> ReplaceAsync(StoredAgent before, Agent after, CancellationToken cancellation)
    {
        var others = before.Agent.Teams.Except(after.Teams).Union(after.Teams.Except(before.Agent.Teams)).ToList();
        if (await StampAsync(others, cancellation) is not { } teams) return Change.Raced;
        var replace = RowWrite.Replace(after.Id, before.ETag, after, AgentJson.Default.Agent);
        var (old, @new) = (EmailKey(before.Agent), EmailKey(after));
        return await CommitAsync(old == @new ? [replace, .. teams] : [replace, .. Release(before.Agent), .. Claim(after), .. teams], cancellation);
    }

    public async Task<Change> DeleteAsync(StoredAgent before, CancellationToken cancellation)
    {
        if (await StampAsync(before.Agent.Teams, cancellation) is not { } teams) return Change.Raced;
        return await CommitAsync([RowWrite.Delete(before.Agent.Id, before.ETag), .. Release(before.Agent), .. teams], cancellation);
    }

    /// <summary>Null when one of the teams is gone: whoever names it must look again.</summary>
    private async Task<IReadOnlyList<RowWrite>?> StampAsync(IReadOnlyList<string> teams, CancellationToken cancellation)
    {
        var rows = await Task.WhenAll(teams.Select(id => store.ReadAsync(Tables.Config, Partition, id, cancellation)));
        if (rows.Contains(null)) return null;
        return [.. rows.Select(row => (Row: row!, Team: TeamStore.Read(row!)))
            .Select(team => RowWrite.Replace(team.Row.Key, team.Row.ETag, team.Team with { Version = team.Team.Version + 1, UpdatedAt = time.GetUtcNow() }, TeamJson.Default.Team))];
    }

    private async Task<Change> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        try
        {
            var result = await store.CommitAsync(Tables.Config, Partition, writes, cancellation);
            if (result.Committed) return Change.Done;
            return result.Conflict!.Kind == ConflictKind.Exists && result.Conflict.Key.StartsWith(EmailPrefix, StringComparison.Ordinal) ? Change.EmailTaken : Change.Raced;
        }
        finally
        {
            directory.Forget();
        }
    }

    private static RowWrite[] Claim(Agent agent) =>
        EmailKey(agent) is { } key ? [RowWrite.Insert(key, new EmailClaim(agent.Id), AgentJson.Default.EmailClaim)] : [];

    private static RowWrite[] Release(Agent agent) => EmailKey(agent) is { } key ? [RowWrite.Delete(key)] : [];

    private static string? EmailKey(Agent agent) => agent.Email is { } email ? EmailPrefix + Ids.Hash(email.ToLowerInvariant()) : null;
}

internal sealed record StoredAgent(Agent Agent, string ETag);

internal sealed record EmailClaim(string AgentId);

internal enum Change
{
    Done,

    /// <summary>Somebody else changed, made or deleted it meanwhile.</summary>
    Raced,

    EmailTaken,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(UtcTime), typeof(Words<Role>), typeof(Words<Availability>)])]
[JsonSerializable(typeof(Agent))]
[JsonSerializable(typeof(EmailClaim))]
[JsonSerializable(typeof(AgentAudit))]
[JsonSerializable(typeof(AgentView))]
[JsonSerializable(typeof(AgentWithToken))]
[JsonSerializable(typeof(Page<AgentView>))]
internal sealed partial class AgentJson : JsonSerializerContext
{
    static AgentJson() => Default = new AgentJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
