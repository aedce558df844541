using CsCheck;
using PPMessage.Conversations;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class InboxRowsTests
{
    private static readonly Gen<Conversation> States = Gen.Select(Gen.Int[1, 40], Gen.Int[0, 2], Gen.Int[0, 2])
        .Select((sequence, status, assignee) => Some.Conversation() with { Sequence = sequence, Status = (ConversationStatus)status, Assignee = assignee == 0 ? null : $"ag_{assignee}" });

    [Fact]
    public void Whatever_the_order_of_states_the_latest_wins_and_no_row_is_left_behind() =>
        States.Array[1, 12].Sample(states =>
        {
            // Equal sequences are equal states.
            var all = states.DistinctBy(state => state.Sequence).ToList();
            var rows = new Dictionary<string, ReadOnlyMemory<byte>>();
            InboxPointer? pointer = null;
            for (var i = 0; i < all.Count * 2; i++)
            {
                var state = all[i % all.Count];
                if (InboxRows.Follow(state, [], pointer, "etag", Some.Now.AddSeconds(i)) is not { } writes) continue;
                Apply(rows, writes);
                pointer = new Row(writes[0].Key, "etag", "nonce", writes[0].Document).As(ConversationsJson.Default.InboxPointer);
            }

            var latest = all.MaxBy(state => state.Sequence)!;
            var position = InboxRows.Position(pointer!.At, latest.Id);
            Assert.Equal(latest.Sequence, pointer.Sequence);
            Assert.Equal(
                new[] { InboxRows.ByStatus(latest.Status) + position, InboxRows.ByAssignee(latest.Assignee, latest.Status) + position }.Order(StringComparer.Ordinal),
                rows.Keys.Where(key => key.StartsWith("o|", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Equal(pointer.Mark is null ? [] : [pointer.Mark], rows.Keys.Where(key => key[0] is 'h' or 'w'));
            Assert.Equal(latest.Status == ConversationStatus.Open ? (latest.Assignee is null ? 'w' : 'h') : null, pointer.Mark?[0]);
        });

    [Fact]
    public void Who_waits_keeps_the_place_until_the_team_is_another()
    {
        var state = Some.Conversation() with { Sequence = 1 };
        var first = Pointer(InboxRows.Follow(state, [], null, null, Some.Now)!);
        var later = Pointer(InboxRows.Follow(state with { Sequence = 2, LastActivityAt = Some.Now.AddHours(1) }, [], first, "etag", Some.Now)!);
        Assert.Equal(first.Mark, later.Mark);
        Assert.StartsWith(InboxRows.WaitingPrefix("tm_1"), Pointer(InboxRows.Follow(state with { Sequence = 3, Team = "tm_1" }, [], later, "etag", Some.Now)!).Mark);
    }

    [Fact]
    public void A_state_that_the_inbox_has_seen_writes_nothing()
    {
        var state = Some.Conversation() with { Sequence = 4 };
        Assert.Null(InboxRows.Follow(state, [], new InboxPointer(4, 0, ConversationStatus.Open, null), "etag", Some.Now));
        Assert.Null(InboxRows.Follow(state, [], new InboxPointer(5, 0, ConversationStatus.Open, null), "etag", Some.Now));
    }

    [Fact]
    public void The_pointer_comes_first_and_guards_the_rest()
    {
        var state = Some.Conversation() with { Sequence = 4 };
        Assert.Equal((WriteKind.Insert, InboxRows.Pointer(state.Id)), First(InboxRows.Follow(state, [], null, null, Some.Now)!));
        Assert.Equal((WriteKind.Replace, InboxRows.Pointer(state.Id)), First(InboxRows.Follow(state, [], new InboxPointer(3, 0, ConversationStatus.Open, null), "etag", Some.Now)!));
    }

    [Fact]
    public void The_feed_gets_each_change_that_the_inbox_has_not_heard_of()
    {
        var state = Some.Conversation() with { Sequence = 5 };
        Change[] changes =
        [
            new(3, ChangeType.Conversation, state.Id, null), new(4, ChangeType.Message, state.Id, "m4"), new(5, ChangeType.Assignment, state.Id, "ag_1"),
            new(5, ChangeType.Message, Some.ConversationId(2), "other"), new(6, ChangeType.Message, state.Id, "later"),
        ];
        Assert.Equal(["m4", "ag_1"], Told(InboxRows.Follow(state, changes, new InboxPointer(3, 0, ConversationStatus.Open, null), "etag", Some.Now)!).Select(row => row.Id));
    }

    [Fact]
    public void When_changes_were_forgotten_the_feed_says_to_read_the_conversation_again()
    {
        var state = Some.Conversation() with { Sequence = 40 };
        var changes = Enumerable.Range(25, ThreadHead.RememberedChanges).Select(n => new Change(n, ChangeType.Message, state.Id, $"m{n}")).ToArray();

        var told = Told(InboxRows.Follow(state, changes, new InboxPointer(3, 0, ConversationStatus.Open, null), "etag", Some.Now)!);
        Assert.Equal(ChangeType.Conversation, told[0].Type);
        Assert.Equal(1 + ThreadHead.RememberedChanges, told.Count);

        Assert.DoesNotContain(Told(InboxRows.Follow(state, changes, new InboxPointer(24, 0, ConversationStatus.Open, null), "etag", Some.Now)!), row => row.Type == ChangeType.Conversation);
    }

    private static InboxPointer Pointer(IReadOnlyList<RowWrite> writes) => new Row(writes[0].Key, "etag", "nonce", writes[0].Document).As(ConversationsJson.Default.InboxPointer);

    private static (WriteKind, string) First(IReadOnlyList<RowWrite> writes) => (writes[0].Kind, writes[0].Key);

    private static List<FeedRow> Told(IReadOnlyList<RowWrite> writes) =>
        [.. writes.Where(write => write.Key.StartsWith("e|", StringComparison.Ordinal)).OrderBy(write => write.Key, StringComparer.Ordinal)
            .Select(write => new Row(write.Key, "etag", "nonce", write.Document).As(ConversationsJson.Default.FeedRow))];

    private static void Apply(Dictionary<string, ReadOnlyMemory<byte>> rows, IReadOnlyList<RowWrite> writes)
    {
        Assert.Equal(writes.Count, writes.Select(write => write.Key).Distinct().Count());
        foreach (var write in writes)
        {
            if (write.Kind == WriteKind.Delete) Assert.True(rows.Remove(write.Key), $"{write.Key} was not there");
            else rows[write.Key] = write.Document;
        }
    }
}
