using CsCheck;
using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioOutcomeTests
{
    private static readonly OutboundMessage Message = new("msg_1", "cv_1", 1, null, "+14155550123", OutboundContent.Of("Hello"));

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    public void A_sid_is_what_accepts(int status)
    {
        Assert.Equal(new SendOutcome.Accepted("SM1", DeliveryStates.Sent), Of(status, """{"sid":"SM1","status":"sent"}"""));
        Assert.Equal(new SendOutcome.Accepted("SM1", DeliveryStates.Sending), Of(status, """{"sid":"SM1","status":"teleporting","num_segments":1,"error_code":null}"""));
        Assert.Equal(new SendOutcome.Accepted("SM1", DeliveryStates.Sending), Of(status, """{"sid":"SM1"}"""));
    }

    [Theory]
    [InlineData(201, "")]
    [InlineData(201, "<html></html>")]
    [InlineData(201, "{}")]
    [InlineData(201, "[1]")]
    [InlineData(201, "null")]
    [InlineData(201, """{"sid":""}""")]
    [InlineData(201, """{"sid":{"a":1}}""")]
    [InlineData(302, "")]
    [InlineData(408, "")]
    [InlineData(500, """{"code":21610,"message":"never mind"}""")]
    [InlineData(502, "<html></html>")]
    [InlineData(503, "")]
    [InlineData(100, "")]
    public void Whatever_proves_nothing_is_unknown(int status, string body) => Assert.IsType<SendOutcome.Unknown>(Of(status, body));

    [Theory]
    [InlineData(400, """{"code":21211,"message":"Invalid To","status":400}""", "21211")]
    [InlineData(400, """{"code":99999,"message":"New today"}""", "99999")]
    [InlineData(400, """{"code":"21614","message":"As text"}""", "21614")]
    [InlineData(403, """{"code":21408,"message":"Not enabled"}""", "21408")]
    [InlineData(404, """{"code":20404,"message":"Not found"}""", "20404")]
    [InlineData(400, "<html></html>", "HTTP 400")]
    [InlineData(422, "", "HTTP 422")]
    public void Other_answers_of_the_400s_are_final(int status, string body, string code)
    {
        var refused = Assert.IsType<SendOutcome.Refused>(Of(status, body));

        Assert.Equal((code, false), (refused.Code, refused.OptedOut));
        Assert.NotEmpty(refused.Text);
    }

    [Theory]
    [InlineData(401, "", 300)]
    [InlineData(401, """{"code":20003,"message":"Authenticate"}""", 300)]
    [InlineData(403, """{"code":20003,"message":"Authenticate"}""", 300)]
    [InlineData(403, """{"code":70051,"message":"Permission"}""", 300)]
    [InlineData(429, """{"code":21611,"message":"Queue"}""", 3600)]
    [InlineData(400, """{"code":63038,"message":"Daily"}""", 3600)]
    [InlineData(429, """{"code":63038,"message":"Daily"}""", 3600)]
    public void Some_troubles_pass(int status, string body, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<SendOutcome.TryLater>(Of(status, body)).After);

    [Fact]
    public void Retry_After_is_honoured_within_reason()
    {
        Assert.Equal(TimeSpan.FromSeconds(17), After(TimeSpan.FromSeconds(17)));
        Assert.Equal(TimeSpan.FromHours(6), After(TimeSpan.FromDays(30)));
        Assert.InRange(After(TimeSpan.FromSeconds(-5)), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Waits_grow_with_each_attempt_to_a_limit() => Gen.Select(Gen.Int[1, 1000], Gen.String[Gen.Char.AlphaNumeric, 1, 20]).Sample((attempt, id) =>
    {
        var answer = new TwilioAnswer(ProviderReach.Answered, 429, "", null, "");
        var after = ((SendOutcome.TryLater)TwilioOutcome.Of(answer, Message with { Id = id, Attempt = attempt })).After.TotalSeconds;
        var floor = Math.Min(Math.Pow(2, attempt - 1), 30);
        return after >= floor && after <= floor * 1.5;
    });

    [Theory]
    [InlineData(401, "", true)]
    [InlineData(403, """{"code":70051}""", true)]
    [InlineData(400, """{"code":21211}""", false)]
    [InlineData(500, """{"code":20003}""", false)]
    public void A_broken_channel_is_told_from_a_bad_message(int status, string body, bool broken) =>
        Assert.Equal(broken, TwilioOutcome.IsChannelBroken(new TwilioAnswer(ProviderReach.Answered, status, body, null, "")));

    private static TimeSpan After(TimeSpan asked) =>
        ((SendOutcome.TryLater)TwilioOutcome.Of(new TwilioAnswer(ProviderReach.Answered, 429, "", asked, ""), Message)).After;

    private static SendOutcome Of(int status, string body) => TwilioOutcome.Of(new TwilioAnswer(ProviderReach.Answered, status, body, null, ""), Message);
}
