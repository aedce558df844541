using PPMessage.Conversations;
using PPMessage.Storage;
using PPMessage.Suppressions;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class ReceivingTests
{
    private static readonly Sender Stranger = new("ct_new", null);

    [Fact]
    public void The_first_message_opens_a_conversation_that_nobody_is_assigned_to()
    {
        var edit = Decide(null, Some.Received("你好"));

        var conversation = Assert.Single(edit.Head.Open);
        Assert.Equal(Some.ConversationId(), conversation.Id);
        Assert.Equal(("ct_new", "你好", 1, (string?)null), (conversation.ContactId, conversation.LastWords, conversation.MessageCount, conversation.Assignee));
        Assert.Equal([ChangeType.Conversation, ChangeType.Message], edit.Head.Changes.Select(change => change.Type));
        Assert.Equal(edit.Head.Sequence, conversation.Sequence);
    }

    [Fact]
    public void The_dedupe_row_is_the_first_write_so_that_a_duplicate_is_known_as_one()
    {
        var received = Some.Received("again", 5);
        var edit = Decide(Some.Head(Some.Conversation()), received);
        edit.Claim(received.DedupeRow, new Dedupe(Some.ConversationId(), received.MessageId));

        var writes = edit.Writes();
        Assert.Equal((WriteKind.Insert, received.DedupeRow), (writes[0].Kind, writes[0].Key));
        Assert.Equal([ThreadRows.Head], writes.Where(write => write.Key.StartsWith('0')).Select(write => write.Key));
    }

    [Fact]
    public void A_known_senders_message_joins_the_open_conversation_and_opens_a_pending_one_again()
    {
        var edit = Decide(Some.Head(Some.Conversation() with { Status = ConversationStatus.Pending, MessageCount = 7 }), Some.Received("still there?", 9));

        var conversation = Assert.Single(edit.Head.Open);
        Assert.Equal((Some.ConversationId(), ConversationStatus.Open, 8), (conversation.Id, conversation.Status, conversation.MessageCount));
        Assert.Contains(edit.Head.Changes, change => change.Type == ChangeType.Conversation);
    }

    [Fact]
    public void A_known_sender_without_an_open_conversation_keeps_the_contact_and_gets_a_new_conversation()
    {
        var edit = Decide(Some.Head() with { LastAgent = "ag_1" }, Some.Received("me again", 3));

        // Whom it goes to is a flow's to say.
        var conversation = Assert.Single(edit.Head.Open);
        Assert.Equal(("ct_1", "王芳", (string?)null), (conversation.ContactId, conversation.ContactName, conversation.Assignee));
    }

    [Theory]
    [InlineData(false, nameof(OptOutWord.Stop), true, true)]
    // Said again later: an older start that is still on its way must not lift it.
    [InlineData(true, nameof(OptOutWord.Stop), true, true)]
    [InlineData(true, nameof(OptOutWord.Start), false, true)]
    [InlineData(false, nameof(OptOutWord.Start), false, false)]
    [InlineData(true, nameof(OptOutWord.Help), true, false)]
    [InlineData(true, null, true, false)]
    public void Words_stop_and_lift(bool before, string? word, bool after, bool isNoted)
    {
        var consent = before ? Consent.Unspoken.After(new ConsentChange(true, "word", "STOP", null, Some.Now)) : null;
        var edit = Decide(Some.Head(Some.Conversation()) with { Consent = consent }, Some.Received("WORD", 2, word is null ? null : Enum.Parse<OptOutWord>(word)));
        Assert.Equal(after, edit.Head.Consent?.Stopped ?? false);
        Assert.Equal((consent?.History.Count ?? 0) + (isNoted ? 1 : 0), edit.Head.Consent?.History.Count ?? 0);
    }

    [Fact]
    public void Last_words_are_not_cut_inside_a_character()
    {
        var text = new string('x', 119) + "👍👍";
        Assert.Equal(new string('x', 119) + "…", Receiving.Beginning(text));
        Assert.Equal("short", Receiving.Beginning("short"));
        Assert.Equal(121, Receiving.Beginning(new string('长', 500)).Length);
    }

    private static ThreadEdit Decide(ThreadHead? head, Received received) => Receiving.Decide(head, head is null ? null : "etag", null, received, Stranger).Edit;
}
