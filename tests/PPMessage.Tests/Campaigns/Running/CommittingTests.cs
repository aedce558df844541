using PPMessage.Campaigns.Running;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class CommittingTests
{
    private readonly List<(string? ETag, TaskCompletionSource<(StoredShard? After, bool Again)> Outcome)> _begun = [];

    [Fact]
    public async Task Each_is_begun_when_the_one_before_it_has_ended_and_runs_while_the_next_is_made()
    {
        var committing = Of(Stored("0"));
        Assert.True(await committing.NextAsync(Edit()));
        Assert.Equal(["0"], _begun.Select(one => one.ETag));
        var second = committing.NextAsync(Edit());
        Assert.False(second.IsCompleted);
        _begun[0].Outcome.SetResult((Stored("1"), false));
        Assert.True(await second);
        var last = committing.LastAsync(Edit());
        _begun[1].Outcome.SetResult((Stored("2"), false));
        _begun[2].Outcome.SetResult((Stored("3"), false));
        Assert.Equal("3", (await last)!.ETag);
        Assert.Equal(["0", "1", "2"], _begun.Select(one => one.ETag));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public async Task What_was_made_for_something_that_came_to_nothing_is_not_begun(string? left)
    {
        var committing = Of(Stored("0"));
        await committing.NextAsync(Edit());
        _begun[0].Outcome.SetResult((left is null ? null : Stored(left), true));
        Assert.Equal(left, (await committing.LastAsync(Edit()))?.ETag);
        Assert.Single(_begun);
    }

    [Fact]
    public async Task Whoever_leaves_waits_for_what_is_being_written_however_it_ends()
    {
        var committing = Of(Stored("0"));
        await committing.NextAsync(Edit());
        var left = committing.DisposeAsync();
        Assert.False(left.IsCompleted);
        _begun[0].Outcome.SetException(new InvalidOperationException());
        await left;
    }

    private Committing Of(StoredShard shard) => new(shard, (before, _) =>
    {
        _begun.Add((before.ETag, new TaskCompletionSource<(StoredShard? After, bool Again)>()));
        return _begun[^1].Outcome.Task;
    });

    private static StoredShard Stored(string etag) => new(Planned.OccurrenceId, "00", new Shard(), etag);

    private static ShardEdit Edit() => new(Planned.OccurrenceId, new Shard(), Planned.Now);
}
