using System.Net;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class MisbehaviourTests : SandboxTest
{
    [Fact]
    public async Task Too_many_requests_is_said_once_before_anything_is_done()
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.TooManyRequests));

        using var list = await GetAsync($"{Account}/Messages.json");
        using var refused = await SendAsync();
        using var sent = await SendAsync();

        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(20429, (await JsonAsync(refused)).GetProperty("code").GetInt32());
        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        Assert.Single(Sandbox.Messages());
    }

    [Theory]
    [InlineData(Misbehaviour.ServerError, "html", 500, 0)]
    [InlineData(Misbehaviour.ServerError, "json", 500, 0)]
    [InlineData(Misbehaviour.Unavailable, "empty", 503, 0)]
    [InlineData(Misbehaviour.ServerErrorAfterAccept, "html", 500, 1)]
    public async Task A_broken_answer_says_nothing_of_what_was_done(string kind, string body, int status, int messages)
    {
        Sandbox.Misbehave(new Misbehaviour(kind) { Body = body });

        using var answer = await SendAsync();
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(messages, Sandbox.Messages().Count);
        Assert.StartsWith(body switch { "html" => "<html>", "json" => "{\"code\":20500", _ => "" }, text, StringComparison.Ordinal);
        Assert.Equal(body == "empty", text.Length == 0);
    }

    [Theory]
    [InlineData(Misbehaviour.ResetBeforeAccept, 0)]
    [InlineData(Misbehaviour.ResetAfterAccept, 1)]
    [InlineData(Misbehaviour.TimeoutAfterAccept, 1)]
    public async Task A_connection_that_breaks_says_nothing_of_what_was_done(string kind, int messages)
    {
        Sandbox.Misbehave(new Misbehaviour(kind) { By = TimeSpan.FromMilliseconds(50) });

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync());
        await Sandbox.SettleAsync();

        Assert.Equal(messages, Sandbox.Messages().Count);
        Assert.Equal(messages, Sandbox.Received(Phone).Count);
    }

    [Fact]
    public async Task A_path_aims_at_other_calls_than_sends()
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.Unavailable) { Path = "/IncomingPhoneNumbers" });

        using var sent = await SendAsync();
        using var numbers = await GetAsync($"{Account}/IncomingPhoneNumbers.json");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.ServiceUnavailable), (sent.StatusCode, numbers.StatusCode));
        Assert.Equal([201, 503], Sandbox.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task Callbacks_come_last_first()
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.OutOfOrder));

        await SendTrackedAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(["delivered", "sent"], Told);
    }

    [Fact]
    public async Task Callbacks_come_twice()
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.Doubled));

        await SendTrackedAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(["sent", "sent", "delivered", "delivered"], Told);
    }

    [Fact]
    public async Task Callbacks_never_come()
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.DropCallbacks));

        await SendTrackedAsync();
        await Sandbox.SettleAsync();

        Assert.Empty(Told);
        Assert.Equal("delivered", Sandbox.Messages().Single().Status);
    }

    [Fact]
    public async Task Callbacks_come_long_after_the_fact()
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.Late) { By = TimeSpan.FromMilliseconds(250) });

        await SendTrackedAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(["sent", "delivered"], Told);
        var delivered = Sandbox.Messages().Single().UpdatedAt;
        Assert.All(Sandbox.Callbacks, callback => Assert.True(callback.At - delivered > TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task Callbacks_come_before_the_answer()
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.CallbackBeforeAnswer));

        using var answer = await SendTrackedAsync();

        Assert.Equal(["sent", "delivered"], Told);
        Assert.Equal("queued", (await JsonAsync(answer)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("undelivered", 30003, "sent undelivered")]
    [InlineData("failed", 21610, "failed")]
    [InlineData("sent", null, "sent")]
    public async Task A_message_ends_as_it_was_told_to(string status, int? code, string told)
    {
        Sandbox.Misbehave(Misbehaviour.Final(status, code));

        var sid = (await JsonAsync(SendTrackedAsync())).GetProperty("sid").GetString();
        await Sandbox.SettleAsync();

        Assert.Equal(told.Split(' '), Told);
        Assert.Equal(code?.ToString(System.Globalization.CultureInfo.InvariantCulture), Application.Calls.Last().Fields["ErrorCode"]);
        Assert.Equal((status, code), (Sandbox.Message(sid!)!.Status, Sandbox.Message(sid!)!.ErrorCode));
        Assert.Equal(status == "sent" ? 1 : 0, Sandbox.Received(Phone).Count);
    }

    [Fact]
    public async Task Kinds_combine_and_each_is_used_up_by_one_message()
    {
        Sandbox.Misbehave(new(Misbehaviour.ResetAfterAccept), Misbehaviour.Final("undelivered", 30003), new(Misbehaviour.OutOfOrder));

        await Assert.ThrowsAsync<HttpRequestException>(() => SendTrackedAsync());
        await Sandbox.SettleAsync();
        await SendTrackedAsync();
        await Sandbox.SettleAsync();

        Assert.Equal(["undelivered", "sent", "sent", "delivered"], Told);
    }

    [Fact]
    public async Task A_text_is_missed_and_found_in_the_list()
    {
        Connect();
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.MissInbound));

        var result = await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Empty(Application.Calls);
        Assert.Null(result!.Callback);
        Assert.Equal("received", (await JsonAsync($"{Account}/Messages/{result.Sid}.json")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_text_is_told_several_times_in_parallel()
    {
        Connect();
        var all = new TaskCompletionSource();
        Application.Answer = _ => new Together(Application, 3, all);
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.InboundTimes) { Count = 3 });

        var result = await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Equal(3, result!.Callbacks.Count);
        Assert.All(Application.Calls, call => Assert.Equal(result.Sid, call.Fields["MessageSid"]));
    }

    [Fact]
    public async Task A_signature_is_wrong_once()
    {
        Connect();
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.BadSignature));

        await Sandbox.TextAsync(Phone, Demo.Number, "Hello");
        await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Equal([false, true], Application.Calls.Select(call => call.Signature == Signing.Sign($"{Application.BaseUrl}/sms", call.Pairs, Demo.AuthToken)));
    }

    [Theory]
    [InlineData(null, 401, 20003)]
    [InlineData(63038, 429, 63038)]
    [InlineData(20429, 429, 20429)]
    [InlineData(20005, 403, 20005)]
    public async Task Trouble_with_the_account_stands_until_it_is_lifted(int? code, int status, int told)
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.Refused) { Code = code, Standing = true }, Misbehaviour.Final("undelivered"));
        for (var i = 0; i < 3; i++)
        {
            using var refused = await SendAsync();
            Assert.Equal((status, told), ((int)refused.StatusCode, (await JsonAsync(refused)).GetProperty("code").GetInt32()));
        }

        using var list = await GetAsync($"{Account}/Messages.json");
        Sandbox.Behave(Misbehaviour.Refused);
        using var sent = await SendAsync();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Created), (list.StatusCode, sent.StatusCode));
        await Sandbox.SettleAsync();
        Assert.Equal("undelivered", Assert.Single(Sandbox.Messages()).Status);
    }

    [Fact]
    public async Task Clearing_makes_everything_right_again()
    {
        Sandbox.Misbehave(new Misbehaviour(Misbehaviour.ServerError) { Count = 5 });
        Sandbox.Behave();

        Assert.True((await SendAsync()).IsSuccessStatusCode);
    }

    /// <summary>Answers when all are there, so that one after the other would never end.</summary>
    private sealed class Together(Receiver application, int count, TaskCompletionSource all) : Microsoft.AspNetCore.Http.IResult
    {
        public async Task ExecuteAsync(Microsoft.AspNetCore.Http.HttpContext httpContext)
        {
            if (application.Calls.Count == count) all.TrySetResult();
            await all.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, httpContext.RequestAborted);
        }
    }
}
