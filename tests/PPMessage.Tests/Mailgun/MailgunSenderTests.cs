using System.Text;
using MimeKit;
using PPMessage.Channels;
using PPMessage.Mailgun;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunSenderTests : IAsyncLifetime
{
    private const string MessageId = "msg_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123";
    private const string ConversationId = "cv_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123";

    private MailgunApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await MailgunApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_mail_goes_out_with_everything_that_finds_it_again()
    {
        var accepted = Assert.IsType<SendOutcome.Accepted>(await SendAsync(Message() with
        {
            References = ["first@qq.com", "odd id", "last@qq.com"],
            AnswerTo = "team@example.com",
            Content = new OutboundContent("关于订单", "您好 & so + on", "<p>您好</p>", []),
        }));

        Assert.Equal("20261122.1@mg.example.com", accepted.ProviderId);
        var request = _app.Stub.Requests.Single();
        Assert.Equal(("POST", "/v3/mg.example.com/messages"), (request.Method, request.Target));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("api:" + MailgunApp.ApiKey)), request.Authorization);
        Assert.Matches("^multipart/form-data; boundary=[a-z0-9]+$", request.ContentType);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["from"] = "support@mg.example.com", ["to"] = "zhang@qq.com", ["subject"] = "关于订单", ["text"] = "您好 & so + on", ["html"] = "<p>您好</p>",
                ["h:Message-Id"] = "<ref.1@mg.example.com>", ["h:In-Reply-To"] = "<last@qq.com>", ["h:References"] = "<first@qq.com> <last@qq.com>", ["h:Reply-To"] = "team@example.com",
                ["o:tracking"] = "no", ["o:tracking-clicks"] = "no", ["o:tracking-opens"] = "no",
                ["v:ppm-message"] = MessageId, ["v:ppm-conversation"] = ConversationId, ["v:ppm-attempt"] = "1",
            },
            await FieldsAsync(request));
    }

    [Theory]
    [InlineData("sales@mg.example.com", "sales@mg.example.com", null)]
    [InlineData("sales@example.com", "sales@example.com", null)]
    [InlineData("sales@other.example", "support@mg.example.com", "sales@other.example")]
    [InlineData("sales@ple.com", "support@mg.example.com", "sales@ple.com")]
    [InlineData(null, "support@mg.example.com", null)]
    public async Task A_mail_is_never_sent_in_the_name_of_a_foreign_domain_and_answers_go_there_nevertheless(string? from, string shown, string? answerTo)
    {
        await SendAsync(Message() with { From = from });
        var fields = await FieldsAsync(_app.Stub.Requests.Single());
        Assert.Equal((shown, answerTo), (fields["from"], fields.GetValueOrDefault("h:Reply-To")));
    }

    [Fact]
    public async Task File_names_go_out_as_they_are_and_never_without()
    {
        await SendAsync(Message() with { Content = new OutboundContent(null, "", null, [File("报价 \"终\" 1.pdf", "A"), File("", "B"), File("a\r\nb.txt", "C", "nonsense")]) });

        var request = _app.Stub.Requests.Single();
        Assert.Contains("\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"报价 %22终%22 1.pdf\"\r\n", request.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("filename*", request.Text, StringComparison.Ordinal);
        await using var form = await Forms.FormAsync(request.Body, request.ContentType!);
        Assert.Equal([("报价 \"终\" 1.pdf", "A"), ("attachment-2", "B"), ("ab.txt", "C")], form.Parts.Select(p => (p.FileName, Encoding.UTF8.GetString(p.Content.ToArray()))));
        Assert.Equal(" ", form["text"]);
    }

    // Of a part that says it consists of parts a mail program shows what it finds between them, which is nothing.
    [Theory]
    [InlineData("multipart/mixed")]
    [InlineData("Multipart/Related; boundary=x")]
    [InlineData("message/rfc822")]
    [InlineData("message/partial; id=\"a\"; number=1")]
    [InlineData("*/*")]
    [InlineData("text/*")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task A_type_that_is_no_files_goes_out_as_that_of_any_file(string type) => Assert.Equal("application/octet-stream", await SentTypeAsync(type));

    [Theory]
    [InlineData("image/png")]
    [InlineData("text/csv; charset=gbk")]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    public async Task A_files_own_type_goes_out(string type) => Assert.Equal(type, await SentTypeAsync(type));

    [Theory]
    [InlineData("张三, \"Support\" <x>")]
    [InlineData("O'Neil; Co")]
    [InlineData("a very long name that is longer than a line of a mail may be, 客户服务中心客户服务中心客户服务中心客户服务中心客户服务中心")]
    [InlineData("line\r\nBcc: evil@example.com")]
    public async Task A_senders_name_can_not_break_the_header(string name)
    {
        await SendAsync(Message() with { SenderName = name });

        var from = (await FieldsAsync(_app.Stub.Requests.Single()))["from"];
        Assert.True(Ascii.IsValid(from) && !from.Any(char.IsControl), from);
        var mailbox = MailboxAddress.Parse(from);
        Assert.Equal((name.ReplaceLineEndings(" "), MailgunApp.Address), (mailbox.Name, mailbox.Address));
    }

    [Fact]
    public async Task Without_a_subject_the_channel_gives_one()
    {
        await SendAsync(Message());
        await SendAsync(Message(), await _app.ChannelAsync(new Dictionary<string, string> { [MailgunChannels.DisplayName] = "客服", [MailgunChannels.Address] = "other@mg.example.com" }, change: c => c with { HookKey = "x" }));

        var sent = await Task.WhenAll(_app.Stub.Requests.Select(FieldsAsync));
        Assert.Equal(["Message from mg.example.com", "客服"], sent.Select(f => f["subject"]));
    }

    [Fact]
    public async Task An_answer_without_a_received_mail_follows_what_began_the_conversation()
    {
        await SendAsync(Message() with { Begun = "begun.0", From = "sales@mg.example.com" });

        var fields = await FieldsAsync(_app.Stub.Requests.Single());
        Assert.Equal(("<begun.0@mg.example.com>", "<begun.0@mg.example.com>", "sales@mg.example.com"), (fields["h:References"], fields["h:In-Reply-To"], fields["from"]));
    }

    [Fact]
    public async Task A_long_thread_is_named_by_its_first_and_its_last_mails()
    {
        var ids = Enumerable.Range(0, 500).Select(i => $"{i}.{new string('a', 60)}@mail.example.com").ToList();
        await SendAsync(Message() with { References = ids });
        await SendAsync(Message() with { References = [new string('a', 2000) + "@b", .. ids[..2]] });

        var sent = await Task.WhenAll(_app.Stub.Requests.Select(FieldsAsync));
        Assert.All(sent, f => Assert.InRange(f.Where(p => p.Key[1] == ':').Sum(p => p.Key.Length + p.Value.Length), 100, 16 * 1024));
        Assert.InRange(sent[0]["h:References"].Length, 3000, MailgunMessageForm.MostReferences);
        Assert.StartsWith($"<{ids[0]}> ", sent[0]["h:References"], StringComparison.Ordinal);
        Assert.EndsWith($" <{ids[498]}> <{ids[499]}>", sent[0]["h:References"], StringComparison.Ordinal);
        Assert.Equal($"<{ids[0]}> <{ids[1]}>", sent[1]["h:References"]);
    }

    [Fact]
    public async Task A_missing_secret_or_file_keeps_the_message_back()
    {
        var without = await _app.ChannelAsync(secrets: new Dictionary<string, string> { [MailgunChannels.WebhookSigningKey] = "k" });
        Assert.IsType<SendOutcome.TryLater>(await SendAsync(Message(), without));
        Assert.IsType<Finding.NoAnswer>(await _app.Sender.FindAsync(without, Message(), _app.Time.GetUtcNow(), CancellationToken.None));
        var gone = new OutboundFile("a", "text/plain", 1, _ => throw new StoreException("gone"));
        Assert.IsType<SendOutcome.TryLater>(await SendAsync(Message() with { Content = new OutboundContent(null, "x", null, [File("b", "B"), gone]) }, await OtherAsync()));
        Assert.Empty(_app.Stub.Requests);
    }

    [Fact]
    public async Task A_cut_connection_is_unknown_and_nothing_is_repeated()
    {
        _app.Stub.Answer = _ => new StubAnswer(0, "");

        Assert.IsType<SendOutcome.Unknown>(await SendAsync(Message()));
        Assert.Single(_app.Stub.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://no-such-host.invalid")]
    public async Task Without_a_connection_it_was_surely_not_sent(string mailgun)
    {
        await using var app = await MailgunApp.StartAsync(new Uri(mailgun));

        Assert.IsType<SendOutcome.TryLater>(await app.Sender.SendAsync(await app.ChannelAsync(), Message(), CancellationToken.None));
    }

    [Fact]
    public async Task No_answer_in_time_is_unknown()
    {
        await using var app = await MailgunApp.StartAsync(realTime: TimeProvider.System, providerCall: TimeSpan.FromSeconds(1));
        using var held = new ManualResetEventSlim();
        app.Stub.Answer = _ =>
        {
            held.Wait(TimeSpan.FromSeconds(20));
            return new StubAnswer(200, MailgunStub.Queued);
        };

        Assert.IsType<SendOutcome.Unknown>(await app.Sender.SendAsync(await app.ChannelAsync(), Message(), CancellationToken.None));
        held.Set();
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _app.Stub.Answer = _ => new StubAnswer(307, "", ("Location", "/elsewhere"));

        Assert.IsType<SendOutcome.Unknown>(await SendAsync(Message()));
        Assert.Single(_app.Stub.Requests);
    }

    [Fact]
    public async Task Who_gives_up_before_the_call_gets_an_exception()
    {
        using var early = new CancellationTokenSource();
        await early.CancelAsync();
        var channel = await _app.ChannelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _app.Sender.SendAsync(channel, Message(), early.Token));
        Assert.Empty(_app.Stub.Requests);
    }

    [Theory]
    [InlineData("us", null, "https://api.mailgun.net/")]
    [InlineData(null, null, "https://api.mailgun.net/")]
    [InlineData("eu", null, "https://api.eu.mailgun.net/")]
    [InlineData("eu", "http://127.0.0.1:9", "http://127.0.0.1:9/")]
    public async Task The_region_or_the_host_says_where_Mailgun_is(string? region, string? set, string expected)
    {
        var channel = await _app.ChannelAsync(new Dictionary<string, string> { [MailgunChannels.Region] = region ?? "" });

        Assert.Equal(expected, MailgunAccount.BaseFor(channel, new PPMessageOptions { MailgunBaseUrl = set is null ? null : new Uri(set) }).AbsoluteUri);
    }

    [Fact]
    public void What_a_mail_can_not_express_is_named()
    {
        Assert.Null(Check(new(null, "Hi", null, [])).Problem);
        Assert.Null(Check(new("S", "", "<p>", [])).Problem);
        Assert.Null(Check(new(null, "", null, [File("a", "A", size: MailgunSender.MostFileBytes)])).Problem);
        Assert.Equal("text", Check(new("S", "", null, [])).Field);
        Assert.Equal("subject", Check(new(new string('a', 999), "Hi", null, [])).Field);
        Assert.Equal("attachments", Check(new(null, "Hi", null, [File("a", "A", size: MailgunSender.MostFileBytes), File("b", "B", size: 1)])).Field);
    }

    private async Task<string?> SentTypeAsync(string type)
    {
        await SendAsync(Message() with { Content = new OutboundContent(null, "Hi", null, [File("a", "A", type)]) });
        var request = _app.Stub.Requests.Single();
        await using var form = await Forms.FormAsync(request.Body, request.ContentType!);
        return form.Parts.Single(part => part.FileName is not null).ContentType;
    }

    private ContentCheck Check(OutboundContent content) => _app.Sender.Check(content);

    private static OutboundFile File(string name, string content, string type = "application/pdf", long? size = null) =>
        new(name, type, size ?? content.Length, _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(content))));

    private static OutboundMessage Message() => new(MessageId, ConversationId, 1, null, "zhang@qq.com", OutboundContent.Of("Hello")) { Reference = "ref.1" };

    private Task<Channel> OtherAsync() => _app.ChannelAsync(new Dictionary<string, string> { [MailgunChannels.Address] = "third@mg.example.com" }, change: c => c with { HookKey = "third" });

    private async Task<SendOutcome> SendAsync(OutboundMessage message, Channel? channel = null)
    {
        _channel ??= channel is null ? await _app.ChannelAsync() : null;
        return await _app.Sender.SendAsync(channel ?? _channel!, message, CancellationToken.None);
    }

    private Channel? _channel;

    private static async Task<Dictionary<string, string>> FieldsAsync(StubRequest request)
    {
        await using var form = await Forms.FormAsync(request.Body, request.ContentType!);
        return form.Fields.ToDictionary();
    }
}
