using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunBatchTests : IAsyncLifetime
{
    private MailgunApp _app = null!;
    private Channel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await MailgunApp.StartAsync();
        _channel = await _app.ChannelAsync(new Dictionary<string, string> { [MailgunChannels.DisplayName] = "Shop" });
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Many_mails_go_out_by_one_call_whose_fields_name_what_is_each_recipients_own()
    {
        _app.Stub.Answer = _ => new StubAnswer(200, """{"id":"<b.1@mg.example.com>","message":"Queued. Thank you."}""");
        var batch = Batch(Message("zhang@qq.com", "您好 \"张\"\r\n50%", "<p>您好</p>"), Message("li@163.com", "Hi Li", "<b>Li</b>") with { Attempt = 2 });

        Assert.Equal(new SendOutcome.Accepted("b.1@mg.example.com", DeliveryStates.Sending), await SendAsync(batch));
        Assert.Equal("b.1@mg.example.com", _app.Batches.ProviderId(_channel, batch));
        var request = _app.Stub.Requests.Single();
        Assert.Equal("/v3/mg.example.com/messages", request.Target);
        await using var form = await Forms.FormAsync(request.Body, request.ContentType!);
        Assert.Equal(["zhang@qq.com", "li@163.com"], form.Fields.Where(field => field.Key == "to").Select(field => field.Value));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["subject"] = "%recipient.subject%", ["text"] = "%recipient.text%", ["html"] = "%recipient.html%",
                ["h:Message-Id"] = "<b.1@mg.example.com>", ["h:List-Unsubscribe"] = "<%recipient.unsubscribe%>", ["h:List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click",
                ["o:tracking"] = "yes", ["o:tracking-clicks"] = "yes", ["o:tracking-opens"] = "yes",
                ["v:ppm-message"] = "%recipient.message%", ["v:ppm-conversation"] = "%recipient.conversation%", ["v:ppm-attempt"] = "%recipient.attempt%", ["v:ppm-campaign"] = "%recipient.campaign%",
            },
            form.Fields.Where(field => field.Key is not ("from" or "to" or "recipient-variables")).ToDictionary());
        Assert.Equal("Shop", MimeKit.MailboxAddress.Parse(form["from"]!).Name);
        var variables = JsonDocument.Parse(form["recipient-variables"]!).RootElement;
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["subject"] = "To zhang@qq.com", ["text"] = "您好 \"张\"\r\n50%", ["html"] = "<p>您好</p>", ["unsubscribe"] = "https://us.example.com/u/zhang@qq.com",
                ["message"] = "msg_zhang@qq.com", ["conversation"] = "cv_zhang@qq.com", ["attempt"] = "1", ["campaign"] = "c.zhang",
            },
            variables.GetProperty("zhang@qq.com").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString()!));
        Assert.Equal("2", variables.GetProperty("li@163.com").GetProperty("attempt").GetString());
        Assert.Contains("您好", form["recipient-variables"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_html_or_text_there_is_no_such_part()
    {
        await SendAsync(Batch(Message("a@x.example", "Hi")));
        await SendAsync(Batch(Message("a@x.example", "", "<p>Hi</p>")));

        var names = new List<string>();
        foreach (var request in _app.Stub.Requests)
        {
            await using var form = await Forms.FormAsync(request.Body, request.ContentType!);
            names.AddRange(form.Fields.Select(field => field.Key).Where(name => name is "text" or "html"));
        }

        Assert.Equal(["text", "html"], names);
    }

    [Fact]
    public async Task What_is_no_batch_is_named()
    {
        await AssertMistakeAsync("1 to 1000", Batch());
        await AssertMistakeAsync("1 to 1000", Batch([.. Enumerable.Range(0, 1001).Select(i => Message($"a{i}@x.example", "Hi"))]));
        await AssertMistakeAsync("one address", Batch(Message("a@x.example", "Hi"), Message("A@x.example", "Hi")));
        await AssertMistakeAsync("HasHtml", Batch(Message("a@x.example", "Hi"), Message("b@x.example", "Hi", "<p>")));
        await AssertMistakeAsync("SenderName", Batch(Message("a@x.example", "Hi"), Message("b@x.example", "Hi") with { SenderName = "Li" }));
        await AssertMistakeAsync("bytes", Batch([.. Enumerable.Range(0, 9).Select(i => Message($"a{i}@x.example", new string('a', 1024 * 1024)))]));
        await AssertMistakeAsync("other signs", Batch(Message("a+b@x.example", "Hi")));
        Assert.Empty(_app.Stub.Requests);
    }

    [Fact]
    public void What_variables_would_spoil_is_sent_alone()
    {
        Assert.Null(Why(Message("zhang.san_1-a@qq.com", "50% off, %25, %name%", "<p>%recip</p>")));
        Assert.NotNull(Why(Message("a@x.example", "Dear %recipient.text%")));
        Assert.NotNull(Why(Message("a@x.example", "Hi", "<p>%RECIPIENT%</p>")));
        Assert.NotNull(Why(Message("a@x.example", "Hi") with { SenderName = "%recipient.campaign%" }));
        Assert.NotNull(Why(Message("a@x.example", "Hi") with { Campaign = null }));
        Assert.NotNull(Why(Message("a@x.example", "Hi") with { References = ["x@y"] }));
        Assert.NotNull(Why(Message("a+b@x.example", "Hi")));
        Assert.NotNull(Why(Message("张@x.example", "Hi")));
        Assert.NotNull(Why(Message("sales@mg.example.com", "Hi")));
        Assert.NotNull(Why(Message("a@x.example", "Hi") with { Content = OutboundContent.Of("Hi") with { Files = [new OutboundFile("a", "text/plain", 1, _ => throw new NotSupportedException())] } }));
    }

    [Theory]
    [InlineData(400, "to parameter is not a valid address. please check documentation", typeof(SendOutcome.Refused))]
    [InlineData(403, "Domain mg.example.com is not allowed to send large batches yet", typeof(SendOutcome.Refused))]
    [InlineData(413, "Request Entity Too Large", typeof(SendOutcome.Refused))]
    [InlineData(400, "Domain mg.example.com is not allowed to send: domain is disabled", typeof(SendOutcome.TryLater))]
    [InlineData(400, "The domain is unverified and requires DNS configuration.", typeof(SendOutcome.TryLater))]
    [InlineData(402, "Payment Required", typeof(SendOutcome.TryLater))]
    [InlineData(401, "Forbidden", typeof(SendOutcome.TryLater))]
    [InlineData(429, "try again after 120 seconds", typeof(SendOutcome.TryLater))]
    [InlineData(500, "oops", typeof(SendOutcome.Unknown))]
    [InlineData(0, "", typeof(SendOutcome.Unknown))]
    public async Task An_answer_is_that_of_all_and_refused_is_what_fewer_may_mend(int status, string words, Type outcome)
    {
        _app.Stub.Answer = _ => new StubAnswer(status, JsonSerializer.Serialize(new { message = words }));

        Assert.IsType(outcome, await SendAsync(Batch(Message("a@x.example", "Hi"), Message("b@x.example", "Hi"))));
        Assert.Single(_app.Stub.Requests);
    }

    [Fact]
    public async Task A_missing_secret_keeps_the_batch_back()
    {
        var without = await _app.ChannelAsync(
            new Dictionary<string, string> { [MailgunChannels.Address] = "other@mg.example.com" }, new Dictionary<string, string> { [MailgunChannels.WebhookSigningKey] = "k" }, c => c with { HookKey = "x" });

        Assert.IsType<SendOutcome.TryLater>(await _app.Batches.Send(without, Batch(Message("a@x.example", "Hi")), CancellationToken.None));
        Assert.IsType<BatchFinding.NoAnswer>(await _app.Batches.Find(without, Batch(Message("a@x.example", "Hi")), _app.Time.GetUtcNow(), CancellationToken.None));
        Assert.Empty(_app.Stub.Requests);
    }

    [Fact]
    public async Task Whom_Mailgun_knows_is_found_with_how_it_stands()
    {
        var pages = new Queue<string>(
        [
            Page(Event("accepted", "a@x.example"), Event("accepted", "B@x.example"), Event("accepted", "stranger@x.example"), "{}"),
            Page(Event("delivered", "a@x.example"), Event("delivered", "c@x.example", "\"user-variables\":{\"ppm-attempt\":\"1\"}")), Page(),
        ]);
        _app.Stub.Answer = _ => new StubAnswer(200, pages.Dequeue());
        var batch = Batch(Message("a@x.example", "Hi"), Message("b@x.example", "Hi"), Message("c@x.example", "Hi") with { Attempt = 2 });

        var known = Assert.IsType<BatchFinding.Known>(await _app.Batches.Find(_channel, batch, _app.Time.GetUtcNow(), CancellationToken.None));

        Assert.Equal(TimeSpan.FromMinutes(30), known.BelievedAfter);
        Assert.Equal([("a@x.example", DeliveryStates.Delivered), ("b@x.example", DeliveryStates.Sending)], known.ByAddress.Select(one => (one.Key, one.Value.State)).Order());
        Assert.All(known.ByAddress.Values, one => Assert.Equal("b.1@mg.example.com", one.ProviderId));
        Assert.Contains("message-id=b.1%40mg.example.com", _app.Stub.Requests.First().Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, typeof(BatchFinding.CannotAsk))]
    [InlineData(429, typeof(BatchFinding.NoAnswer))]
    [InlineData(0, typeof(BatchFinding.NoAnswer))]
    public async Task Without_a_list_nobody_is_known(int status, Type finding)
    {
        _app.Stub.Answer = _ => new StubAnswer(status, "Forbidden");

        Assert.IsType(finding, await _app.Batches.Find(_channel, Batch(Message("a@x.example", "Hi")), _app.Time.GetUtcNow(), CancellationToken.None));
    }

    [Fact]
    public async Task A_list_without_end_is_no_answer()
    {
        _app.Stub.Answer = _ => new StubAnswer(200, Page(Event("accepted", "a@x.example")));

        Assert.IsType<BatchFinding.NoAnswer>(await _app.Batches.Find(_channel, Batch(Message("a@x.example", "Hi")), _app.Time.GetUtcNow(), CancellationToken.None));
        Assert.Equal(MailgunBatches.MostPages, _app.Stub.Requests.Count);
    }

    private static OutboundBatch Batch(params OutboundMessage[] messages) => new("b.1", messages);

    private static OutboundMessage Message(string to, string text, string? html = null) => new($"msg_{to}", $"cv_{to}", 1, null, to, new OutboundContent($"To {to}", text, html, []))
    {
        Campaign = new CampaignMark($"c.{to.Split('@')[0]}", new Uri($"https://us.example.com/u/{to}"), Tracks: true),
    };

    private string? Why(OutboundMessage message) => _app.Batches.WhyAlone(_channel, message);

    private Task<SendOutcome> SendAsync(OutboundBatch batch) => _app.Batches.Send(_channel, batch, CancellationToken.None);

    private async Task AssertMistakeAsync(string words, OutboundBatch batch) =>
        Assert.Contains(words, (await Assert.ThrowsAsync<ArgumentException>(() => SendAsync(batch))).Message, StringComparison.Ordinal);

    private static string Event(string word, string recipient, string more = "") =>
        $$$"""{"event":"{{{word}}}","recipient":"{{{recipient}}}","message":{"headers":{"message-id":"b.1@mg.example.com"}}{{{(more.Length > 0 ? "," + more : "")}}}}""";

    private string Page(params string[] items) => $$$"""{"items":[{{{string.Join(',', items)}}}],"paging":{"next":"{{{_app.Stub.BaseUrl}}}v3/mg.example.com/events/next"}}""";
}
