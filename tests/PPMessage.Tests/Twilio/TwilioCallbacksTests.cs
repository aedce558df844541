using System.Net;
using System.Net.Sockets;
using System.Text;
using PPMessage.Channels;
using PPMessage.Local.Sandbox;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioCallbacksTests : IAsyncLifetime
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string NoReply = """<?xml version="1.0" encoding="UTF-8"?><Response/>""";
    private const string Inbound = $"/hooks/{TwilioApp.HookKey}/sms";
    private const string Status = $"/hooks/{TwilioApp.HookKey}/sms/status";

    private TwilioApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TwilioApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("/hooks/another/sms")]
    [InlineData("/hooks/another/sms/status")]
    public async Task An_unknown_key_is_not_found(string path)
    {
        await _app.ChannelAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(path, Payload.Read("inbound-sms.txt"))).StatusCode);
    }

    [Theory]
    [InlineData(Inbound, "inbound-sms.txt")]
    [InlineData(Status, "status-delivered.txt")]
    public async Task A_request_that_Twilio_did_not_sign_is_refused(string path, string payload)
    {
        await _app.ChannelAsync();
        var body = Payload.Read(payload);
        var good = Sign(path, body);

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(path, body, signature: null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(path, body + "&Extra=1", good)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(path + "?a=1", body, good)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(path, body, Sign(path, body, "another token"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(path, body, Sign(path, body, ""))).StatusCode);
    }

    [Fact]
    public async Task A_channel_without_an_auth_token_believes_nobody()
    {
        await _app.ChannelAsync(secrets: new Dictionary<string, string>());

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Inbound, "a=1", Sign(Inbound, "a=1", ""))).StatusCode);
    }

    [Fact]
    public async Task A_request_of_another_account_is_refused()
    {
        await _app.ChannelAsync();
        var body = Payload.Read("inbound-sms.txt").Replace(Demo.AccountSid, "AC00000000000000000000000000000077", StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(Inbound, body, Sign(Inbound, body))).StatusCode);
    }

    [Fact]
    public async Task A_channel_whose_inbound_side_is_off_answers_with_silence()
    {
        await _app.ChannelAsync(change: channel => channel with { InboundEnabled = false });
        var body = Payload.Read("inbound-sms.txt");

        var answer = await PostAsync(Inbound, body, Sign(Inbound, body));

        Assert.Equal((HttpStatusCode.OK, "text/xml", NoReply), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Two_tokens_are_believed_while_one_is_being_rotated()
    {
        await _app.ChannelAsync(
            secrets: new Dictionary<string, string> { [TwilioChannels.AuthToken] = "the new one", [TwilioChannels.SecondaryAuthToken] = Demo.AuthToken },
            change: channel => channel with { Archived = true });
        var body = Payload.Read("inbound-sms.txt");

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Inbound, body, Sign(Inbound, body, "the new one"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Inbound, body, Sign(Inbound, body))).StatusCode);
    }

    [Fact]
    public async Task A_GET_has_its_fields_in_the_signed_query()
    {
        await _app.ChannelAsync(change: channel => channel with { InboundEnabled = false });
        var target = $"{Inbound}?{Payload.Read("inbound-sms.txt")}";

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(target, Sign(target, ""))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await GetAsync(target + "&Extra=1", Sign(target, ""))).StatusCode);
    }

    [Fact]
    public async Task The_Host_header_and_forwarding_headers_are_nobodys_proof()
    {
        await _app.ChannelAsync(change: channel => channel with { InboundEnabled = false });
        using var request = Request(Inbound, Payload.Read("inbound-sms.txt"), Sign(Inbound, Payload.Read("inbound-sms.txt")));
        request.Headers.Host = "evil.example.com";
        request.Headers.Add("X-Forwarded-Host", "evil.example.com");

        Assert.Equal(HttpStatusCode.OK, (await _app.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task An_archived_channel_takes_no_message_but_still_hears_of_deliveries()
    {
        await _app.ChannelAsync(change: channel => channel with { Archived = true });
        var message = Payload.Read("inbound-sms.txt");
        var status = Payload.Read("status-delivered.txt").Replace("delivered", "teleported", StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Inbound, message, Sign(Inbound, message))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await PostAsync(Status, status, Sign(Status, status))).StatusCode);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Other_methods_are_not_allowed(string method)
    {
        await _app.ChannelAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), Inbound);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _app.Client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "--x--", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", "hello", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, "a=1", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("nonsense", "a=1", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "{}", HttpStatusCode.Forbidden)]
    [InlineData(Form, "Body=%zz", HttpStatusCode.BadRequest)]
    [InlineData(Form, "Body=%FF", HttpStatusCode.BadRequest)]
    [InlineData(Form + "; charset=UTF-8", "Body=1", HttpStatusCode.Forbidden)]
    [InlineData("APPLICATION/X-WWW-FORM-URLENCODED", "Body=1", HttpStatusCode.Forbidden)]
    public async Task What_is_not_a_signed_form_gets_a_clear_no(string? contentType, string body, HttpStatusCode expected)
    {
        await _app.ChannelAsync();

        Assert.Equal(expected, (await PostAsync(Inbound, body, "whatever", contentType)).StatusCode);
    }

    [Fact]
    public async Task A_broken_query_gets_a_clear_no()
    {
        await _app.ChannelAsync();

        Assert.StartsWith("HTTP/1.1 400", await RawAsync($"{Inbound}?a=%zz", ""), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await RawAsync($"{Status}?m=%", ""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_query_is_verified_as_it_was_sent()
    {
        await _app.ChannelAsync(change: channel => channel with { InboundEnabled = false });
        const string target = Inbound + "?a=%7e&b=~&c='&d=%2F/&AccountSid=" + Demo.AccountSid;

        Assert.StartsWith("HTTP/1.1 200", await RawAsync(target, Sign(target, "")), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await RawAsync(_app.BaseUrl + target, Sign(target, "")), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 403", await RawAsync(target.Replace("%7e", "%7E", StringComparison.Ordinal), Sign(target, "")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_much_is_refused_with_and_without_a_stated_length()
    {
        await _app.ChannelAsync();
        var body = "Body=" + new string('a', TwilioRequest.MostBytes);
        using var chunked = Request(Inbound, body, "whatever");
        chunked.Headers.TransferEncodingChunked = true;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(Inbound, body, "whatever")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await _app.Client.SendAsync(chunked)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(Inbound, string.Join('&', Enumerable.Repeat("a=1", 5000)), "whatever")).StatusCode);
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_asks_Twilio_to_try_again()
    {
        await _app.ChannelAsync(change: c => c with { Secrets = new Dictionary<string, WrappedSecret> { [TwilioChannels.AuthToken] = new("bm90IGEgYm94", "") } });
        var body = Payload.Read("inbound-sms.txt");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync(Inbound, body, Sign(Inbound, body))).StatusCode);
    }

    [Fact]
    public async Task The_sandboxs_own_calls_are_believed()
    {
        await _app.ChannelAsync(change: channel => channel with { InboundEnabled = false });
        _app.Sandbox.Put(_app.Sandbox.Number(Demo.Number)! with { SmsUrl = $"{_app.BaseUrl}{Inbound}#rc=3&rp=all" });

        var result = await _app.Sandbox.TextAsync("+14155550123", Demo.Number, " hé & +1 👍 ");
        _app.Sandbox.Misbehave(new Misbehaviour(Misbehaviour.BadSignature));
        var forged = await _app.Sandbox.TextAsync("+14155550123", Demo.Number, "Hello");

        Assert.Equal((200, NoReply), (result!.Callback!.StatusCode, result.Callback.Answer));
        Assert.Equal(200, forged!.Callback!.StatusCode);
        Assert.Equal([200, 403, 200], _app.Sandbox.Callbacks.Select(call => call.StatusCode));
    }

    private string Sign(string target, string body, string token = Demo.AuthToken) =>
        Signing.Sign(_app.BaseUrl + target, Payload.Pairs(body), token);

    private async Task<HttpResponseMessage> PostAsync(string path, string body, string? signature = null, string? contentType = Form)
    {
        using var request = Request(path, body, signature, contentType);
        return await _app.Client.SendAsync(request);
    }

    private async Task<HttpResponseMessage> GetAsync(string target, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Add(TwilioSignature.Header, signature);
        return await _app.Client.SendAsync(request);
    }

    /// <summary>A GET whose target no client has tidied up; its answer's first line.</summary>
    private async Task<string> RawAsync(string target, string signature)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(_app.BaseUrl).Port);
        await using var stream = socket.GetStream();
        var host = new Uri(_app.BaseUrl).Authority;
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {host}\r\n{TwilioSignature.Header}: {signature}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync() ?? "";
    }

    private static HttpRequestMessage Request(string path, string body, string? signature, string? contentType = Form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        if (contentType is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (signature is not null) request.Headers.Add(TwilioSignature.Header, signature);
        return request;
    }
}
