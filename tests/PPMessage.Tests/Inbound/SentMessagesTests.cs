using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Tests.Conversations;
using Xunit;

namespace PPMessage.Tests.Inbound;

public sealed class SentMessagesTests
{
    [Theory]
    [InlineData(DeliveryStates.Sent, DeliveryStates.Delivered, true)]
    [InlineData(DeliveryStates.Failed, DeliveryStates.Delivered, true)]
    [InlineData(DeliveryStates.Delivered, DeliveryStates.Sent, false)]
    [InlineData(DeliveryStates.Delivered, DeliveryStates.Failed, false)]
    public void News_is_what_changes_what_is_shown(string own, string told, bool isNews)
    {
        var stored = Some.Stored(Some.Outbound(Some.Delivery(own)));
        var report = new DeliveryReport(null, null, null, "SM1", Some.Phone, told, told, null, null, null, Some.Now);

        Assert.Equal(isNews, SentMessages.IsNews(stored, 1, report, Some.Now));
    }
}
