using PPMessage.Channels;
using PPMessage.Conversations;
using PPMessage.Storage;
using PPMessage.Suppressions;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class ReplyingTests
{
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(90);

    [Fact]
    public void A_reply_is_committed_already_claimed_so_that_nobody_else_sends_it()
    {
        var (_, _, message) = Decide(Some.Head(Some.Conversation()), Some.Conversation(), Some.Draft("Hi"));
        Assert.Equal((DeliveryStates.Sending, 1, Some.Now.AddMinutes(1) + Claim), (message.Delivery!.State, message.Delivery.Attempt, message.Delivery.ClaimedUntil));
        Assert.Equal([DeliveryStates.Queued, DeliveryStates.Sending], message.Delivery.History.Select(step => step.State));
    }

    [Fact]
    public void The_agent_who_answers_first_has_an_unassigned_conversation_and_is_remembered()
    {
        var (edit, conversation, _) = Decide(Some.Head(Some.Conversation()), Some.Conversation(), Some.Draft("Hi", agent: "ag_1"));
        Assert.Equal(("ag_1", "ag_1"), (conversation.Assignee, edit.Head.LastAgent));

        var others = Some.Conversation() with { Assignee = "ag_2" };
        (edit, conversation, _) = Decide(Some.Head(others), others, Some.Draft("Hi", agent: "ag_1"));
        Assert.Equal(("ag_2", "ag_1"), (conversation.Assignee, edit.Head.LastAgent));
    }

    [Fact]
    public void A_note_has_no_delivery_and_changes_neither_status_nor_assignee_nor_last_agent()
    {
        var (edit, conversation, message) = Decide(Some.Head(Some.Conversation()), Some.Conversation(), Some.Draft("内部", MessageKind.Note, "ag_1"));
        Assert.Null(message.Delivery);
        Assert.Null(conversation.Assignee);
        Assert.Null(edit.Head.LastAgent);
        Assert.Equal(("内部", 1), (conversation.LastWords, conversation.MessageCount));
    }

    [Fact]
    public void An_answer_to_a_resolved_conversation_reopens_it_and_a_note_does_not()
    {
        var resolved = Some.Conversation() with { Status = ConversationStatus.Resolved };
        var (edit, conversation, _) = Decide(Some.Head(), resolved, Some.Draft("Hi"), "closed-etag");
        Assert.Equal(ConversationStatus.Open, conversation.Status);
        Assert.Equal(conversation, Assert.Single(edit.Head.Open));
        Assert.Contains(edit.Writes(), write => write is { Kind: WriteKind.Delete, ETag: "closed-etag" });

        (edit, conversation, _) = Decide(Some.Head(), resolved, Some.Draft("Note", MessageKind.Note), "closed-etag");
        Assert.Equal(ConversationStatus.Resolved, conversation.Status);
        Assert.Empty(edit.Head.Open);
        Assert.DoesNotContain(edit.Writes(), write => write.Kind == WriteKind.Delete);
    }

    [Theory]
    [InlineData("word", "退订", "Not sent: the contact wrote \"退订\" on 2026-11-23 08:00 UTC. A START from the contact lifts it.")]
    [InlineData("provider", "21610", "Not sent: the contact is stopped at the provider (21610) on 2026-11-23 08:00 UTC. A START from the contact lifts it.")]
    public void A_message_to_a_stopped_contact_is_suppressed_and_says_why(string source, string detail, string why)
    {
        var stopped = Some.Head(Some.Conversation()) with { Consent = Consent.Unspoken.After(new ConsentChange(true, source, detail, null, Some.Now)) };
        var (_, _, message) = Decide(stopped, Some.Conversation(), Some.Draft("Hi"));
        Assert.Equal((DeliveryStates.Suppressed, 0, (DateTimeOffset?)null), (message.Delivery!.State, message.Delivery.Attempt, message.Delivery.ClaimedUntil));
        Assert.Equal(new DeliveryError("stopped", why), message.Delivery.Error);
    }

    [Fact]
    public void The_request_key_is_claimed_before_anything_else()
    {
        var (edit, _, message) = Decide(Some.Head(Some.Conversation()), Some.Conversation(), Some.Draft("Hi", dedupe: "d|request"));
        Assert.Equal("d|request", edit.Writes()[0].Key);
        Assert.EndsWith(Ids.Inverse(Some.Ulid(2)), edit.Writes()[edit.IndexOf(message)].Key, StringComparison.Ordinal);
    }

    private static (ThreadEdit Edit, Conversation Conversation, Message Message) Decide(ThreadHead head, Conversation conversation, Draft draft, string? closed = null)
    {
        var outgoing = draft.Kind == MessageKind.Note ? null : Some.Outgoing(head, conversation);
        return Replying.Decide(head, "etag", conversation, closed, draft, Replying.MessageOf(conversation, draft, outgoing), outgoing, Claim);
    }
}
