using PPMessage.Channels;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioWordsTests
{
    [Theory]
    [InlineData("accepted", DeliveryStates.Sending)]
    [InlineData("scheduled", DeliveryStates.Sending)]
    [InlineData("queued", DeliveryStates.Sending)]
    [InlineData("sending", DeliveryStates.Sending)]
    [InlineData("sent", DeliveryStates.Sent)]
    [InlineData("delivered", DeliveryStates.Delivered)]
    [InlineData("read", DeliveryStates.Read)]
    [InlineData("undelivered", DeliveryStates.Failed)]
    [InlineData("failed", DeliveryStates.Failed)]
    [InlineData("canceled", DeliveryStates.Failed)]
    public void Each_word_has_our_state(string word, string state) => Assert.Equal(state, TwilioWords.State(word));

    [Theory]
    [InlineData("")]
    [InlineData("received")]
    [InlineData("teleported")]
    public void A_word_that_says_nothing_of_an_outbound_message_changes_nothing(string word) => Assert.Null(TwilioWords.State(word));
}
