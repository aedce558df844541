using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioSearchTests
{
    private static readonly DateTimeOffset Sent = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("It’s “here” – now…", true)]
    [InlineData("It's \"here\" - now...", true)]
    [InlineData("Its here now", true)]
    [InlineData("It's here", false)]
    [InlineData("It's here now!!1", false)]
    public void Look_alikes_of_punctuation_are_the_same_text(string body, bool found) =>
        Assert.Equal(found, Found(Search("It's \"here\" - now..."), Page(null, Item("SM1", Sent, body))).Any());

    [Fact]
    public void A_text_of_signs_alone_must_be_equal()
    {
        Assert.Empty(Found(Search("👍"), Page(null, Item("SM1", Sent, "👎"))));
        Assert.NotEmpty(Found(Search("👍"), Page(null, Item("SM1", Sent, "👍"))));
    }

    [Fact]
    public void A_clock_that_differs_by_two_minutes_is_borne()
    {
        Assert.NotEmpty(Found(Search("Hi"), Page(null, Item("SM1", Sent.AddSeconds(-119), "Hi"))));
        Assert.Empty(Found(Search("Hi"), Page(null, Item("SM1", Sent.AddSeconds(-121), "Hi"))));
    }

    [Fact]
    public void The_next_page_is_asked_for_until_a_whole_page_is_too_old()
    {
        var search = Search("Hi");

        Assert.Null(search.Read(Page("/next", Item("SM3", Sent.AddHours(1), "other"), Item("SM2", Sent.AddHours(-1), "Hi"))));
        Assert.Equal("/next", search.Next);
        Assert.Null(search.Read(Page("/next2", Item("SM1", Sent, "Hi"), Item("SM0", Sent.AddHours(-1), "Hi"))));
        var finding = Assert.IsType<Finding.Candidates>(search.Read(Page("/next3", Item("SM00", Sent.AddHours(-2), "Hi"))));

        Assert.Equal(["SM1"], finding.Messages.Select(m => m.ProviderId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html></html>")]
    [InlineData("{}")]
    [InlineData("""{"messages":{}}""")]
    public void A_list_that_cannot_be_read_is_no_answer(string body) =>
        Assert.IsType<Finding.NoAnswer>(Search("Hi").Read(new TwilioAnswer(ProviderReach.Answered, 200, body, null, "")));

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public void Who_may_not_ask_can_never_know(int status) =>
        Assert.IsType<Finding.CannotAsk>(Search("Hi").Read(new TwilioAnswer(ProviderReach.Answered, status, "", null, "")));

    [Theory]
    [InlineData(429)]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(302)]
    public void Who_gets_no_answer_asks_again(int status) =>
        Assert.IsType<Finding.NoAnswer>(Search("Hi").Read(new TwilioAnswer(ProviderReach.Answered, status, "", null, "")));

    private static IReadOnlyList<Candidate> Found(TwilioSearch search, TwilioAnswer page) => Assert.IsType<Finding.Candidates>(search.Read(page)).Messages;

    private static TwilioSearch Search(string text) => new(
        new Channel
        {
            Id = "ch_1", Kind = "sms", Provider = "twilio", Name = "x", Settings = new Dictionary<string, string> { ["phoneNumber"] = "+15005550006" },
            Secrets = new Dictionary<string, WrappedSecret>(), HookKey = "k", CreatedAt = Sent, UpdatedAt = Sent,
        },
        new OutboundMessage("msg_1", "cv_1", 1, null, "+14155550123", OutboundContent.Of(text)),
        Sent, TimeSpan.FromMinutes(2));

    private static string Item(string sid, DateTimeOffset at, string body) =>
        $$"""{"sid":"{{sid}}","status":"sent","direction":"outbound-api","to":"+14155550123","from":"+15005550006","date_created":"{{at:ddd, dd MMM yyyy HH:mm:ss}} +0000","body":{{System.Text.Json.JsonSerializer.Serialize(body)}}}""";

    private static TwilioAnswer Page(string? next, params string[] items) => new(
        ProviderReach.Answered, 200, $$"""{"messages":[{{string.Join(',', items)}}],"next_page_uri":{{(next is null ? "null" : $"\"{next}\"")}}}""", null, "");
}
