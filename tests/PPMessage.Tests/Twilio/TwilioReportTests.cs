using PPMessage.Channels;
using PPMessage.Suppressions;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioReportTests
{
    private const string MessageId = "msg_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123";
    private const string ConversationId = "cv_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123";
    private const string OwnQuery = $"m={MessageId}&c={ConversationId}&a=2";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_delivery_names_our_message_and_Twilios()
    {
        var report = Parse("status-delivered.txt").Report!;

        Assert.Equal((MessageId, ConversationId, 2), (report.MessageId, report.ConversationId, report.Attempt));
        Assert.Equal(("SM6ff0cdf6e13c4a4dbbe9c1c43d1c6f6e", "+14155550123"), (report.ProviderId, report.RemoteAddress));
        Assert.Equal((DeliveryStates.Delivered, "delivered", Now), (report.State, report.ProviderState, report.At));
        Assert.Equal((null, null, null), (report.ErrorCode, report.ErrorText, report.Stops));
    }

    [Theory]
    [InlineData("cmp1.2_7.ABC", "cmp1.2_7.ABC")]
    [InlineData("", null)]
    [InlineData("a%20b", null)]
    [InlineData("%E6%A0%87", null)]
    public void A_campaigns_tag_comes_back_when_it_can_be_one(string tag, string? told)
    {
        Assert.Equal(told, Parse("status-delivered.txt", $"{OwnQuery}&k={tag}").Report!.Campaign);
        Assert.Null(Parse("status-delivered.txt").Report!.Campaign);
        Assert.Null(Parse("status-delivered.txt", $"{OwnQuery}&k={new string('a', 201)}").Report!.Campaign);
    }

    [Fact]
    public void A_failure_says_why()
    {
        var report = Parse("status-undelivered.txt").Report!;

        Assert.Equal((DeliveryStates.Failed, "undelivered", "30003", (string?)null), (report.State, report.ProviderState, report.ErrorCode, report.Stops));
    }

    [Fact]
    public void An_opt_out_that_shows_only_now_is_told()
    {
        var report = Parse("status-opted-out.txt").Report!;

        Assert.Equal((DeliveryStates.Failed, "21610", (string?)SuppressionReasons.Stop), (report.State, report.ErrorCode, report.Stops));
        Assert.Equal("Attempt to send to unsubscribed recipient", report.ErrorText);
    }

    [Fact]
    public void Twilios_list_tells_the_same_without_our_ids()
    {
        const string Item = """{"sid":"SM1","status":"failed","to":"+14155550123","error_code":21610,"error_message":"Attempt to send to unsubscribed recipient"}""";

        var report = TwilioReport.Listed(TwilioResource.Parse(Item)!, Now)!;

        Assert.Equal((null, null, null), (report.MessageId, report.ConversationId, report.Attempt));
        Assert.Equal(("SM1", "+14155550123", "failed", Now), (report.ProviderId, report.RemoteAddress, report.ProviderState, report.At));
        Assert.Equal((DeliveryStates.Failed, "21610", SuppressionReasons.Stop), (report.State, report.ErrorCode, report.Stops));
        Assert.Null(TwilioReport.Listed(TwilioResource.Parse("""{"sid":"SM1","status":"a-new-word","to":"+14155550123"}""")!, Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("m=&c=&a=")]
    [InlineData("m=msg_1&c=cv_1&a=0")]
    [InlineData("m=" + ConversationId + "&c=" + MessageId + "&a=-1")]
    [InlineData("m=msg_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ012/&c=cv_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ012%23&a=x")]
    [InlineData("m=" + MessageId + "1&c=" + ConversationId + "1&a=1.0")]
    public void A_query_that_is_not_ours_names_nothing(string query)
    {
        var report = Parse("status-delivered.txt", query).Report!;

        Assert.Equal((null, null, null), (report.MessageId, report.ConversationId, report.Attempt));
    }

    [Fact]
    public void An_unknown_word_changes_nothing_and_is_not_odd()
    {
        var (report, odd, word) = TwilioReport.Parse(new TwilioFields([new("MessageSid", "SM1"), new("To", "+1"), new("MessageStatus", "teleported")]), new TwilioFields([]), Now);

        Assert.Equal((null, null, "teleported"), (report, odd, word));
    }

    [Theory]
    [InlineData("To=%2B1&MessageStatus=sent")]
    [InlineData("MessageSid=SM1&MessageStatus=sent")]
    [InlineData("MessageSid=SM1&To=%2B1")]
    [InlineData("MessageSid=&To=%2B1&MessageStatus=sent")]
    public void Without_a_message_or_a_state_it_is_odd(string body)
    {
        var (report, odd, word) = TwilioReport.Parse(new TwilioFields(Payload.Pairs(body)), new TwilioFields([]), Now);

        Assert.Null(report);
        Assert.NotNull(odd);
        Assert.Null(word);
    }

    private static TwilioReport Parse(string payload, string query = OwnQuery) => TwilioReport.Parse(Payload.Fields(payload), new TwilioFields(Payload.Pairs(query)), Now);
}
