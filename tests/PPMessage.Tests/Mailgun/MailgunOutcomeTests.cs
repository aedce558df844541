using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunOutcomeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly OutboundMessage Message = new("msg_1", "cv_1", 1, null, "a@b.c", OutboundContent.Of("Hi"));

    [Fact]
    public void A_queued_message_has_its_id_without_brackets() =>
        Assert.Equal(new SendOutcome.Accepted("20261122.1@mg.example.com", DeliveryStates.Sending), Of(200, MailgunStub.Queued));

    [Theory]
    [InlineData(200, "Mailgun Magnificent API")]
    [InlineData(200, "\"Mailgun Magnificent API\"\n")]
    [InlineData(201, """{"message":"Mailgun Magnificent API"}""")]
    public void Mailguns_front_door_takes_no_mail(int status, string body) =>
        Assert.Contains("domain is malformed", Assert.IsType<SendOutcome.Refused>(Of(status, body)).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData(200, "")]
    [InlineData(204, "")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"id":""}""")]
    [InlineData(200, """{"id":{}}""")]
    [InlineData(200, """{"id":"<1@mg.exam""")]
    [InlineData(202, """["Queued"]""")]
    [InlineData(200, "<html>")]
    [InlineData(200, """{"message":"Queued. Thank you."}""")]
    public void A_success_that_names_no_message_may_have_been_sent(int status, string body)
    {
        var text = Assert.IsType<SendOutcome.Unknown>(Of(status, body)).Text;
        Assert.StartsWith($"Mailgun answered {status} without ", text, StringComparison.Ordinal);
        Assert.Contains("may send it twice", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_Mailgun_forbids_for_another_reason_is_told_in_its_words()
    {
        var later = Assert.IsType<SendOutcome.TryLater>(Of(403, """{"message":"Domain mg.example.com is not allowed to send large batches yet"}"""));
        Assert.Equal("Mailgun refuses it for now: Domain mg.example.com is not allowed to send large batches yet", later.Text);
    }

    [Theory]
    [InlineData(500, "<html><h1>The server is temporarily unable</h1></html>")]
    [InlineData(503, "")]
    public void Whoever_reads_of_an_unknown_outcome_is_told_what_not_to_do(int status, string body)
    {
        var text = Assert.IsType<SendOutcome.Unknown>(Of(status, body)).Text;
        Assert.StartsWith($"Mailgun answered {status}: ", text, StringComparison.Ordinal);
        Assert.Contains("may send it twice", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "Forbidden")]
    [InlineData(401, "\"Forbidden\"")]
    [InlineData(403, "Forbidden")]
    [InlineData(404, """{"message":"Domain not found: mg.example.com"}""")]
    public void A_wrong_key_or_region_breaks_the_channel_not_the_message(int status, string body)
    {
        var later = Assert.IsType<SendOutcome.TryLater>(Of(status, body));

        Assert.Equal(($"HTTP {status}", MailgunOutcome.BrokenChannelAfter), (later.Code, later.After));
        Assert.Contains("region", later.Text, StringComparison.Ordinal);
        Assert.True(MailgunOutcome.IsChannelBroken(Answer(status, body)));
    }

    [Theory]
    [InlineData(400, """{"message":"Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings."}""", "authorized recipients")]
    [InlineData(400, """{"message":"to parameter is not a valid address. please check documentation"}""", "not a valid address")]
    [InlineData(400, "", "without saying why")]
    [InlineData(402, """{"message":"Payment required"}""", "paid")]
    [InlineData(413, "Request Entity Too Large", "too large")]
    [InlineData(422, "x", "x")]
    public void What_Mailgun_refuses_for_good_is_refused_in_its_words(int status, string body, string words) =>
        Assert.Contains(words, Assert.IsType<SendOutcome.Refused>(Of(status, body)).Text, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("1795348920.5", "", 120.5)]
    [InlineData(null, "Domain mg.example.com is not allowed to send: request limit exceeded, try again after Sun, 22 Nov 2026 12:10:00 UTC", 600)]
    [InlineData(null, "Domain mg.example.com is not allowed to send: request limit exceeded, try again after Sun, 22 Nov 2026 12:10:00 +0000", 600)]
    [InlineData(null, """{"message":"account-requests-per-sec limit exceeded, try again after 120 seconds"}""", 120)]
    [InlineData("soon", "try again after 30 seconds", 30)]
    [InlineData("1", "", 1)]
    [InlineData("9999999999", "", 6 * 3600)]
    public void Too_many_are_tried_again_when_Mailgun_says(string? reset, string body, double seconds)
    {
        var answer = Answer(429, body, reset is null ? [] : [new("x-ratelimit-reset", reset)]);

        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<SendOutcome.TryLater>(MailgunOutcome.Of(answer, Message, Now)).After);
    }

    [Fact]
    public void Too_many_without_a_time_are_tried_again_soon() => Assert.InRange(Assert.IsType<SendOutcome.TryLater>(Of(429, "")).After, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(408)]
    [InlineData(302)]
    public void Without_a_clear_answer_the_outcome_is_unknown(int status) => Assert.IsType<SendOutcome.Unknown>(Of(status, "<html>"));

    [Fact]
    public void How_far_it_got_decides_without_an_answer()
    {
        Assert.IsType<SendOutcome.TryLater>(MailgunOutcome.Of(new ProviderAnswer(ProviderReach.NotWritten, 0, "", [], "no route"), Message, Now));
        Assert.IsType<SendOutcome.Unknown>(MailgunOutcome.Of(new ProviderAnswer(ProviderReach.Unclear, 0, "", [], "reset"), Message, Now));
    }

    private static ProviderAnswer Answer(int status, string body, params KeyValuePair<string, string>[] headers) => new(ProviderReach.Answered, status, body, headers, "");

    private static SendOutcome Of(int status, string body) => MailgunOutcome.Of(Answer(status, body), Message, Now);
}
