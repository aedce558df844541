using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

/// <summary>Batches over the sandbox, which fills in variables as Mailgun does.</summary>
public sealed class MailgunBatchWireTests : IAsyncLifetime
{
    private const string Li = "li@customer.example";
    private const string Bo = "bo@customer.example";

    private MailgunSandbox _mailgun = null!;
    private MailgunApp _app = null!;
    private Channel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _mailgun = await MailgunSandbox.StartAsync(new MailgunSandboxOptions { DeliveredAfter = TimeSpan.FromMilliseconds(1) });
        _app = await MailgunApp.StartAsync(_mailgun.BaseUrl);
        _channel = await _app.ChannelAsync(secrets: new Dictionary<string, string> { [MailgunChannels.ApiKey] = MailDemo.ApiKey, [MailgunChannels.WebhookSigningKey] = MailDemo.SigningKey });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _mailgun.DisposeAsync();
    }

    [Fact]
    public async Task Each_recipient_gets_its_own_and_the_events_name_its_message()
    {
        var batch = new OutboundBatch("b.7", [Message(Li, "您好, Li: 50% 便宜", "<p>您好 <a href=\"https://shop.example.com/?a=1&amp;b=2\">Shop</a></p>"), Message(Bo, "Hi Bo", "<p>Hi Bo</p>")]);

        var accepted = Assert.IsType<SendOutcome.Accepted>(await _app.Batches.Send(_channel, batch, CancellationToken.None));
        await _mailgun.SettleAsync();

        Assert.Equal(_app.Batches.ProviderId(_channel, batch), accepted.ProviderId);
        var (li, bo) = (Assert.Single(_mailgun.Received(Li)), Assert.Single(_mailgun.Received(Bo)));
        Assert.Equal(("Sale 您好, Li: 50% 便宜", "您好, Li: 50% 便宜", "Hi Bo"), (li.Subject, li.Text!.Trim(), bo.Text!.Trim()));
        Assert.Equal([Li], li.To);
        Assert.Equal([Bo], bo.To);
        Assert.Equal("b.7@mg.example.com", bo.MessageId);
        Assert.Equal($"<https://us.example.com/u/{Li}>", li.Header("List-Unsubscribe"));
        Assert.Equal($"<https://us.example.com/u/{Bo}>", bo.Header("List-Unsubscribe"));
        Assert.StartsWith("<p>Hi Bo</p>", bo.Html, StringComparison.Ordinal);

        // What a person then does is told with the same names.
        Assert.Equal("clicked", (await _mailgun.Readers.ClickAsync(li)).Event);
        Assert.Equal("opened", (await _mailgun.Readers.OpenAsync(bo)).Event);
        var events = await EventsAsync("b.7@mg.example.com");
        Assert.Equal(
            [(Bo, "accepted"), (Bo, "delivered"), (Bo, "opened"), (Li, "accepted"), (Li, "clicked"), (Li, "delivered")],
            events.Select(one => (one.GetProperty("recipient").GetString()!, one.GetProperty("event").GetString()!)).Order());
        Assert.All(events, one =>
        {
            var report = MailgunReport.Parse(one, _app.Time.GetUtcNow()).Report!;
            Assert.Equal((IdOf("msg_", report.RemoteAddress), IdOf("cv_", report.RemoteAddress), 1, $"c.{report.RemoteAddress.Split('@')[0]}"), (report.MessageId, report.ConversationId, report.Attempt, report.Campaign));
        });
        Assert.Equal("https://shop.example.com/?a=1&b=2", events.Single(one => one.GetProperty("event").GetString() == "clicked").GetProperty("url").GetString());
    }

    [Fact]
    public async Task What_a_batch_became_is_found_by_its_recipients()
    {
        _mailgun.Misbehave(new(MailMisbehaviour.ServerErrorAfterAccept), new(MailMisbehaviour.PermanentFail) { Recipient = Bo });
        var batch = new OutboundBatch("b.8", [Message(Li, "Hi"), Message(Bo, "Hi")]);
        Assert.IsType<SendOutcome.Unknown>(await _app.Batches.Send(_channel, batch, CancellationToken.None));
        await _mailgun.SettleAsync();

        var known = Assert.IsType<BatchFinding.Known>(await _app.Batches.Find(_channel, batch with { Messages = [.. batch.Messages, Message("no@customer.example", "Hi")] }, DateTimeOffset.UnixEpoch.AddYears(1), CancellationToken.None));

        Assert.Equal([(Bo, DeliveryStates.Failed), (Li, DeliveryStates.Delivered)], known.ByAddress.Select(one => (one.Key, one.Value.State)).Order());
    }

    [Fact]
    public async Task A_domain_that_may_not_send_to_so_many_yet_takes_fewer()
    {
        _mailgun.Put(_mailgun.Domain(MailDemo.Domain)! with { LargestBatch = 1 });

        Assert.IsType<SendOutcome.Refused>(await _app.Batches.Send(_channel, new OutboundBatch("b.9", [Message(Li, "Hi"), Message(Bo, "Hi")]), CancellationToken.None));
        Assert.IsType<SendOutcome.Accepted>(await _app.Sender.SendAsync(_channel, Message(Li, "Hi") with { Reference = "r.1" }, CancellationToken.None));
    }

    [Fact]
    public async Task A_full_batch_is_taken_at_once()
    {
        var html = $"<p>{new string('a', 4000)}</p>";
        var batch = new OutboundBatch("b.10", [.. Enumerable.Range(0, 1000).Select(i => Message($"a{i}@customer.example", $"Hi {i}", html))]);

        Assert.IsType<SendOutcome.Accepted>(await _app.Batches.Send(_channel, batch, CancellationToken.None));
        await _mailgun.SettleAsync();

        Assert.Equal("Hi 999", Assert.Single(_mailgun.Received("a999@customer.example")).Text!.Trim());
        var known = Assert.IsType<BatchFinding.Known>(await _app.Batches.Find(_channel, batch, DateTimeOffset.UnixEpoch.AddYears(1), CancellationToken.None));
        Assert.Equal(1000, known.ByAddress.Count(one => one.Value.State == DeliveryStates.Delivered));
    }

    private async Task<List<JsonElement>> EventsAsync(string messageId)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes("api:" + MailDemo.ApiKey)));
        using var page = JsonDocument.Parse(await client.GetStringAsync(new Uri(_mailgun.BaseUrl, $"/v3/{MailDemo.Domain}/events?message-id={messageId}")));
        return [.. page.RootElement.GetProperty("items").EnumerateArray().Select(one => one.Clone())];
    }

    private static string IdOf(string prefix, string address) => $"{prefix}01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ012{(address == Li ? 1 : 2)}";

    private static OutboundMessage Message(string to, string text, string? html = null) => new(IdOf("msg_", to), IdOf("cv_", to), 1, null, to, new OutboundContent($"Sale {text}", text, html, []))
    {
        Campaign = new CampaignMark($"c.{to.Split('@')[0]}", new Uri($"https://us.example.com/u/{to}"), Tracks: true),
    };
}
