using PPMessage.Channels;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioSweepTests
{
    private const string Service = "MG00000000000000000000000000000009";

    private static readonly DateTimeOffset From = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = From.AddMinutes(10);

    [Fact]
    public void Messages_of_the_span_come_oldest_first_also_within_a_second()
    {
        var sweep = Sweep();

        sweep.NeedsMore(Page(null, Item("SM6", Until.AddSeconds(1)), Item("SM5", Until), Item("SM4", From.AddSeconds(1)), Item("SM3", From.AddSeconds(1)), Item("SM2", From), Item("SM1", From.AddSeconds(-1))));

        Assert.Equal(["SM2", "SM3", "SM4", "SM5"], sweep.Found.Select(f => f.Message["sid"]));
    }

    [Fact]
    public void Only_what_our_number_or_service_received_counts()
    {
        var sweep = Sweep(service: true);

        sweep.NeedsMore(Page(
            null,
            Item("SM1", From),
            Item("SM2", From, to: "+15005550100", service: Service),
            Item("SM3", From, to: "+15005550100"),
            Item("SM4", From, direction: "outbound-api"),
            Item("SM5", From, status: "receiving"),
            Item("SM6", From, to: "+15005550100", service: "MG00000000000000000000000000000008")));

        Assert.Equal(["SM2", "SM1"], sweep.Found.Select(f => f.Message["sid"]));
    }

    [Fact]
    public void The_list_is_left_when_a_whole_page_is_too_old_or_it_ends()
    {
        Assert.True(Sweep().NeedsMore(Page("/next", Item("SM2", Until), Item("SM1", From.AddSeconds(-1)))));
        Assert.True(Sweep().NeedsMore(Page("/next")));
        Assert.False(Sweep().NeedsMore(Page("/next", Item("SM2", From.AddSeconds(-1)), Item("SM1", From.AddSeconds(-2)))));
        Assert.False(Sweep().NeedsMore(Page(null, Item("SM2", Until))));
    }

    [Fact]
    public void The_list_asks_for_the_number_and_with_a_service_for_everything()
    {
        Assert.Contains(new("To", "+15005550006"), Sweep().Filters);
        Assert.DoesNotContain("To", Sweep(service: true).Filters.Select(f => f.Key));
    }

    [Fact]
    public void A_listed_message_is_told_as_its_callback_would()
    {
        var message = TwilioReceived.Read(OfService(false), From, Page(null, Item("SM1", From)).Items[0])!;

        Assert.Equal(("ch_1", "SM1", "50555", "+15005550006", " Hello ", From), (message.ChannelId, message.ProviderId, message.From, message.To, message.Text, message.ReceivedAt));
        Assert.Equal("inbound", message.Raw["direction"]);
    }

    [Fact]
    public void A_listed_message_without_a_sender_is_none() =>
        Assert.Null(TwilioReceived.Read(OfService(false), From, TwilioResource.Parse("""{"sid":"SM1","from":null,"to":"+15005550006"}""")!));

    [Fact]
    public void Of_what_was_sent_only_what_has_its_end_counts()
    {
        var sweep = new TwilioSent(OfService(false), From, Until);

        sweep.NeedsMore(Page(
            null,
            [.. new[] { "delivered", "undelivered", "failed", "canceled", "read", "sent", "queued", "accepted", "partially_delivered", "a-new-word" }.Select(word => Sent(word, From, status: word)),
            Sent("of another number", From, from: "+15005550100"),
            Sent("by a call", From, direction: "outbound-call"),
            Item("received", From)]));

        Assert.Equal(["read", "canceled", "failed", "undelivered", "delivered"], sweep.Found.Select(f => f.Message["sid"]));
        Assert.Contains(new("From", "+15005550006"), sweep.Filters);
    }

    [Fact]
    public void What_was_sent_is_asked_for_by_the_second_and_one_more_on_either_side()
    {
        var sweep = new TwilioSent(OfService(false), From, Until);

        Assert.Equal(["From", "PageSize", "DateSent>", "DateSent<"], sweep.Filters.Select(f => f.Key));
        Assert.Contains(new("DateSent>", "2026-11-22T11:59:59Z"), sweep.Filters);
        Assert.Contains(new("DateSent<", "2026-11-22T12:10:01Z"), sweep.Filters);
    }

    [Fact]
    public void What_was_sent_counts_by_when_it_was_sent()
    {
        var sweep = new TwilioSent(OfService(false), From, Until);
        var before = From.AddHours(-10);

        Assert.True(sweep.NeedsMore(Page("/next", Sent("queued long", before, sent: Until, updated: Until), Sent("never sent", From, sent: null, updated: From))));
        Assert.True(sweep.NeedsMore(Page("/next", Sent("a second too early", before, sent: From.AddSeconds(-1), updated: From))));
        Assert.False(sweep.NeedsMore(Page("/next", Sent("of a list by days", before, sent: From.AddSeconds(-2), updated: From))));
        Assert.Equal(["queued long"], sweep.Found.Select(f => f.Message["sid"]));
    }

    [Fact]
    public void Of_what_was_never_sent_all_that_has_its_end_counts_by_when_it_was_made()
    {
        var sweep = new TwilioNeverSent(OfService(false), From, Until);

        sweep.NeedsMore(Page(null, Sent("failed", From, sent: null, updated: Until, status: "failed"), Sent("sent", From), Sent("waiting", From, sent: null, updated: From, status: "queued")));

        Assert.Equal(["failed"], sweep.Found.Select(f => f.Message["sid"]));
        Assert.Equal(["From", "PageSize"], sweep.Filters.Select(f => f.Key));
    }

    [Fact]
    public void The_second_look_sees_what_has_changed_since_the_first_could_have_seen_it()
    {
        var sweep = new TwilioSentLate(OfService(false), From, Until, TimeSpan.FromMinutes(12));
        var before = From.AddHours(-10);

        var more = sweep.NeedsMore(Page(
            "/next",
            Sent("seen", From, updated: From.AddMinutes(12)),
            Sent("changed", From, updated: From.AddMinutes(13)),
            Sent("queued long", before, sent: Until, updated: Until),
            Sent("sent too early", From, sent: From.AddSeconds(-1), updated: Until),
            Sent("never sent", From, sent: null, updated: Until)));

        Assert.True(more);
        Assert.Equal(["changed", "queued long"], sweep.Found.Select(f => f.Message["sid"]));
        Assert.Equal(["From", "PageSize", "DateSent>", "DateSent<"], sweep.Filters.Select(f => f.Key));
        Assert.Contains(new("DateSent>", "2026-11-22T11:59:59Z"), sweep.Filters);
        Assert.True(sweep.NeedsMore(Page("/next", Sent("old", before, sent: before, updated: before))));
    }

    private static TwilioReceived Sweep(bool service = false) => new(OfService(service), From, Until);

    private static Channel OfService(bool service)
    {
        var settings = new Dictionary<string, string> { ["phoneNumber"] = "+15005550006" };
        if (service) settings["messagingServiceSid"] = Service;
        return new Channel
        {
            Id = "ch_1", Kind = "sms", Provider = "twilio", Name = "x", Settings = settings, Secrets = new Dictionary<string, WrappedSecret>(),
            HookKey = "k", CreatedAt = From, UpdatedAt = From,
        };
    }

    private static string Sent(string sid, DateTimeOffset at, string from = "+15005550006", string status = "delivered", string direction = "outbound-api") =>
        Sent(sid, at, at, at, from, status, direction);

    private static string Sent(string sid, DateTimeOffset at, DateTimeOffset updated) => Sent(sid, at, at, updated);

    private static string Sent(
        string sid, DateTimeOffset at, DateTimeOffset? sent, DateTimeOffset updated, string from = "+15005550006", string status = "delivered", string direction = "outbound-api") =>
        $$"""
        {"sid":"{{sid}}","status":"{{status}}","direction":"{{direction}}","to":"+8613800001111","from":"{{from}}","date_created":"{{Written(at)}}",
         "date_sent":{{(sent is { } known ? $"\"{Written(known)}\"" : "null")}},"date_updated":"{{Written(updated)}}"}
        """;

    private static string Written(DateTimeOffset at) => $"{at:ddd, dd MMM yyyy HH:mm:ss} +0000";

    private static string Item(
        string sid, DateTimeOffset at, string to = "+15005550006", string? service = null, string direction = "inbound", string status = "received") =>
        $$"""
        {"sid":"{{sid}}","status":"{{status}}","direction":"{{direction}}","to":"{{to}}","from":"50555","body":" Hello ","num_media":"0","price":null,
         "messaging_service_sid":{{(service is null ? "null" : $"\"{service}\"")}},"date_created":"{{Written(at)}}","subresource_uris":["x"]}
        """;

    private static (IReadOnlyList<TwilioResource> Items, string? Next) Page(string? next, params string[] items) =>
        TwilioResource.ParsePage($$"""{"messages":[{{string.Join(',', items)}}],"next_page_uri":{{(next is null ? "null" : $"\"{next}\"")}}}""", "messages")!.Value;
}
