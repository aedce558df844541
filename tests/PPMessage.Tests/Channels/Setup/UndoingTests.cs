using PPMessage.Channels.Setup;
using Xunit;

namespace PPMessage.Tests.Channels.Setup;

public sealed class UndoingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_stands_as_we_wrote_it_gets_back_what_was_before() =>
        Assert.Equal([new Wish("url", "theirs", "ours")], Undo(new Place("url", "ours", "ours", null, PlaceHolder.Ours), new("url", "theirs", "ours")).Wishes);

    [Fact]
    public void What_was_written_to_hold_nothing_gets_back_what_was_before() =>
        Assert.Equal([new Wish("application", "theirs")], Undo(new Place("application", null, null, null, PlaceHolder.Free), new("application", "theirs", null)).Wishes);

    [Fact]
    public void What_already_stands_as_before_is_not_written_again()
    {
        var undoing = Undo(new Place("url", "theirs", "ours", "theirs", PlaceHolder.Foreign), new("url", "theirs", "ours"));

        Assert.Empty(undoing.Wishes);
        Assert.Empty(undoing.Left);
    }

    [Fact]
    public void From_a_list_that_others_have_changed_since_only_ours_is_taken() =>
        Assert.Equal([new Wish("list", "b", "b ours")], Undo(new Place("list", "b ours", "b ours", "b", PlaceHolder.Ours), new("list", "a", "a ours")).Wishes);

    [Fact]
    public void Who_left_a_list_is_not_put_back() =>
        Assert.Equal([new Wish("list", null, "ours")], Undo(new Place("list", "ours", "ours", null, PlaceHolder.Ours) { IsShared = true }, new("list", "a", "a ours")).Wishes);

    [Fact]
    public void What_was_written_to_another_resource_is_told_and_left()
    {
        var undoing = Undo(new Place("flag", "true", "true", "true", PlaceHolder.Free) { Resource = "B" }, new("flag", "false", "true", "A"));

        Assert.Empty(undoing.Wishes);
        Assert.Contains("flag of A", Assert.Single(undoing.Left), StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_override_who_has_come_since_is_not_put_back()
    {
        var record = new Connection([new("url", null, "ours"), new("application", "theirs", null), new("fallback", "old", "ours")], "admin", Now);
        var undoing = Undoing.Of(
            [
                new Place("url", "newcomer", "ours", "newcomer", PlaceHolder.Foreign),
                new Place("application", null, null, null, PlaceHolder.Free),
                new Place("fallback", "ours", "ours", null, PlaceHolder.Ours),
            ],
            record);

        Assert.Equal([new Wish("fallback", "old", "ours")], undoing.Wishes);
        Assert.Contains(undoing.Left, sentence => sentence.StartsWith("application stays empty", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_gone_is_told()
    {
        var undoing = Undoing.Of([], new Connection([new("route", "theirs", "ours")], "admin", Now));

        Assert.Empty(undoing.Wishes);
        Assert.Contains("route", Assert.Single(undoing.Left), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ours-old", true, null, null)]
    [InlineData("theirs", false, null, "theirs")]
    [InlineData("ours-old", true, "theirs", "theirs")]
    [InlineData("others", false, "theirs", "others")]
    public void A_record_never_puts_ours_back_and_keeps_what_it_knew_first(string stands, bool isOurs, string? earlier, string? before)
    {
        var known = earlier is null ? null : new Connection([new("url", earlier, "ours")], "admin", Now);

        var record = Connection.With(known, [new Place("url", stands, "ours", null, isOurs ? PlaceHolder.Ours : PlaceHolder.Foreign)], "admin", Now);

        Assert.Equal(new ConnectedPlace("url", before, "ours"), Assert.Single(record.Places));
    }

    [Theory]
    [InlineData("a ours", "a", null)]
    [InlineData("ours", null, null)]
    [InlineData("ours-then", null, "first")]
    public void The_record_of_a_list_follows_who_joins_and_who_leaves(string stands, string? without, string? before)
    {
        var known = new Connection([new("list", "first", "ours-then")], "admin", Now);

        var record = Connection.With(known, [new Place("list", stands, "wanted", without, PlaceHolder.Ours) { IsShared = true }], "admin", Now);

        Assert.Equal(before ?? without, Assert.Single(record.Places).Before);
    }

    [Fact]
    public void The_record_keeps_what_was_written_to_another_resource()
    {
        var known = new Connection([new("flag", "false", "true", "A")], "admin", Now);

        var record = Connection.With(known, [new Place("flag", "false", "true", "false", PlaceHolder.Foreign) { Resource = "B" }], "admin", Now);

        Assert.Equal([new("flag", "false", "true", "A"), new ConnectedPlace("flag", "false", "true", "B")], record.Places);
    }

    [Fact]
    public void The_record_keeps_places_that_are_not_written_this_time()
    {
        var record = Connection.With(new Connection([new("url", "theirs", "ours")], "admin", Now), [new Place("fallback", null, "ours", null, PlaceHolder.Free)], "admin", Now);

        Assert.Equal([new("url", "theirs", "ours"), new("fallback", null, "ours")], record.Places);
    }

    private static Undoing Undo(Place place, ConnectedPlace recorded) => Undoing.Of([place], new Connection([recorded], "admin", Now));
}
