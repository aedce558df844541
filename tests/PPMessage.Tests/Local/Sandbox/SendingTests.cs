using System.Net;
using System.Text.Json;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class SendingTests : SandboxTest
{
    [Fact]
    public async Task A_send_is_answered_201_with_every_field()
    {
        using var answer = await SendAsync(("Body", "Hello! 👍"));
        var message = await JsonAsync(answer);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(
            [
                "account_sid", "api_version", "body", "date_created", "date_sent", "date_updated", "direction", "error_code", "error_message", "from", "messaging_service_sid",
                "num_media", "num_segments", "price", "price_unit", "sid", "status", "subresource_uris", "to", "uri",
            ],
            message.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Equal("queued", message.GetProperty("status").GetString());
        Assert.Equal("outbound-api", message.GetProperty("direction").GetString());
        Assert.Equal("1", message.GetProperty("num_segments").GetString());
        Assert.Equal(JsonValueKind.Null, message.GetProperty("price").ValueKind);
        Assert.Equal(JsonValueKind.Null, message.GetProperty("date_sent").ValueKind);
        Assert.Matches("^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} \\+0000$", message.GetProperty("date_created").GetString());
        Assert.Matches("^SM[0-9a-f]{32}$", message.GetProperty("sid").GetString());
        Assert.Equal("Hello! 👍", message.GetProperty("body").GetString());
    }

    [Fact]
    public async Task It_is_sent_then_delivered_and_both_are_told_with_a_signature()
    {
        var sid = (await JsonAsync(SendTrackedAsync())).GetProperty("sid").GetString();
        await Sandbox.SettleAsync();

        Assert.Equal(["sent", "delivered"], Told);
        var last = Application.Calls.Last();
        Assert.Equal("/status?m=1", last.Path);
        Assert.Equal("POST", last.Method);
        Assert.Equal(sid, last.Fields["MessageSid"]);
        Assert.Equal("delivered", last.Fields["SmsStatus"]);
        Assert.Matches("^[0-9]{10}$", last.Fields["RawDlrDoneDate"]);
        Assert.Equal(Signing.Sign($"{Application.BaseUrl}/status?m=1", last.Pairs, Demo.AuthToken), last.Signature);
        Assert.Equal("delivered", (await JsonAsync($"{Account}/Messages/{sid}.json")).GetProperty("status").GetString());
        var received = Assert.Single(Sandbox.Received(Phone));
        Assert.Equal(("Hello", Demo.Number, sid, "delivered", false), (received.Text, received.From, received.Sid, received.Status, received.Automatic));
    }

    [Theory]
    [InlineData("To", "", 21604)]
    [InlineData("From", "", 21603)]
    [InlineData("Body", "", 21602)]
    [InlineData("To", "5551234", 21211)]
    [InlineData("To", Demo.Number, 21266)]
    [InlineData("From", "+19998887777", 21606)]
    [InlineData("From", "ACME", 21606)]
    [InlineData("From", "++1", 21212)]
    [InlineData("From", "+15005550001", 21212)]
    [InlineData("From", "+15005550007", 21606)]
    [InlineData("To", "+15005550001", 21211)]
    [InlineData("To", "+15005550002", 21612)]
    [InlineData("To", "+15005550003", 21408)]
    [InlineData("To", "+15005550004", 21610)]
    [InlineData("To", "+15005550009", 21614)]
    [InlineData("StatusCallback", "https://under_score.example/", 21609)]
    [InlineData("MediaUrl", "file:///etc/passwd", 21620)]
    public async Task A_mistake_is_refused_with_the_vendors_code(string field, string value, int code)
    {
        using var answer = await SendAsync((field, value));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (await JsonAsync(answer)).GetProperty("code").GetInt32());
        Assert.Empty(Sandbox.Messages());
    }

    [Fact]
    public async Task A_body_that_is_no_form_says_nothing()
    {
        using var json = new StringContent($$"""{"To":"{{Phone}}","From":"{{Demo.Number}}","Body":"Hello"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await Http.PostAsync(new Uri($"{Account}/Messages.json", UriKind.Relative), json);

        Assert.Equal(21604, (await JsonAsync(answer)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task The_queue_of_a_number_can_be_full()
    {
        using var answer = await SendAsync(("From", "+15005550008"));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(21611, (await JsonAsync(answer)).GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_text_of_1600_goes_and_one_of_1601_does_not()
    {
        using var longest = await SendAsync(("Body", new string('a', 1600)));
        var tooLong = await JsonAsync(SendAsync(("Body", new string('a', 1601))));

        Assert.Equal(HttpStatusCode.Created, longest.StatusCode);
        Assert.Equal(21617, tooLong.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_trial_account_writes_to_verified_numbers_only_and_says_that_it_is_one()
    {
        Sandbox.Put(Sandbox.Account(Demo.AccountSid)! with { Type = "Trial", VerifiedNumbers = [Phone] });

        var verified = await JsonAsync(SendAsync());
        var stranger = await JsonAsync(SendAsync(("To", "+14155550199")));

        Assert.Equal(Outbox.TrialPrefix + "Hello", verified.GetProperty("body").GetString());
        Assert.Equal(21608, stranger.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_service_accepts_first_and_picks_the_number_later()
    {
        Sandbox.Put(Sandbox.Number(Demo.SecondNumber)! with { MessagingServiceSid = "MG1" });

        var accepted = await JsonAsync(SendTrackedAsync(("From", ""), ("MessagingServiceSid", "MG1")));
        await Sandbox.SettleAsync();

        Assert.Equal("accepted", accepted.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, accepted.GetProperty("from").ValueKind);
        Assert.Equal("0", accepted.GetProperty("num_segments").GetString());
        Assert.Equal(["queued", "sent", "delivered"], Told);
        Assert.All(Application.Calls, call => Assert.Equal((Demo.SecondNumber, "MG1"), (call.Fields["From"], call.Fields["MessagingServiceSid"])));
    }

    [Fact]
    public async Task A_service_without_a_number_is_refused() =>
        Assert.Equal(21703, (await JsonAsync(SendAsync(("From", ""), ("MessagingServiceSid", "MG9")))).GetProperty("code").GetInt32());

    [Fact]
    public async Task Media_are_fetched_from_the_application()
    {
        Application.Answer = _ => Microsoft.AspNetCore.Http.TypedResults.Bytes(new byte[] { 1, 2, 3 }, "image/png");

        var message = await JsonAsync(SendAsync(("MediaUrl", $"{Application.BaseUrl}/a.png"), ("MediaUrl", $"{Application.BaseUrl}/b.png")));
        await Sandbox.SettleAsync();

        Assert.StartsWith("MM", message.GetProperty("sid").GetString(), StringComparison.Ordinal);
        Assert.Equal("2", message.GetProperty("num_media").GetString());
        Assert.Equal(["image/png", "image/png"], Sandbox.Received(Phone).Single().MediaTypes);
    }

    [Fact]
    public async Task A_message_whose_media_can_not_be_had_fails()
    {
        Application.Answer = _ => Microsoft.AspNetCore.Http.TypedResults.NotFound();

        await SendTrackedAsync(("MediaUrl", $"{Application.BaseUrl}/a.png"));
        await Sandbox.SettleAsync();

        Assert.Equal(["failed"], Told);
        Assert.Empty(Sandbox.Received(Phone));
    }

    [Fact]
    public async Task Many_messages_go_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => SendTrackedAsync(("To", $"+141555501{i:d2}"))));
        await Sandbox.SettleAsync();

        Assert.Equal(40, Sandbox.Messages().Select(message => message.Sid).Distinct().Count());
        Assert.All(Sandbox.Messages(), message => Assert.Single(Sandbox.Received(message.To)));
        Assert.Equal(80, Told.Count);
    }

    [Fact]
    public async Task A_message_is_redacted_and_deleted_when_it_is_done()
    {
        var sid = (await JsonAsync(SendAsync())).GetProperty("sid").GetString();
        await Sandbox.SettleAsync();

        var redacted = await JsonAsync(PostAsync($"{Account}/Messages/{sid}.json", ("Body", "")));
        var late = await JsonAsync(PostAsync($"{Account}/Messages/{sid}.json", ("Status", "canceled")));
        using var deleted = await Http.DeleteAsync(new Uri($"{Account}/Messages/{sid}.json", UriKind.Relative));
        using var gone = await GetAsync($"{Account}/Messages/{sid}.json");

        Assert.Equal("", redacted.GetProperty("body").GetString());
        Assert.Equal(30409, late.GetProperty("code").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }
}
