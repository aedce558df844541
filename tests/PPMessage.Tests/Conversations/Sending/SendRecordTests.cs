using PPMessage.Channels;
using PPMessage.Conversations;
using PPMessage.Conversations.Sending;
using Xunit;

namespace PPMessage.Tests.Conversations.Sending;

public sealed class SendRecordTests
{
    private static readonly Message Claimed = Some.Outbound(Some.Delivery());

    [Fact]
    public void A_claim_counts_the_attempt_and_forgets_the_last_error()
    {
        var failed = Some.Outbound(Some.Delivery(DeliveryStates.Failed, 3) with { Error = new DeliveryError("30003", "x"), NotBefore = Some.Now });
        var delivery = SendRecord.Claimed(failed, Some.Now, TimeSpan.FromSeconds(90)).Delivery!;
        Assert.Equal((DeliveryStates.Sending, 4, Some.Now.AddSeconds(90)), (delivery.State, delivery.Attempt, delivery.ClaimedUntil));
        Assert.Null(delivery.Error);
        Assert.Null(delivery.NotBefore);
    }

    [Fact]
    public void An_accepted_message_has_the_providers_id_and_is_not_looked_at_again()
    {
        var record = SendRecord.Of(Claimed, new SendOutcome.Accepted("SM1", DeliveryStates.Sending), Some.Now);
        Assert.Equal(("SM1", DeliveryStates.Sending, (TimeSpan?)null), (record.Message.ProviderId, record.Message.Delivery!.State, record.Again));
        Assert.Null(record.Message.Delivery.ClaimedUntil);
    }

    [Fact]
    public void A_refused_message_has_failed_with_the_providers_words_for_good()
    {
        var record = SendRecord.Of(Claimed, new SendOutcome.Refused("21211", "No such number"), Some.Now);
        Assert.Equal((DeliveryStates.Failed, new DeliveryError("21211", "No such number"), (TimeSpan?)null), (record.Message.Delivery!.State, record.Message.Delivery.Error, record.Again));
    }

    [Fact]
    public void An_unknown_outcome_is_asked_about_soon()
    {
        var record = SendRecord.Of(Claimed, new SendOutcome.Unknown("time-out", "No answer"), Some.Now);
        Assert.Equal((DeliveryStates.Unknown, SendRecord.FirstQuestion), (record.Message.Delivery!.State, record.Again));
    }

    [Theory]
    [InlineData(1, 60, 60)]
    [InlineData(1, 1, 2)]
    [InlineData(5, 1, 32)]
    [InlineData(30, 1, 900)]
    [InlineData(2000, 1, 900)]
    public void What_the_provider_puts_off_waits_as_long_as_it_says_and_ever_longer(int attempt, int asked, int seconds)
    {
        var record = SendRecord.Of(Some.Outbound(Some.Delivery(attempt: attempt)), new SendOutcome.TryLater("20429", "Busy", TimeSpan.FromSeconds(asked)), Some.Now);
        Assert.Equal((DeliveryStates.Deferred, TimeSpan.FromSeconds(seconds)), (record.Message.Delivery!.State, record.Again));
        Assert.Equal(Some.Now.AddSeconds(seconds), record.Message.Delivery.NotBefore);
    }

    [Fact]
    public void What_a_person_sends_again_has_a_day_of_its_own()
    {
        var asked = Some.Outbound(Some.Delivery() with { AskedAgainAt = Some.Now.AddDays(3) });
        SendRecord Later(TimeSpan after) => SendRecord.Of(asked, new SendOutcome.TryLater("HTTP 429", "Busy", TimeSpan.FromSeconds(1)), Some.Now.AddDays(3) + after);

        Assert.Equal(DeliveryStates.Deferred, Later(TimeSpan.FromHours(23)).Message.Delivery!.State);
        Assert.Equal(DeliveryStates.Failed, Later(TimeSpan.FromHours(25)).Message.Delivery!.State);
    }

    [Fact]
    public void After_a_day_it_is_given_up()
    {
        var record = SendRecord.Of(Claimed, new SendOutcome.TryLater("20429", "Busy", TimeSpan.FromSeconds(1)), Some.Now.AddHours(24).AddSeconds(1));
        Assert.Equal((DeliveryStates.Failed, (TimeSpan?)null), (record.Message.Delivery!.State, record.Again));
    }

    [Fact]
    public void The_history_stays_bounded()
    {
        var message = Claimed;
        for (var i = 0; i < 200; i++) message = SendRecord.Of(message, new SendOutcome.TryLater("20429", "Busy", TimeSpan.FromSeconds(1)), Some.Now.AddSeconds(i)).Message;
        Assert.Equal(50, message.Delivery!.History.Count);
        Assert.Equal(Some.Now.AddSeconds(199), message.Delivery.History[^1].At);
    }
}
