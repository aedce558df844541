using System.Text.Json;
using CsCheck;
using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Mailgun;
using PPMessage.Suppressions;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunReportTests
{
    private const string MessageId = "msg_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123";
    private const string ConversationId = "cv_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123";
    private const string Rest = """
        "recipient":"zhang@qq.com","timestamp":1795000000.123456,"message":{"headers":{"message-id":"r.1@mg.example.com"}}
        """;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_000_100);

    [Fact]
    public void An_event_finds_its_message_by_the_variables_that_went_along()
    {
        var report = Report($$$"""
            {"event":"delivered",{{{Rest}}},"user-variables":{"ppm-message":"{{{MessageId}}}","ppm-conversation":"{{{ConversationId}}}","ppm-attempt":"2","other":1},
             "delivery-status":{"code":250,"message":"OK"},"flags":{"is-routed":false,"is-delayed-bounce":null}}
            """);

        Assert.Equal(
            new DeliveryReport(
                MessageId, ConversationId, 2, "r.1@mg.example.com", "zhang@qq.com", DeliveryStates.Delivered, "delivered", null, null, null,
                DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_123)),
            report);
    }

    [Fact]
    public void An_event_of_a_campaigns_mail_brings_its_tag_back()
    {
        Assert.Equal("cmp1.2_7.ABC", Report($$$"""{"event":"opened",{{{Rest}}},"user-variables":{"ppm-campaign":"cmp1.2_7.ABC"}}""").Campaign);
        foreach (var odd in new[] { "", "a b", "a/b", "a-b", "标签", new string('a', 201) })
            Assert.Null(Report($$$"""{"event":"opened",{{{Rest}}},"user-variables":{"ppm-campaign":"{{{odd}}}"}}""").Campaign);
    }

    [Fact]
    public void Variables_that_come_back_as_they_were_written_name_nothing_and_are_not_odd()
    {
        var told = Parse($$$"""
            {"event":"delivered",{{{Rest}}},"user-variables":{"ppm-message":"%recipient.message%","ppm-conversation":"%recipient.conversation%","ppm-attempt":"%recipient.attempt%","ppm-campaign":"%recipient.campaign%"}}
            """);

        Assert.Null(told.Odd);
        Assert.Equal((null, null, null, null), (told.Report!.MessageId, told.Report.ConversationId, told.Report.Attempt, told.Report.Campaign));
        Assert.Equal(("r.1@mg.example.com", "zhang@qq.com"), (told.Report.ProviderId, told.Report.RemoteAddress));
    }

    [Theory]
    [InlineData("accepted", DeliveryStates.Sending, null)]
    [InlineData("delivered", DeliveryStates.Delivered, null)]
    [InlineData("Delivered", DeliveryStates.Delivered, null)]
    [InlineData("opened", DeliveryStates.Read, null)]
    [InlineData("clicked", DeliveryStates.Read, null)]
    [InlineData("complained", DeliveryStates.Delivered, SuppressionReasons.Complaint)]
    [InlineData("unsubscribed", DeliveryStates.Delivered, SuppressionReasons.Unsubscribe)]
    [InlineData("rejected", DeliveryStates.Failed, null)]
    public void Each_word_of_Mailguns_has_one_of_ours(string word, string state, string? stops)
    {
        var report = Report($$$"""{"event":"{{{word}}}",{{{Rest}}}}""");

        Assert.Equal((state, word.ToLowerInvariant(), stops), (report.State, report.ProviderState, report.Stops));
    }

    [Fact]
    public void A_delay_tells_the_hosts_words_and_when_the_next_try_is()
    {
        var report = Report($$$"""
            {"event":"failed","severity":"temporary","reason":"generic",{{{Rest}}},
             "delivery-status":{"attempt-no":1,"code":451,"enhanced-code":"4.7.1","message":"4.7.1 Greylisting in action","retry-seconds":600,"mx-host":"mx3.qq.com"}}
            """);

        Assert.Equal((DeliveryStates.Deferred, "failed temporary 1", "4.7.1"), (report.State, report.ProviderState, report.ErrorCode));
        Assert.Equal("QQ does not take it yet (“4.7.1 Greylisting in action”). Mailgun tries again in 10 minutes.", report.ErrorText);
        Assert.Equal("failed temporary 2", Report($$$"""{"event":"failed","severity":"temporary",{{{Rest}}},"delivery-status":{"attempt-no":"2"}}""").ProviderState);
        Assert.Equal("failed temporary", Report($$$"""{"event":"failed","severity":"temporary",{{{Rest}}},"delivery-status":null}""").ProviderState);
    }

    [Theory]
    [InlineData("605", SuppressionReasons.Bounce)]
    [InlineData("606", SuppressionReasons.Unsubscribe)]
    [InlineData("607", SuppressionReasons.Complaint)]
    public void What_Mailgun_itself_holds_back_is_suppressed_not_bounced(string code, string stops)
    {
        foreach (var status in new[] { code, $"\"{code}\"" })
        {
            var report = Report($$$"""{"event":"failed","severity":"permanent","reason":"suppress-x",{{{Rest}}},"delivery-status":{"code":{{{status}}},"message":"","description":"Not delivering"}}""");
            Assert.Equal((DeliveryStates.Suppressed, code, stops), (report.State, report.ErrorCode, report.Stops));
        }
    }

    [Fact]
    public void A_dead_address_stops_and_a_refusal_for_now_does_not()
    {
        var dead = Report($$$"""{"event":"failed","severity":"permanent","reason":"bounce",{{{Rest}}},"delivery-status":{"code":550,"enhanced-code":"5.1.1","message":"5.1.1 User unknown","bounce-type":"hard"}}""");
        var now = Report($$$"""{"event":"failed","severity":"permanent","reason":"bounce",{{{Rest}}},"delivery-status":{"code":550,"message":"Ip frequency limited","bounce-type":"hard"}}""");

        Assert.Equal((DeliveryStates.Failed, "5.1.1", SuppressionReasons.Bounce), (dead.State, dead.ErrorCode, dead.Stops));
        Assert.Equal((DeliveryStates.Failed, MailgunFailure.RefusedForNow, null), (now.State, now.ErrorCode, now.Stops));
        Assert.StartsWith("QQ refused it for now (IP frequency limited).", now.ErrorText, StringComparison.Ordinal);
        Assert.EndsWith("(“Ip frequency limited”)", now.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("null")]
    public void A_bounce_after_the_delivery_takes_the_delivery_back_whether_it_is_called_delayed_or_not(string delayed)
    {
        var report = Report($$$"""{"event":"failed","severity":"permanent",{{{Rest}}},"flags":{"is-delayed-bounce":{{{delayed}}}},"delivery-status":{"code":550,"message":"No such user"}}""");

        Assert.True(report.Revokes);
        Assert.Equal(SuppressionReasons.Bounce, report.Stops);
    }

    [Fact]
    public void Mails_that_came_in_by_a_route_and_unknown_words_tell_nothing()
    {
        Assert.NotNull(Parse($$$"""{"event":"delivered",{{{Rest}}},"flags":{"is-routed":true}}""").Nothing);
        Assert.NotNull(Parse($$$"""{"event":"teleported",{{{Rest}}}}""").Nothing);
        Assert.NotNull(Parse("""{"event":"stored"}""").Nothing);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("""{"event":null}""")]
    [InlineData("""{"event":{}}""")]
    [InlineData("""{"event":"delivered"}""")]
    [InlineData("""{"event":"delivered","recipient":"a@b.c"}""")]
    [InlineData("""{"event":"delivered","recipient":"a@b.c","message":{"headers":null}}""")]
    [InlineData("""{"event":"delivered","recipient":null,"message":{"headers":{"message-id":"x@y"}}}""")]
    public void What_lacks_the_necessary_is_odd(string data) => Assert.NotNull(Parse(data).Odd);

    [Theory]
    [InlineData("null")]
    [InlineData("\"soon\"")]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("99999999999")]
    public void An_event_without_a_sensible_time_happened_now(string timestamp) =>
        Assert.Equal(Now, Report($$$"""{"event":"delivered","recipient":"a@b.c","timestamp":{{{timestamp}}},"message":{"headers":{"message-id":"<x@y>"} } }""").At);

    [Fact]
    public void Brackets_and_foreign_variables_are_no_part_of_an_id()
    {
        var report = Report("""{"event":"delivered","recipient":"a@b.c","timestamp":"1795000000","message":{"headers":{"message-id":"<x@y>"}},"user-variables":{"ppm-message":"msg_1","ppm-conversation":[],"ppm-attempt":0}}""");

        Assert.Equal(("x@y", null, null, null), (report.ProviderId, report.MessageId, report.ConversationId, report.Attempt));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_795_000_000), report.At);
    }

    [Fact]
    public void Any_value_in_any_place_is_no_exception()
    {
        var values = Gen.OneOf("null", "1", "1.5", "true", "[]", "{}", "\"\"", "\"\\ud800\"", "\"permanent\"", "\"temporary\"", "605", "\"x\"", """{"code":[],"message":{},"retry-seconds":"1e9","attempt-no":-1}""", """{"headers":{"message-id":"a@b"}}""");
        Gen.Select(Gen.OneOf("failed", "delivered", "rejected", "complained"), values.Array[6]).Sample((word, v) => Parse(
            $$$"""{"event":"{{{word}}}","severity":{{{v[0]}}},"recipient":{{{v[1]}}},"message":{{{v[2]}}},"delivery-status":{{{v[3]}}},"flags":{{{v[4]}}},"timestamp":{{{v[5]}}},"user-variables":{{{v[0]}}},"reason":{{{v[1]}}}}""") is not null);
    }

    private static MailgunReport Parse(string data) => MailgunReport.Parse(JsonDocument.Parse(data).RootElement, Now);

    private static DeliveryReport Report(string data) => Parse(data).Report!;
}
