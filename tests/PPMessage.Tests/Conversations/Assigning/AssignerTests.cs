using Microsoft.Extensions.Time.Testing;
using PPMessage.Agents;
using PPMessage.Agents.Teams;
using PPMessage.Conversations;
using PPMessage.Conversations.Assigning;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using Xunit;

namespace PPMessage.Tests.Conversations.Assigning;

/// <summary>Two instances over one store.</summary>
public sealed class AssignerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Some.Now);
    private EmbeddedTestStore _embedded = null!;
    private IStore _store = null!;

    public ValueTask InitializeAsync()
    {
        _embedded = TestStores.Embedded(_time, inMemory: true);
        _store = new GuardedStore(_embedded.Store);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _embedded.DisposeAsync();

    [Fact]
    public async Task Two_instances_that_assign_at_once_keep_the_capacity_and_the_turns_together()
    {
        await SetAsync(new AssignmentRule(AssignmentMethod.InTurn, 10), agents: 3);
        using var one = Instance();
        using var other = Instance();
        var picks = await Task.WhenAll(Enumerable.Range(1, 60).Select(n => Task.Run(() => (n % 2 == 0 ? one : other).PickAsync(Some.ConversationId(n), 0, null, default))));
        Assert.Equal(30, picks.Count(pick => pick.Waits));
        Assert.All(picks.Select(pick => pick.AgentId).OfType<string>().CountBy(agent => agent), agent => Assert.Equal(10, agent.Value));
    }

    [Fact]
    public async Task Who_died_before_the_thread_was_written_finds_the_same_agent_again_and_takes_no_second_turn()
    {
        await SetAsync(new AssignmentRule(AssignmentMethod.InTurn, null), agents: 3);
        using var one = Instance();
        using var other = Instance();
        var first = await one.PickAsync(Some.ConversationId(), 4, null, default);
        Assert.Equal(first, await other.PickAsync(Some.ConversationId(), 4, null, default));
        Assert.NotEqual(first, await other.PickAsync(Some.ConversationId(2), 0, null, default));
        // Later, when it was given back.
        Assert.NotEqual(first, await one.PickAsync(Some.ConversationId(), 6, null, default));
    }

    [Fact]
    public async Task A_promise_that_is_never_kept_counts_for_five_minutes()
    {
        await SetAsync(new AssignmentRule(AssignmentMethod.LeastBusy, 1), agents: 1);
        using var assigner = Instance();
        Assert.NotNull((await assigner.PickAsync(Some.ConversationId(), 0, null, default)).AgentId);
        Assert.Equal(new Pick(null, Waits: true, OnPromise: true), await assigner.PickAsync(Some.ConversationId(2), 0, null, default));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.NotNull((await assigner.PickAsync(Some.ConversationId(2), 0, null, default)).AgentId);
    }

    [Fact]
    public async Task A_promise_that_was_kept_counts_once_and_no_longer_than_the_conversation_is_open()
    {
        await SetAsync(new AssignmentRule(AssignmentMethod.LeastBusy, 1), agents: 1);
        using var assigner = Instance();
        var agent = (await assigner.PickAsync(Some.ConversationId(), 0, null, default)).AgentId;
        await FollowAsync(Some.Conversation() with { Sequence = 2, Assignee = agent });
        Assert.Equal(new Pick(null, Waits: true), await assigner.PickAsync(Some.ConversationId(2), 0, null, default));
        await FollowAsync(Some.Conversation() with { Sequence = 3, Assignee = agent, Status = ConversationStatus.Resolved });
        Assert.Equal(agent, (await assigner.PickAsync(Some.ConversationId(2), 0, null, default)).AgentId);
    }

    [Fact]
    public async Task The_row_of_promises_does_not_grow_where_nobody_counts()
    {
        await SetAsync(new AssignmentRule(AssignmentMethod.InTurn, null), agents: 2);
        using var assigner = Instance();
        for (var n = 1; n <= 450; n++)
        {
            var agent = (await assigner.PickAsync(Some.ConversationId(n), 0, null, default)).AgentId;
            await FollowAsync(Some.Conversation(n) with { Sequence = 2, Assignee = agent });
        }

        var row = await _store.ReadAsync(Tables.Config, "assigning", "turns", default);
        Assert.InRange(row!.As(ConversationsJson.Default.Turns).Promises.Count, 1, 200);
    }

    private Assigner Instance()
    {
        var options = new PPMessageOptions();
        var setting = new SettingStore<AssignmentSetting>(_store, options, _time, "assignment", TeamJson.Default.AssignmentSetting);
        return new Assigner(_store, new AgentDirectory(_store, options, _time), new TeamDirectory(_store, options, _time), setting, new InboxMarks(_store), _time);
    }

    private async Task SetAsync(AssignmentRule rule, int agents)
    {
        await _store.CommitAsync(Tables.Config, "setting", [RowWrite.Put("assignment", new AssignmentSetting { Rule = rule, Version = 1 }, TeamJson.Default.AssignmentSetting)], default);
        foreach (var n in Enumerable.Range(1, agents))
        {
            var agent = new Agent { Id = "ag_" + Some.Ulid(n), Name = $"坐席{n}", Role = Role.Agent, TokenHash = "", CreatedAt = Some.Now, UpdatedAt = Some.Now };
            await _store.CommitAsync(Tables.Config, AgentStore.Partition, [RowWrite.Insert(agent.Id, agent, AgentJson.Default.Agent)], default);
        }
    }

    private Task FollowAsync(Conversation conversation) => new Inbox(_store, new ThreadStore(_store), _time, new FeedSignal(), (_, _, _, _, _) => Task.CompletedTask).FollowAsync(conversation, [], expectNew: false, default);
}
