using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MimeKit;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Mailgun;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed partial class MailgunCallbacksTests : IAsyncLifetime
{
    private const string Mail = $"/hooks/{MailgunApp.HookKey}/email";
    private const string Mime = Mail + "/mime";
    private const string Events = Mail + "/events";
    private const string RawMail = "From: =?utf-8?B?5byg5LiJ?= <zhang@qq.com>\r\nTo: support@mg.example.com\r\nMessage-Id: <1@qq.com>\r\nSubject: Hi\r\n\r\nHello\r\n";
    private const string Delivered = """{"event":"delivered","recipient":"zhang@qq.com","message":{"headers":{"message-id":"1@mg.example.com"}}}""";

    private static readonly (string, string)[] Raw = [("recipient", "support@mg.example.com"), ("sender", "zhang@qq.com"), ("from", "张三 <zhang@qq.com>"), ("subject", "Hi"), ("body-mime", RawMail)];

    private static readonly (string, string)[] Parsed =
    [
        ("recipient", "support@mg.example.com"), ("sender", "zhang@qq.com"), ("from", "张三 <zhang@qq.com>"), ("subject", "你好"), ("body-plain", "Hello 您好"),
        ("message-headers", """[["From","张三 <zhang@qq.com>"],["Subject","你好"],["Message-Id","<1@qq.com>"]]"""),
    ];

    private MailgunApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await MailgunApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("/hooks/another/email")]
    [InlineData("/hooks/another/email/mime")]
    [InlineData("/hooks/another/email/events")]
    public async Task An_unknown_key_is_not_found_and_Mailgun_tries_again(string path)
    {
        await _app.ChannelAsync();

        Assert.Equal(404, await PostAsync(path, Raw));
        Assert.Empty(_app.Store.Queued);
    }

    [Fact]
    public async Task A_raw_mail_is_taken_in_as_it_is()
    {
        var channel = await _app.ChannelAsync();

        Assert.Equal(200, await PostAsync(Mime, Raw));
        Assert.Equal(200, await PostAsync(Mime + "/", Raw, "another token"));

        Assert.Equal(RawMail, Encoding.UTF8.GetString(_app.Store.Blobs.First().Content));
        var mail = Work(_app.Store.Queued.First()).Mail;
        Assert.Equal((channel.Id, "support@mg.example.com", "zhang@qq.com", Ids.Hash(Forms.Token), _app.Time.GetUtcNow()), (mail.ChannelId, mail.Recipient, mail.EnvelopeSender, mail.TokenHash, mail.SignedAt));
        Assert.Equal(["from", "recipient", "sender", "subject"], mail.Raw.Keys.Order());
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task A_parsed_mail_becomes_a_mail()
    {
        await _app.ChannelAsync();

        Assert.Equal(200, await PostAsync(Mail, Parsed));

        using var mail = await MimeMessage.LoadAsync(new MemoryStream(_app.Store.Blobs.Single().Content));
        Assert.Equal(("你好", "张三", "1@qq.com", "Hello 您好"), (mail.Subject, mail.From[0].Name, mail.MessageId, mail.TextBody));
    }

    [Fact]
    public async Task A_sender_who_names_headers_as_Mailgun_names_fields_changes_nothing()
    {
        await _app.ChannelAsync();
        (string, string)[] evil =
        [
            ("timestamp", "1"), ("token", "x"), ("signature", "y"), ("recipient", "other@example.com"), ("event", "delivered"), ("message-url", "http://example.com"), .. Raw,
        ];

        Assert.Equal(200, await PostAsync(Mime, evil));
        Assert.Equal("support@mg.example.com", Work(_app.Store.Queued.Single()).Mail.Recipient);
    }

    [Fact]
    public async Task A_header_that_poses_as_the_mail_is_a_header()
    {
        await _app.ChannelAsync();

        Assert.Equal(200, await PostAsync(Mail, [("body-mime", "X-Mailgun-Spf: Pass\r\n\r\nforged"), ("body-plain", "forged"), .. Parsed]));

        using var mail = await MimeMessage.LoadAsync(new MemoryStream(_app.Store.Blobs.Single().Content));
        Assert.Equal(("Hello 您好", null), (mail.TextBody, mail.Headers["X-Mailgun-Spf"]));
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task The_same_mail_again_is_the_same_blob_and_another_under_its_token_is_another()
    {
        await _app.ChannelAsync();

        Assert.Equal(200, await PostAsync(Mime, Raw));
        Assert.Equal(200, await PostAsync(Mime, [.. Raw.Reverse()]));
        Assert.Single(_app.Store.Blobs.Select(blob => blob.Name).Distinct());
        Assert.Empty(await DeadLettersAsync());

        Assert.Equal(200, await PostAsync(Mime, [.. Raw, ("X", "more")]));
        Assert.Equal(2, _app.Store.Blobs.Select(blob => blob.Name).Distinct().Count());
        Assert.Contains("token was used before", Assert.Single(await DeadLettersAsync()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Mime)]
    [InlineData(Events)]
    public async Task A_wrong_signature_is_refused_for_ever_only_once_the_key_was_proven_right(string path)
    {
        await _app.ChannelAsync();

        Assert.Equal(503, await PostAsync(path, Raw, key: "wrong"));
        Assert.Equal(503, await EventAsync(path, Delivered, key: "wrong"));
        Assert.Equal(200, await PostAsync(Mime, Raw));
        Assert.Equal(406, await PostAsync(path, Raw, key: "wrong"));
        Assert.Equal(406, await EventAsync(path, Delivered, key: "wrong"));
        Assert.Single(_app.Store.Queued);
    }

    [Fact]
    public async Task What_was_proven_outlives_the_process_and_not_the_secret()
    {
        var channel = await _app.ChannelAsync();
        await PostAsync(Mime, Raw);
        var after = new ConfirmedKeys(_app.Store, _app.Time);

        Assert.True(await after.IsConfirmedAsync(channel, CancellationToken.None));
        var changed = channel with { Secrets = new Dictionary<string, WrappedSecret> { [MailgunChannels.WebhookSigningKey] = _app.Get<SecretBox>().Wrap(channel.Id, MailgunChannels.WebhookSigningKey, "new") } };
        Assert.False(await after.IsConfirmedAsync(changed, CancellationToken.None));
        await after.ConfirmAsync(changed, CancellationToken.None);
        Assert.True(await new ConfirmedKeys(_app.Store, _app.Time).IsConfirmedAsync(changed, CancellationToken.None));
        Assert.False(await new ConfirmedKeys(_app.Store, _app.Time).IsConfirmedAsync(channel, CancellationToken.None));
    }

    [Fact]
    public async Task Wrong_signatures_cost_a_stranger_more_than_us()
    {
        await _app.ChannelAsync();
        await PostAsync(Mime, Raw, key: "wrong");
        var reads = _app.Store.Reads;
        for (var i = 0; i < 20; i++) await PostAsync(Mime, Raw, key: "wrong");

        Assert.Equal(reads, _app.Store.Reads);
        Assert.Empty(_app.Store.Blobs);
    }

    [Theory]
    [InlineData("timestamp")]
    [InlineData("token")]
    [InlineData("signature")]
    public async Task Without_a_signature_it_is_refused(string missing)
    {
        await _app.ChannelAsync();
        var fields = Forms.Signed(_app.Time.GetUtcNow(), Raw).Where(f => f.Key != missing);

        Assert.Equal(406, await SendAsync(Mime, new FormUrlEncodedContent(fields)));
        Assert.Equal(406, await SendAsync(Events, new StringContent("{}", Encoding.UTF8, "application/json")));
    }

    [Fact]
    public async Task An_old_a_future_and_a_malformed_timestamp_are_refused_and_late_repetitions_are_not()
    {
        await _app.ChannelAsync();

        Assert.Equal(200, await PostAsync(Mime, Raw, at: _app.Time.GetUtcNow().AddHours(-9)));
        Assert.Equal(406, await PostAsync(Mime, Raw, at: _app.Time.GetUtcNow().AddHours(-25)));
        Assert.Equal(406, await PostAsync(Mime, Raw, at: _app.Time.GetUtcNow().AddMinutes(6)));
        var fields = Raw.Append(("timestamp", "soon")).Append(("token", "t")).Append(("signature", Forms.Sign("soon", "t", MailgunApp.SigningKey)));
        Assert.Equal(406, await SendAsync(Mime, new ByteArrayContent(Forms.UrlEncoded(fields)) { Headers = { ContentType = new MediaTypeHeaderValue(Forms.UrlEncodedType) } }));
        Assert.Single(_app.Store.Queued);
    }

    [Fact]
    public async Task Without_a_readable_signing_key_Mailgun_keeps_the_mail()
    {
        await _app.ChannelAsync(secrets: new Dictionary<string, string> { [MailgunChannels.ApiKey] = "k" });
        Assert.Equal(503, await PostAsync(Mime, Raw));
        await using var other = await MailgunApp.StartAsync();
        await other.ChannelAsync(change: c => c with { Secrets = new Dictionary<string, WrappedSecret> { [MailgunChannels.WebhookSigningKey] = new("bm90IGEgYm94", "") } });
        using var answer = await other.Client.PostAsync(Mime, new FormUrlEncodedContent(Forms.Signed(other.Time.GetUtcNow(), Raw)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task While_the_store_is_out_of_reach_Mailgun_keeps_the_mail()
    {
        await _app.ChannelAsync();
        await PostAsync(Mime, Raw);
        _app.Store.Down = true;

        Assert.Equal(503, await PostAsync(Mime, Raw));
        Assert.Equal(503, await PostAsync(Mail, Parsed));
        _app.Store.Down = false;
        Assert.Equal(200, await PostAsync(Mime, Raw));
    }

    [Fact]
    public async Task A_channel_that_takes_no_mail_says_so_once_and_for_all()
    {
        await _app.ChannelAsync(change: channel => channel with { InboundEnabled = false });

        Assert.Equal(406, await PostAsync(Mime, Raw));
        Assert.Equal(200, await EventAsync(Events, Delivered));
        Assert.Equal("message.turned_away", Assert.Single(await AuditAsync()).Action);
        Assert.Empty(_app.Store.Blobs);
    }

    [Fact]
    public async Task An_archived_channel_hears_of_deliveries_only()
    {
        await _app.ChannelAsync(change: channel => channel with { Archived = true });

        Assert.Equal(406, await PostAsync(Mime, Raw));
        Assert.Equal(200, await EventAsync(Events, Delivered));
    }

    [Theory]
    [InlineData("text/plain", "a=1", 415)]
    [InlineData("nonsense", "a=1", 415)]
    [InlineData("application/json", "{", 400)]
    [InlineData("application/json", "[]", 406)]
    [InlineData("application/json", "null", 406)]
    [InlineData("application/json", """{"signature":{"timestamp":{},"token":[],"signature":1}}""", 406)]
    [InlineData("application/json", """{"signature":{"timestamp":"\ud800","token":"\ud800","signature":"\ud800"}}""", 406)]
    [InlineData("application/json", """{"\ud800":1,"signature":null}""", 406)]
    [InlineData("application/x-www-form-urlencoded", "a=%zz", 400)]
    [InlineData("application/x-www-form-urlencoded", "", 406)]
    [InlineData("multipart/form-data", "a", 400)]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nnonsense", 400)]
    public async Task What_can_not_be_read_gets_a_clear_no(string type, string body, int expected)
    {
        await _app.ChannelAsync();
        foreach (var path in new[] { Mail, Mime, Events })
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            Assert.Equal(expected, await SendAsync(path, content));
        }
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task Other_methods_are_not_allowed(string method)
    {
        await _app.ChannelAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), Mime);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _app.Client.SendAsync(request)).StatusCode);
    }

    private static MailWork Work(string queued) => JsonSerializer.Deserialize(WorkMessage.Parse(queued)!.Payload, InboundJson.Default.MailWork)!;

    private async Task<IReadOnlyList<AuditLine>> AuditAsync() => (await _app.Get<AuditLog>().ListAsync(AuditFilter.None, null, 50, CancellationToken.None)).Items;

    private async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync() => (await _app.Get<DeadLetters>().ListAsync(50, null, CancellationToken.None)).Items;

    private Task<int> PostAsync(string path, (string, string)[] fields, string token = Forms.Token, string key = MailgunApp.SigningKey, DateTimeOffset? at = null)
    {
        var signed = Forms.Signed(at ?? _app.Time.GetUtcNow(), fields, key, token);
        return SendAsync(path, new ByteArrayContent(Forms.UrlEncoded(signed.Select(f => (f.Key, f.Value)))) { Headers = { ContentType = new MediaTypeHeaderValue(Forms.UrlEncodedType) } });
    }

    private Task<int> EventAsync(string path, string data, string key = MailgunApp.SigningKey) => SendAsync(path, Json(data, key));

    private StringContent Json(string data, string key = MailgunApp.SigningKey)
    {
        var timestamp = _app.Time.GetUtcNow().ToUnixTimeSeconds().ToString();
        var signature = $$"""{"timestamp":"{{timestamp}}","token":"{{Forms.Token}}","signature":"{{Forms.Sign(timestamp, Forms.Token, key)}}"}""";
        return new StringContent($$"""{"signature":{{signature}},"event-data":{{data}}}""", Encoding.UTF8, "application/json");
    }

    private async Task<(int, string)> ProblemAsync(HttpContent content, string path)
    {
        using var answer = await _app.Client.PostAsync(path, content);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!);
    }

    private async Task<int> SendAsync(string path, HttpContent content)
    {
        using var answer = await _app.Client.PostAsync(path, content);
        return (int)answer.StatusCode;
    }
}
