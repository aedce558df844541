using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using PPMessage.Flows.Calls;
using Xunit;
using static PPMessage.Tests.Flows.Calls.Programs;

namespace PPMessage.Tests.Flows.Calls;

/// <summary>Calls to real servers.</summary>
public sealed class FlowCallsTests : IAsyncLifetime
{
    private ProgramServer _program = null!;

    public async ValueTask InitializeAsync() => _program = await ProgramServer.StartAsync();

    public ValueTask DisposeAsync() => _program.DisposeAsync();

    [Fact]
    public async Task A_call_arrives_as_it_was_written()
    {
        var answer = await CallAsync(Request("PUT", _program.Origin + "/%E8%AE%A2%E5%8D%95/1?q=1+2&x=%7B&x", """{"状态":"到了"}""", ("Authorization", "Bearer abc"), ("X-Shop", "7")));
        var asked = Assert.Single(_program.All);
        Assert.Equal((200, null, ""), (answer.Status, answer.Error, answer.Body));
        Assert.Equal(("PUT", "/%E8%AE%A2%E5%8D%95/1?q=1+2&x=%7B&x", """{"状态":"到了"}"""), (asked.Method, asked.Target, asked.Body));
        Assert.Equal(
            ("Bearer abc", "7", "run_1/ask/1", "PPMessage", "application/json"),
            (asked.Headers["Authorization"], asked.Headers["X-Shop"], asked.Headers["Idempotency-Key"], asked.Headers["User-Agent"], asked.Headers["Content-Type"]));
        Assert.False(asked.Headers.ContainsKey("Cookie"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("GET")]
    public async Task A_method_needs_no_body(string method)
    {
        Assert.Null((await CallAsync(Request(method, _program.Origin))).Error);
        Assert.Equal((method, ""), (Assert.Single(_program.All).Method, _program.All[0].Body));
    }

    [Fact]
    public async Task A_caller_says_what_its_body_is()
    {
        await CallAsync(Request("POST", _program.Origin, "a=1", ("content-type", "application/x-www-form-urlencoded"), ("Accept", "text/csv"), ("Content-Language", "zh")));
        var headers = Assert.Single(_program.All).Headers;
        Assert.Equal(("application/x-www-form-urlencoded", "text/csv", "zh"), (headers["Content-Type"], headers["Accept"], headers["Content-Language"]));
    }

    [Fact]
    public async Task Cookies_of_one_call_are_not_sent_with_the_next()
    {
        _program.AnswerWith(200, "Set-Cookie", "session=1");
        using var calls = new FlowCalls(new PPMessageOptions { PublicBaseUrl = new Uri("http://127.0.0.1") }, TimeProvider.System);
        await calls.CallAsync(Get(_program.Origin), TestContext.Current.CancellationToken);
        await calls.CallAsync(Get(_program.Origin), TestContext.Current.CancellationToken);
        Assert.All(_program.All, asked => Assert.False(asked.Headers.ContainsKey("Cookie")));
    }

    [Theory]
    [InlineData("application/json", "utf-8")]
    [InlineData("application/json; charset=gbk", "gb18030")]
    [InlineData("text/html; charset=\"GB2312\"", "gb18030")]
    [InlineData("text/plain; charset=big5", "big5")]
    [InlineData("text/plain; charset=no-such-thing", "utf-8")]
    [InlineData("text/plain; charset=utf-7", "utf-8")]
    [InlineData("no type at all;;", "utf-8")]
    public async Task Text_is_read_in_its_own_charset(string type, string encoding)
    {
        _program.AnswerWith(Encoding.GetEncoding(encoding).GetBytes("""{"state":"配送中"}"""), type);
        var answer = await CallAsync(Get(_program.Origin));
        Assert.Equal((null, type, """{"state":"配送中"}"""), (answer.Error, answer.ContentType, answer.Body));
    }

    [Fact]
    public async Task A_byte_order_mark_says_more_than_a_label()
    {
        _program.AnswerWith([.. Encoding.UTF8.Preamble, .. "好"u8], "text/plain; charset=gbk");
        Assert.Equal("好", (await CallAsync(Get(_program.Origin))).Body);
    }

    [Theory]
    [InlineData(200, "KiB")]
    [InlineData(500, "500")]
    public async Task Of_an_endless_answer_the_beginning_is_read_and_it_is_an_error(int status, string word)
    {
        _program.Answer = async context =>
        {
            context.Response.StatusCode = status;
            var much = Encoding.UTF8.GetBytes(new string('x', 100_000));
            while (true) await context.Response.Body.WriteAsync(much, context.RequestAborted);
        };
        var answer = await CallAsync(Get(_program.Origin));
        Assert.Equal((status, FlowCalls.LargestAnswer, status == 500), (answer.Status, answer.Body.Length, answer.MayBeRetried));
        Assert.Contains(word, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_largest_answer_is_taken()
    {
        _program.AnswerWith(Encoding.UTF8.GetBytes(new string('x', FlowCalls.LargestAnswer)), "text/plain");
        Assert.Equal((null, FlowCalls.LargestAnswer), ((await CallAsync(Get(_program.Origin))).Error, (await CallAsync(Get(_program.Origin))).Body.Length));
    }

    [Fact]
    public async Task A_packed_answer_is_unpacked()
    {
        _program.AnswerWith(Packed("""{"ok":true}"""u8.ToArray()), "application/json", "gzip");
        Assert.Equal((null, """{"ok":true}"""), ((await CallAsync(Get(_program.Origin))).Error, (await CallAsync(Get(_program.Origin))).Body));
    }

    [Fact]
    public async Task A_packed_answer_is_bounded_by_what_comes_out_of_it()
    {
        _program.AnswerWith(Packed(new byte[64 * 1024 * 1024]), "application/json", "gzip");
        var answer = await CallAsync(Get(_program.Origin));
        Assert.Contains("longer than 256 KiB", answer.Error, StringComparison.Ordinal);
        Assert.Equal((200, false, FlowCalls.LargestAnswer), (answer.Status, answer.MayBeRetried, answer.Body.Length));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-strange")]
    [InlineData("gzip, gzip")]
    public async Task What_can_not_be_unpacked_is_an_error_for_good(string encoding)
    {
        _program.AnswerWith(encoding == "gzip, gzip" ? Packed("x"u8.ToArray()) : "no gzip"u8.ToArray(), "text/plain", encoding);
        var answer = await CallAsync(Get(_program.Origin));
        Assert.Contains("packed", answer.Error, StringComparison.Ordinal);
        Assert.False(answer.MayBeRetried);
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(409, false)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(304, false)]
    public async Task Whatever_is_not_2xx_is_an_error_and_some_may_pass(int status, bool mayBeRetried)
    {
        _program.AnswerWith(status);
        var answer = await CallAsync(Request("POST", _program.Origin, "{}"));
        Assert.Equal((status, mayBeRetried), (answer.Status, answer.MayBeRetried));
        Assert.Contains($"{status}", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 0)]
    [InlineData("soon", null)]
    public async Task A_program_says_how_long_it_wants_to_be_left_alone(string value, int? seconds)
    {
        _program.AnswerWith(503, "Retry-After", value);
        Assert.Equal(seconds, (int?)(await CallAsync(Get(_program.Origin))).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task An_answer_that_drips_ends_with_its_time()
    {
        _program.Answer = async context =>
        {
            while (true)
            {
                await context.Response.WriteAsync("x", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, context.RequestAborted);
            }
        };
        var answer = await CallAsync(Get(_program.Origin) with { Timeout = TimeSpan.Zero });
        Assert.Equal((0, "No whole answer within 1 s.", true), (answer.Status, answer.Error, answer.MayBeRetried));
        Assert.InRange(answer.DurationMs, 900, 5_000);
    }

    [Fact]
    public async Task Headers_that_never_come_end_with_their_time()
    {
        _program.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        var answer = await CallAsync(Get(_program.Origin) with { Timeout = TimeSpan.FromSeconds(1) });
        Assert.Equal((0, "No whole answer within 1 s.", true), (answer.Status, answer.Error, answer.MayBeRetried));
    }

    [Fact]
    public async Task Only_a_callers_cancellation_throws()
    {
        using var cancelled = new CancellationTokenSource();
        _program.Answer = async context =>
        {
            await cancelled.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CallAsync(Get(_program.Origin), cancellation: cancelled.Token));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")]
    [InlineData("no http at all\r\n\r\n")]
    [InlineData("")]
    public async Task A_connection_that_breaks_may_be_tried_again(string said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var saying = SayAsync(listener, said);
        var answer = await CallAsync(Get($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        await saying;
        Assert.Equal((0, true), (answer.Status, answer.MayBeRetried));
        Assert.NotEmpty(answer.Error!);
    }

    [Fact]
    public async Task Endless_headers_are_an_error_for_good()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var saying = SayAsync(listener, "HTTP/1.1 200 OK\r\nX: " + new string('x', 1_000_000));
        var answer = await CallAsync(Get($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        await saying;
        Assert.Equal((0, false), (answer.Status, answer.MayBeRetried));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_may_be_tried_again()
    {
        var answer = await CallAsync(Get($"http://127.0.0.1:{FreePorts.Next()}/"));
        Assert.StartsWith("No connection", answer.Error, StringComparison.Ordinal);
        Assert.True(answer.MayBeRetried);
    }

    private static byte[] Packed(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(plain);
        return packed.ToArray();
    }

    /// <summary>To whoever comes first, who may go away in the middle. Whoever comes next (.NET itself asks again where it was hung up on without a word) finds nobody.</summary>
    private static async Task SayAsync(TcpListener listener, string said)
    {
        using var client = await listener.AcceptTcpClientAsync();
        listener.Stop();
        try
        {
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[16]);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(said));
        }
        catch (IOException)
        {
            // Gone.
        }
    }
}
