using PPMessage.Agents;
using PPMessage.Agents.Teams;
using PPMessage.Storage;

namespace PPMessage.Conversations.Assigning;

/// <summary>Whom the rule gives a conversation.</summary>
/// <param name="AgentId">Null: nobody.</param>
/// <param name="Waits">Nobody could be given it: it is to be handed out later.</param>
/// <param name="OnPromise">Somebody could be, were it not for a promise to another conversation, which may never be kept.</param>
internal readonly record struct Pick(string? AgentId, bool Waits = false, bool OnPromise = false);

/// <summary>
/// Decides by the rule of a conversation's team, or the workspace's, who gets it. What it decides is promised in one row (<see cref="Turns"/>) before the thread
/// is written: a promise to a conversation is given again to whoever asks for the same one, so a death in between loses neither the conversation nor a turn.
/// Operations: none for all, and for random without a capacity; 2 in turn; 10 with a capacity or for the least busy, and one for each promise that the inbox
/// does not show (mostly none). Thread-safe.
/// </summary>
internal sealed class Assigner(
    IStore store, AgentDirectory agents, TeamDirectory teams, SettingStore<AssignmentSetting> setting, InboxMarks marks, TimeProvider time) : IDisposable
{
    public const string NoTeam = "-";

    private const string Partition = "assigning";
    private const string Key = "turns";

    // Each round lost is another instance's promise.
    private const int MostRounds = 50;

    // Beyond that many, the inbox is read to forget those that were kept: the row must not grow.
    private const int MostUnread = 200;

    // One at a time: those of one process would only refuse one another.
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>A deleted team's conversations are everybody's.</summary>
    public async ValueTask<AssignmentRule> RuleAsync(string? team, CancellationToken cancellation) =>
        team is null ? (await setting.GetAsync(cancellation)).Rule : (await teams.FindAsync(team, cancellation))?.Assignment ?? AssignmentRule.Everybody;

    /// <summary>The scopes whose conversations are handed out: teams, and null for what belongs to none.</summary>
    public async ValueTask<IReadOnlyList<string?>> ScopesAsync(CancellationToken cancellation)
    {
        var handed = (await teams.AllAsync(cancellation)).Where(team => team.Assignment.Method != AssignmentMethod.All).Select(team => (string?)team.Id);
        return [.. (await setting.GetAsync(cancellation)).Rule.Method == AssignmentMethod.All ? handed : handed.Prepend(null)];
    }

    /// <summary>The next look reads the store: what has changed on another instance is the reason for looking.</summary>
    public void Forget()
    {
        agents.Forget();
        teams.Forget();
        setting.Forget();
    }

    /// <param name="sequence">The thread's, as it was read.</param>
    public async Task<Pick> PickAsync(string conversationId, long sequence, string? team, CancellationToken cancellation) =>
        await PickAsync(conversationId, sequence, team, await RuleAsync(team, cancellation), null, cancellation);

    /// <inheritdoc cref="PickAsync(string, long, string?, CancellationToken)"/>
    /// <param name="rule">In place of the team's or the workspace's.</param>
    /// <param name="among">Those who may be picked; null: whoever is ready.</param>
    public async Task<Pick> PickAsync(string conversationId, long sequence, string? team, AssignmentRule rule, IReadOnlyList<string>? among, CancellationToken cancellation)
    {
        if (rule.Method == AssignmentMethod.All) return new Pick(null);
        var ready = (await agents.AllAsync(cancellation))
            .Where(agent => (among?.Contains(agent.Id) ?? agent.Availability == Availability.Ready) && (team is null || agent.Teams.Contains(team)))
            .Select(agent => agent.Id).Order(StringComparer.Ordinal).ToList();
        if (ready.Count == 0) return new Pick(null, Waits: true);
        if (rule is { Method: AssignmentMethod.Random, Capacity: null })
            return new Pick(Picking.Pick(rule, ready, null, Nothing, Chance()));
        await _gate.WaitAsync(cancellation);
        try
        {
            return await PromiseAsync(new Promise(conversationId, string.Empty, sequence, time.GetUtcNow()), team ?? NoTeam, rule, ready, cancellation);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static IReadOnlyDictionary<string, int> Nothing { get; } = new Dictionary<string, int>();

    private async Task<Pick> PromiseAsync(Promise asked, string scope, AssignmentRule rule, IReadOnlyList<string> ready, CancellationToken cancellation)
    {
        var row = await store.ReadAsync(Tables.Config, Partition, Key, cancellation);
        for (var round = 0; round < MostRounds; round++)
        {
            var turns = row?.As(ConversationsJson.Default.Turns) ?? new Turns();
            var given = turns.Promises.FirstOrDefault(promise => (promise.ConversationId, promise.Sequence) == (asked.ConversationId, asked.Sequence));
            if (given is not null && ready.Contains(given.AgentId)) return new Pick(given.AgentId);

            // Read after the row: what somebody has taken out of the row in between shows here, or makes the row another.
            var counts = rule.Capacity is not null || rule.Method == AssignmentMethod.LeastBusy;
            var held = counts || turns.Promises.Count >= MostUnread ? await marks.HeldAsync(cancellation) : null;
            turns = turns.Without(turns.Expired(asked.At)).Without(held is null ? [] : await OverAsync(turns, held, cancellation));
            var load = counts ? turns.Load(held!) : Nothing;
            if (Picking.Pick(rule, ready, turns.Last.GetValueOrDefault(scope), load, Chance()) is not { } agent)
                return new Pick(null, Waits: true, OnPromise: turns.Promises.Any(promise => ready.Contains(promise.AgentId)));

            var result = await WriteAsync(row, turns.After(scope, asked with { AgentId = agent }), cancellation);
            if (result.Committed) return new Pick(agent);
            row = result.Conflict!.Current;
        }

        throw new StoreException("Too many assign at the same time.");
    }

    /// <summary>The promises of which the inbox shows how they ended. One that was kept since <paramref name="held"/> was read is added there, so that it counts.</summary>
    private async Task<IReadOnlyList<Promise>> OverAsync(Turns turns, HashSet<Held> held, CancellationToken cancellation)
    {
        var unseen = turns.Promises.Where(promise => !held.Contains(promise.Held)).ToList();
        var pointers = await Task.WhenAll(unseen.Select(promise => marks.PointerAsync(promise.ConversationId, cancellation)));
        var ended = unseen.Zip(pointers).Where(pair => pair.Second?.Sequence > pair.First.Sequence).ToList();
        held.UnionWith(ended.Where(pair => pair.Second is { Status: ConversationStatus.Open, Assignee: not null }).Select(pair => new Held(pair.Second!.Assignee!, pair.First.ConversationId)));
        return [.. turns.Promises.Except(unseen).Concat(ended.Select(pair => pair.First))];
    }

    private Task<CommitResult> WriteAsync(Row? row, Turns turns, CancellationToken cancellation) => store.CommitAsync(
        Tables.Config, Partition,
        [row is null ? RowWrite.Insert(Key, turns, ConversationsJson.Default.Turns) : RowWrite.Replace(Key, row.ETag, turns, ConversationsJson.Default.Turns)],
        cancellation);

    private static double Chance() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
