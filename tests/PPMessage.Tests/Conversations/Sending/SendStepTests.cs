using PPMessage.Channels;
using PPMessage.Conversations;
using PPMessage.Conversations.Sending;
using Xunit;

namespace PPMessage.Tests.Conversations.Sending;

public sealed class SendStepTests
{
    [Theory]
    [InlineData(DeliveryStates.Failed)]
    [InlineData(DeliveryStates.Suppressed)]
    [InlineData(DeliveryStates.Delivered)]
    [InlineData(DeliveryStates.Read)]
    public void What_is_settled_is_left_alone(string state) => Assert.IsType<SendStep.Done>(Next(Some.Delivery(state)));

    [Fact]
    public void What_the_provider_has_is_left_alone() =>
        Assert.IsType<SendStep.Done>(SendStep.Next(Some.Stored(Some.Outbound(Some.Delivery(DeliveryStates.Sent)) with { ProviderId = "SM1" }), Some.Now));

    [Fact]
    public void A_note_is_left_alone() => Assert.IsType<SendStep.Done>(SendStep.Next(Some.Stored(Some.Outbound(Some.Delivery()) with { Delivery = null }), Some.Now));

    [Fact]
    public void What_somebody_has_claimed_is_waited_for() =>
        Assert.Equal(new SendStep.Wait(Some.Now.AddSeconds(90)), Next(Some.Delivery()));

    [Fact]
    public void A_claim_that_ran_out_is_asked_about_and_never_simply_sent_again() => Assert.IsType<SendStep.Reconcile>(Next(Some.Delivery(), 91));

    [Fact]
    public void An_unknown_outcome_is_asked_about() => Assert.IsType<SendStep.Reconcile>(Next(Some.Delivery(DeliveryStates.Unknown)));

    [Fact]
    public void A_deferred_message_waits_for_its_time_and_is_then_sent()
    {
        var deferred = Some.Delivery(DeliveryStates.Deferred) with { NotBefore = Some.Now.AddMinutes(5), ClaimedUntil = null };
        Assert.Equal(new SendStep.Wait(Some.Now.AddMinutes(5)), Next(deferred));
        Assert.IsType<SendStep.Attempt>(Next(deferred, 300));
    }

    [Fact]
    public void A_queued_message_is_sent() => Assert.IsType<SendStep.Attempt>(Next(new Delivery { State = DeliveryStates.Queued }));

    [Fact]
    public void A_word_of_the_provider_about_this_attempt_settles_it()
    {
        var word = Some.Word(DeliveryStates.Sent);
        Assert.Equal(new SendStep.Settle(word), SendStep.Next(Some.Stored(Some.Outbound(Some.Delivery(DeliveryStates.Unknown)), word), Some.Now));
        Assert.IsType<SendStep.Reconcile>(SendStep.Next(Some.Stored(Some.Outbound(Some.Delivery(DeliveryStates.Unknown, 2)), word), Some.Now));
    }

    private static SendStep Next(Delivery delivery, int seconds = 0) => SendStep.Next(Some.Stored(Some.Outbound(delivery)), Some.Now.AddSeconds(seconds));
}
