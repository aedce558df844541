using System.Text.Json;
using MimeKit;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

/// <summary>Callbacks of a Mailgun that is set up otherwise than we ask for.</summary>
public sealed partial class MailgunCallbacksTests
{
    private const string StoredAt = "https://se.api.mailgun.net/v3/domains/x/messages/y";

    // As Mailgun lists them.
    private const string StoredFiles = """[{"url":"https://se.api.mailgun.net/v3/domains/x/messages/y/attachments/0","size":4,"name":"invoice.pdf","content-type":"application/pdf"}]""";

    [Fact]
    public async Task Swapped_URLs_are_named_and_Mailgun_tries_again_until_they_are_mended()
    {
        await _app.ChannelAsync();

        Assert.Equal((422, Misroutings.EventsOnMailUrl), await ProblemAsync(Json(Delivered), Mime));
        Assert.Equal((422, Misroutings.EventsOnMailUrl), await ProblemAsync(Json(Delivered), Mail));
        Assert.Equal((422, Misroutings.MailOnEventsUrl), await ProblemAsync(new FormUrlEncodedContent(Forms.Signed(_app.Time.GetUtcNow(), Raw)), Events));
        var legacy = Forms.Signed(_app.Time.GetUtcNow(), [("event", "delivered"), ("recipient", "a@b.c"), ("domain", "mg.example.com")]);
        Assert.Equal((422, Misroutings.FormEvent), await ProblemAsync(new FormUrlEncodedContent(legacy), Events));
        Assert.Equal((422, Misroutings.FormEvent), await ProblemAsync(new FormUrlEncodedContent(legacy), Mime));
        Assert.Equal(
            new[] { Misroutings.EventsOnMailUrl, Misroutings.FormEvent, Misroutings.MailOnEventsUrl }.Order(),
            (await AuditAsync()).Select(line => line.Detail!).Order());
        Assert.Empty(_app.Store.Blobs);
    }

    [Fact]
    public async Task A_mistake_is_noted_once_an_hour_and_by_a_stranger_never()
    {
        await _app.ChannelAsync();
        await EventAsync(Mime, Delivered, key: "wrong");
        Assert.Empty(await AuditAsync());

        for (var i = 0; i < 3; i++) await EventAsync(Mime, Delivered);
        Assert.Single(await AuditAsync());
        _app.Time.Advance(TimeSpan.FromHours(1));
        await EventAsync(Mime, Delivered);
        Assert.Equal(2, (await AuditAsync()).Count);
    }

    [Fact]
    public async Task A_mail_in_the_other_form_is_a_mail()
    {
        await _app.ChannelAsync();

        Assert.Equal(200, await PostAsync(Mail, Raw));
        Assert.Equal(200, await PostAsync(Mime, Parsed, "another token"));
        Assert.Equal(2, _app.Store.Blobs.Count);
        Assert.Equal(new[] { Misroutings.MimeOnParsedUrl, Misroutings.ParsedOnMimeUrl }.Order(), (await AuditAsync()).Select(line => line.Detail!).Order());
    }

    [Fact]
    public async Task A_notice_of_a_stored_mail_without_a_text_is_kept_with_what_to_change()
    {
        await _app.ChannelAsync();

        Assert.Equal(200, await PostAsync(Mail, [("recipient", "a@b.c"), ("sender", "d@e.f"), ("from", "d@e.f"), ("message-url", StoredAt), ("attachments", StoredFiles)]));
        var letter = Assert.Single(await DeadLettersAsync());
        Assert.Equal(Misroutings.StoreNotify, letter.Reason);
        Assert.Contains("messages/y", letter.Payload!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(_app.Store.Queued);
    }

    [Fact]
    public async Task A_stored_mail_is_a_mail_and_where_its_files_are_is_kept_behind_however_many_headers()
    {
        await _app.ChannelAsync();
        var received = Enumerable.Range(0, 20).Select(i => ("Received", $"{i} {new string('x', 400)}")).Concat(Enumerable.Range(0, 20).Select(i => ($"X-{i}", new string('x', 400))));

        Assert.Equal(200, await PostAsync(Mail, [.. received, .. Parsed, ("message-url", StoredAt), ("attachments", StoredFiles)]));
        using var mail = await MimeMessage.LoadAsync(new MemoryStream(_app.Store.Blobs.Single().Content));
        Assert.Equal(("你好", "Hello 您好"), (mail.Subject, mail.TextBody));
        var letter = Assert.Single(await DeadLettersAsync());
        Assert.Equal(Misroutings.StoreNotify, letter.Reason);
        var fields = letter.Payload!.Value.GetProperty("fields");
        Assert.Equal((StoredAt, StoredFiles), (fields.GetProperty("message-url").GetString(), fields.GetProperty("attachments").GetString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[]")]
    public async Task A_stored_mail_without_files_is_a_mail_and_the_mistake_is_noted(string? attachments)
    {
        await _app.ChannelAsync();
        (string, string)[] listed = attachments is null ? [] : [("attachments", attachments)];

        Assert.Equal(200, await PostAsync(Mail, [.. Parsed, ("message-url", StoredAt), .. listed]));
        Assert.Single(_app.Store.Blobs);
        Assert.Empty(await DeadLettersAsync());
        Assert.Equal(Misroutings.StoreNotify, Assert.Single(await AuditAsync()).Detail);
    }

    [Fact]
    public async Task A_list_of_stored_files_that_can_not_be_read_is_one_that_may_name_some()
    {
        await _app.ChannelAsync();

        Assert.Equal(200, await PostAsync(Mail, [.. Parsed, ("message-url", StoredAt), ("attachments", """[{"name":""")]));
        Assert.Single(_app.Store.Blobs);
        Assert.Single(await DeadLettersAsync());
    }

    [Fact]
    public async Task A_mail_that_is_not_taken_in_is_not_told_of_either_until_it_comes_again()
    {
        await _app.ChannelAsync();
        (string, string)[] stored = [.. Parsed, ("message-url", StoredAt), ("attachments", StoredFiles)];
        await PostAsync(Mail, Parsed, "another token");
        _app.Store.Down = true;
        Assert.Equal(503, await PostAsync(Mail, stored));
        _app.Store.Down = false;
        Assert.Empty(await DeadLettersAsync());

        Assert.Equal(200, await PostAsync(Mail, stored));
        Assert.Single(await DeadLettersAsync());
    }

    [Fact]
    public async Task Headers_that_pose_as_a_notice_are_headers()
    {
        await _app.ChannelAsync();
        var headers = JsonSerializer.Serialize(new[] { new[] { "From", "zhang@qq.com" }, ["message-url", StoredAt], ["attachments", StoredFiles] });
        (string, string)[] posing = [("message-url", StoredAt), ("attachments", StoredFiles), .. Parsed[..4], ("message-headers", headers)];

        Assert.Equal(200, await PostAsync(Mail, [.. posing, ("body-plain", "Hi")]));
        Assert.Equal(200, await PostAsync(Mail, posing, "another token"));
        Assert.Equal(2, _app.Store.Blobs.Count);
        Assert.Empty(await DeadLettersAsync());
        Assert.Empty(await AuditAsync());
    }
}
