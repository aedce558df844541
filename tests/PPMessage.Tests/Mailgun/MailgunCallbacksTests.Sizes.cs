using System.Net;
using System.Net.Http.Headers;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed partial class MailgunCallbacksTests
{
    [Fact]
    public async Task Too_much_is_refused_for_ever_with_and_without_a_stated_length()
    {
        await _app.ChannelAsync();
        using var stated = new HttpRequestMessage(HttpMethod.Post, Mime) { Content = new StreamContent(new EndlessStream(MailgunRequest.MostBytes + 1)) };
        using var chunked = new HttpRequestMessage(HttpMethod.Post, Mime) { Content = new StreamContent(new EndlessStream(MailgunRequest.MostBytes + 1)) };
        stated.Content.Headers.ContentType = chunked.Content.Headers.ContentType = new MediaTypeHeaderValue(Forms.UrlEncodedType);
        stated.Content.Headers.ContentLength = MailgunRequest.MostBytes + 1;
        stated.Headers.ExpectContinue = true;
        chunked.Headers.TransferEncodingChunked = true;

        Assert.Equal(HttpStatusCode.NotAcceptable, (await _app.Client.SendAsync(stated)).StatusCode);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await _app.Client.SendAsync(chunked)).StatusCode);
        Assert.Equal(406, await SendAsync(Events, Json("\"" + new string('a', MailgunRequest.MostJsonBytes) + "\"")));
    }

    [Fact]
    public async Task A_mail_larger_than_the_servers_own_limit_is_taken()
    {
        await _app.ChannelAsync();
        var mail = RawMail + new string('x', 40_000_000);

        Assert.Equal(200, await PostAsync(Mime, [.. Raw[..4], ("body-mime", mail)]));
        Assert.Equal(mail.Length, _app.Store.Blobs.First().Content.Length);
    }

    /// <summary>A body of as many letters as are asked for.</summary>
    private sealed class EndlessStream(long length) : MemoryStream
    {
        private long _given;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var piece = (int)Math.Min(buffer.Length, length - _given);
            buffer.Span[..piece].Fill((byte)'b');
            if (_given == 0) "body-mime="u8.CopyTo(buffer.Span);
            _given += piece;
            return ValueTask.FromResult(piece);
        }
    }
}
