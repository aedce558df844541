using System.Text;
using System.Text.Json;
using CsCheck;
using PPMessage.Inbound;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Mail;
using PPMessage.Storage;
using PPMessage.Tests.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

/// <summary>Nothing that anybody sends breaks anything, and no proven mail is lost, whatever its bytes are.</summary>
public sealed class AnyBytesTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private const int Seconds = 4;

    /// <summary>Stands in the samples for a Message-Id that no other mail has: else mails that are much alike would be duplicates.</summary>
    private const string OwnId = "0wn-1d";

    private static readonly Gen<byte[]> Noise = Gen.Byte.Array[0, 400];

    private static readonly Gen<byte[]> Pieces = Gen.OneOf(
        Gen.OneOf("\r\n", "\r\n\r\n", "\n", "\r", "--b", "--b--", "--a", ":", ";", "=", "\"", "<", ">", "\0", "=?utf-8?B?", "?=", "=?gb18030?Q?=C4=E3?=", "MIME-Version: 1.0\r\n")
            .Select(Encoding.UTF8.GetBytes),
        Gen.OneOf("Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: message/rfc822\r\n", "Content-Type: text/html; charset=x-nobody\r\n", "Content-Transfer-Encoding: base64\r\n", "From: ", "From: <@>\r\n", "Subject: ")
            .Select(Encoding.UTF8.GetBytes),
        Gen.Byte.Array[0, 20]);

    private readonly List<byte[]> _samples = [];

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Whatever_the_bytes_of_a_mail_are_it_is_taken_in_and_to_be_had_as_it_came()
    {
        await CollectAsync();
        var url = await Workspace.MailUrlAsync();
        var mails = Gen.Frequency((1, Noise), (2, Pieces.Array[0, 30].Select(pieces => pieces.SelectMany(piece => piece).ToArray())), (5, Mutated()));
        var taken = 0;
        await mails.Select(Gen.Bool).SampleAsync(
            async (mime, multipart) =>
            {
                await ProveAsync(url, WithOwnId(mime), multipart);
                taken++;
            },
            time: Seconds,
            threads: 1);
        await NothingIsGivenUpAsync();
        Console.WriteLine($"mails of any bytes: {taken}");
    }

    [Fact]
    public async Task Whatever_the_body_of_a_request_is_it_gets_an_answer_that_is_no_failure_of_ours()
    {
        // Until then wrong signatures are answered 503.
        await Workspace.MailAsync("first@example.cn", "confirms the key");
        string[] urls = [await Workspace.MailUrlAsync(), await Workspace.MailUrlAsync("url"), await Workspace.MailUrlAsync("eventsUrl")];
        var types = Gen.OneOf(
            "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=gb18030", "multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=\"\"",
            "application/json", "application/json; charset=utf-7", "text/plain", "message/rfc822", "", ";;;", "a");
        var signed = MailPosts.Form(MailPosts.Raw("Subject: x\r\n\r\ny"u8.ToArray(), "a@example.cn"), Workspace.Sign()).Bytes;
        var json = Encoding.UTF8.GetBytes($"{{\"signature\":{JsonSerializer.Serialize(Workspace.Sign(), JsonSerializerOptions.Web)},\"event-data\":" + """{"event":"failed","severity":"permanent","recipient":"a@example.cn","timestamp":1.5,"message":{"headers":{"message-id":"x@y"}},"delivery-status":{"code":550,"message":"no"}}}""");
        Gen<byte[]> part = Pieces.Array[0, 20].Select(pieces => pieces.SelectMany(piece => piece).ToArray());
        var bodies = Gen.OneOf(Noise, part, Cuts(Gen.Const(signed)), Cuts(Gen.Const(json)), part.Select(inner => (byte[])[.. "--b\r\nContent-Disposition: form-data; name=\"token\"\r\n"u8, .. inner]));
        var answered = 0;
        await Gen.Select(bodies, types, Gen.Int[0, 2]).SampleAsync(
            async (body, type, url) =>
            {
                var (status, answer) = await MailPosts.PostAsync(urls[url], new PostBody(type, body));
                Assert.True(status is >= 200 and < 500, $"{type}: {status} {answer} for {Convert.ToBase64String(body)}");
                Interlocked.Increment(ref answered);
            },
            time: Seconds,
            threads: 2);
        await NothingIsGivenUpAsync();
        Console.WriteLine($"requests of any bytes: {answered}");
    }

    [Fact]
    public async Task An_event_whose_texts_are_no_text_is_kept_and_shown()
    {
        var signature = JsonSerializer.Serialize(Workspace.Sign(), JsonSerializerOptions.Web);
        byte[] body = [.. Encoding.UTF8.GetBytes($$"""{"signature":{{signature}},"event-data":{"event":"failed","recipient":"客"""), 0xF5, 0xFF, .. "\"}}"u8];
        var (status, _) = await MailPosts.PostAsync(await Workspace.MailUrlAsync("eventsUrl"), new PostBody("application/json", body));

        Assert.Equal(200, status);
        var letters = (await Workspace.ListAsync("/api/dead-letters")).Where(letter => letter.Word("kind") == "callback");
        Assert.Contains(letters, letter => letter.GetProperty("payload").GetProperty("fields").Word("event-data").Contains("客\uFFFD", StringComparison.Ordinal));
    }

    // A mail that can't be acted on becomes one after a few attempts.
    private async Task NothingIsGivenUpAsync()
    {
        await Workspace.PassAsync(TimeSpan.FromMinutes(3));
        Assert.DoesNotContain(await Workspace.ListAsync("/api/dead-letters"), letter => letter.Word("kind") == MailWorkHandler.Word);
    }

    /// <summary>Posts the mail; then it is a message with these bytes, or a word about one of ours, and the bytes are kept.</summary>
    private async Task ProveAsync(string url, byte[] mime, bool multipart)
    {
        var sender = MailWorkspace.NewMailbox();
        // The feed's cursor looks back a little.
        Workspace.Time.Advance(TimeSpan.FromMinutes(1));
        var cursor = (await Workspace.GetAsync("/api/events")).Word("next");
        var signature = Workspace.Sign();
        var body = MailPosts.Form(MailPosts.Raw(mime, sender), signature, multipart);
        var (status, answer) = await MailPosts.PostAsync(url, body);
        Assert.True(status == 200, $"{status} {answer}");
        Assert.Equal(mime, await KeptAsync(signature, body));

        var changes = (await Workspace.GetAsync($"/api/events?after={cursor}")).GetProperty("items").EnumerateArray().Where(change => change.Word("type") == "message").ToList();
        if (changes.Count == 0 && MailReader.Read(new MemoryStream(mime)).Report is not null) return;
        Assert.Equal(mime, await RawAsync(Assert.Single(changes)));
    }

    private async Task<byte[]> RawAsync(JsonElement change)
    {
        var message = await Workspace.GetAsync($"/api/conversations/{change.Word("conversationId")}/messages/{change.Word("id")}");
        return await Workspace.Client.GetByteArrayAsync(message.GetProperty("mail").Word("rawUrl"));
    }

    /// <summary>What lies in the container of raw mails.</summary>
    private async Task<byte[]> KeptAsync(MailSignature signature, PostBody body)
    {
        await using var form = await Forms.FormAsync(body.Bytes, body.ContentType);
        await using var blob = await Workspace.Store.OpenBlobAsync(Containers.Raw, $"{Workspace.MailChannelId}/{Ids.Hash(signature.Token)}{form.Hash}", default);
        using var content = new MemoryStream();
        await blob!.Content.CopyToAsync(content);
        return content.ToArray();
    }

    /// <summary>Real mails, among them a bounce of one of ours.</summary>
    private async Task CollectAsync()
    {
        var mailbox = MailWorkspace.NewMailbox();
        await Workspace.MailAsync(mailbox, "你好");
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await Workspace.SayAsync(Assert.Single(await Workspace.OfMailboxAsync(mailbox)).Word("id"), "您好");
        await Workspace.MailgunTellsAsync();
        var answer = Assert.Single(Workspace.Mailgun.Received(mailbox));
        var now = Workspace.Time.GetUtcNow();
        var illustrated = new MailToWrite
        {
            MessageId = $"{OwnId}@example.cn", To = [MailDemo.Address], Cc = ["王芳 <w@example.cn>"], Subject = "订单 42", Text = "看图\n> 引用\n-- \n王", Html = "<p>看<img src=\"cid:photo\"><blockquote>x</blockquote></p>",
            Files = [new("照片.png", "image/png", [1, 2, 3], "photo"), new("发票.pdf", "application/pdf", [4, 5, 6])], InReplyTo = answer.MessageId, References = [answer.MessageId!],
        };
        _samples.Add(LetterWriter.Write("王芳 <wang@example.cn>", illustrated, now));
        _samples.Add([.. Encoding.ASCII.GetBytes($"From: li@qq.example\r\nMessage-Id: <{OwnId}@qq.example>\r\nSubject: =?gb2312?B?xOO6ww==?=\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n"), 0xC4, 0xE3, 0xBA, 0xC3, 0xFF]);
        _samples.Add(Bounce(answer.MessageId!));
        _samples.Add(Encoding.UTF8.GetBytes($"From: x@example.org\nMessage-Id: {OwnId}\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nyes\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n--b--\n"));
    }

    private static byte[] Bounce(string messageId) => Encoding.ASCII.GetBytes(
        $"From: mailer-daemon@qq.example\r\nMessage-Id: <{OwnId}@qq.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n"
        + $"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; k@example.cn\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-Id: <{messageId}>\r\n--b--\r\n");

    private Gen<byte[]> Mutated() => Cuts(Gen.Int[0, _samples.Count - 1].Select(i => _samples[i]));

    /// <summary>At some places something is cut out, put in, or changed.</summary>
    private static Gen<byte[]> Cuts(Gen<byte[]> wholes) =>
        Gen.Select(wholes, Gen.Select(Gen.Double[0, 1], Gen.Int[0, 30], Pieces).Array[0, 6]).Select((whole, cuts) => cuts.Aggregate(whole, (bytes, cut) =>
        {
            var (place, length, piece) = cut;
            var at = (int)(place * bytes.Length);
            return (byte[])[.. bytes[..at], .. piece, .. bytes[Math.Min(bytes.Length, at + length)..]];
        }));

    private static byte[] WithOwnId(byte[] mime)
    {
        var own = Encoding.ASCII.GetBytes(OwnId);
        var at = mime.AsSpan().IndexOf(own);
        return at < 0 ? mime : [.. mime[..at], .. Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")), .. mime[(at + own.Length)..]];
    }
}
