using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Agents.Teams;

/// <summary>
/// Teams in the partition of the agents, so that a team and the agents who name it change in one transaction: row = id, and beside it <c>team|{hash}</c> → id,
/// so that a name belongs to at most one team. Thread-safe.
/// </summary>
internal sealed class TeamStore(IStore store, AgentStore agents, AgentDirectory agentDirectory, TeamDirectory directory, TimeProvider time)
{
    /// <summary>Agents in one transaction, which has 100 writes, beside the team's own.</summary>
    public const int MostChangedMembers = 90;

    public static RowRange Range => RowRange.Prefix(Team.IdPrefix);

    public static Team Read(Row row) => row.As(TeamJson.Default.Team);

    /// <summary>Reads the store, not the cache.</summary>
    public async Task<StoredTeam?> FindAsync(string id, CancellationToken cancellation) =>
        Ids.UlidOf(id, Team.IdPrefix, 0) is not null && await store.ReadAsync(Tables.Config, AgentStore.Partition, id, cancellation) is { } row
            ? new StoredTeam(Read(row), row.ETag)
            : null;

    public async Task<Page<Team>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var range = page.Cursor is null ? Range : Range.Behind(page.Cursor);
        var rows = await store.ReadRangeAsync(Tables.Config, AgentStore.Partition, range, page.Limit, cancellation);
        return new([.. rows.Rows.Select(Read)], rows.More ? rows.Rows[^1].Key : null);
    }

    /// <param name="members">Null: nobody.</param>
    public async Task<TeamChange> CreateAsync(Team team, IReadOnlyList<string>? members, CancellationToken cancellation)
    {
        var joining = await ChangesAsync(team, members ?? [], cancellation);
        return joining is null
            ? TeamChange.TooMany
            : await CommitAsync([RowWrite.Insert(team.Id, team, TeamJson.Default.Team), Claim(team), .. joining], cancellation);
    }

    /// <param name="members">Null: as they are.</param>
    public async Task<TeamChange> ReplaceAsync(StoredTeam before, Team after, IReadOnlyList<string>? members, CancellationToken cancellation)
    {
        var changing = members is null ? [] : await ChangesAsync(after, members, cancellation);
        if (changing is null) return TeamChange.TooMany;
        var replace = RowWrite.Replace(after.Id, before.ETag, after, TeamJson.Default.Team);
        RowWrite[] named = NameKey(before.Team) == NameKey(after) ? [] : [RowWrite.Delete(NameKey(before.Team)), Claim(after)];
        return await CommitAsync([replace, .. named, .. changing], cancellation);
    }

    /// <summary>A team of more members than fit into a transaction loses them first; <see cref="TeamChange.Raced"/> then says: go on.</summary>
    public async Task<TeamChange> DeleteAsync(StoredTeam before, CancellationToken cancellation)
    {
        if (await ChangesAsync(before.Team, [], cancellation) is { } leaving)
            return await CommitAsync([RowWrite.Delete(before.Team.Id, before.ETag), RowWrite.Delete(NameKey(before.Team)), .. leaving], cancellation);
        var members = await MembersAsync(before.Team.Id, cancellation);
        var rest = members.Take(members.Count - MostChangedMembers).ToList();
        await ReplaceAsync(before, before.Team with { Version = before.Team.Version + 1, UpdatedAt = time.GetUtcNow() }, rest, cancellation);
        return TeamChange.Raced;
    }

    private async Task<IReadOnlyList<string>> MembersAsync(string team, CancellationToken cancellation) =>
        [.. (await agents.AllAsync(cancellation)).Where(stored => stored.Agent.Teams.Contains(team)).Select(stored => stored.Agent.Id)];

    /// <summary>Who has to change so that these are the members; null: more than fit into one transaction.</summary>
    private async Task<IReadOnlyList<RowWrite>?> ChangesAsync(Team team, IReadOnlyList<string> members, CancellationToken cancellation)
    {
        var changed = (await agents.AllAsync(cancellation)).Where(stored => stored.Agent.Teams.Contains(team.Id) != members.Contains(stored.Agent.Id)).ToList();
        return changed.Count > MostChangedMembers ? null : [.. changed.Select(stored => Switched(stored, team.Id))];
    }

    private RowWrite Switched(StoredAgent stored, string team)
    {
        var teams = stored.Agent.Teams.Contains(team) ? stored.Agent.Teams.Where(id => id != team) : stored.Agent.Teams.Append(team);
        var after = stored.Agent with { Teams = [.. teams], UpdatedAt = time.GetUtcNow(), Version = stored.Agent.Version + 1 };
        return RowWrite.Replace(after.Id, stored.ETag, after, AgentJson.Default.Agent);
    }

    private async Task<TeamChange> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        try
        {
            var result = await store.CommitAsync(Tables.Config, AgentStore.Partition, writes, cancellation);
            if (result.Committed) return TeamChange.Done;
            return result.Conflict!.Kind == ConflictKind.Exists && result.Conflict.Key.StartsWith(NamePrefix, StringComparison.Ordinal) ? TeamChange.NameTaken : TeamChange.Raced;
        }
        finally
        {
            directory.Forget();
            agentDirectory.Forget();
        }
    }

    private const string NamePrefix = "team|";

    private static RowWrite Claim(Team team) => RowWrite.Insert(NameKey(team), new NameClaim(team.Id), TeamJson.Default.NameClaim);

    // Names that differ in case only would be told apart by nobody.
    private static string NameKey(Team team) => NamePrefix + Ids.Hash(team.Name.ToLowerInvariant());
}

internal sealed record StoredTeam(Team Team, string ETag);

internal enum TeamChange
{
    Done,

    /// <summary>Somebody else changed, made or deleted it, or one of its members, meanwhile.</summary>
    Raced,

    NameTaken,

    /// <summary>More members would change than one transaction holds.</summary>
    TooMany,
}
