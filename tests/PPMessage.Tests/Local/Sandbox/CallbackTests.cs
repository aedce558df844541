using Microsoft.AspNetCore.Http;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

/// <summary>How the sandbox calls, tries again, falls back, and reads the answer.</summary>
public sealed class CallbackTests : SandboxTest
{
    [Fact]
    public async Task By_default_an_error_is_not_tried_again_and_the_message_is_only_in_the_list()
    {
        Connect();
        Application.Answer = _ => TypedResults.StatusCode(503);

        var result = await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Single(Application.Calls);
        Assert.Equal((503, CallbackCaller.RefusedStatus), (result!.Callback!.StatusCode, result.Callback.Error));
        Assert.Equal(1, (await JsonAsync($"{Account}/Messages.json?To=%2B15005550006")).GetProperty("messages").GetArrayLength());
    }

    [Theory]
    [InlineData("#rc=3&rp=all", 500, 4)]
    [InlineData("#rc=2&rp=5xx", 500, 3)]
    [InlineData("#rc=2&rp=4xx,ct", 500, 1)]
    [InlineData("#rc=2&rp=4xx,ct", 404, 3)]
    [InlineData("#rc=9&rp=all", 500, 6)]
    [InlineData("#rc=0&rp=all", 500, 1)]
    public async Task The_fragment_says_what_is_tried_again(string fragment, int status, int calls)
    {
        Connect(number => number with { SmsUrl = number.SmsUrl + fragment });
        Application.Answer = _ => TypedResults.StatusCode(status);

        await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Equal(calls, Application.Calls.Count);
        Assert.All(Application.Calls, call => Assert.Equal("/sms", call.Path));
        Assert.Single(Application.Calls.Select(call => call.Headers["I-Twilio-Idempotency-Token"]).Distinct());
        Assert.All(Application.Calls, call => Assert.Equal(Signing.Sign($"{Application.BaseUrl}/sms", call.Pairs, Demo.AuthToken), call.Signature));
    }

    [Fact]
    public async Task A_slow_answer_is_given_up_and_tried_again_only_when_the_fragment_says_so()
    {
        Connect(number => number with { SmsUrl = number.SmsUrl + "#rc=1&rp=rt&rt=1500" });
        Application.Answer = _ => Application.Calls.Count == 1 ? new Never() : TypedResults.Text(Receiver.EmptyTwiml, "text/xml");

        var result = await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Equal([CallbackCaller.NoAnswer, null], Sandbox.Callbacks.Select(callback => callback.Error));
        Assert.Equal(2, result!.Callback!.Attempt);
    }

    [Fact]
    public async Task All_attempts_share_one_bound()
    {
        Connect(number => number with { SmsUrl = number.SmsUrl + "#rc=5&rp=all&rt=15000&tt=1500" });
        Application.Answer = _ => new Never();

        await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Single(Application.Calls);
    }

    [Fact]
    public async Task Nobody_there_is_tried_again_by_default()
    {
        Connect(number => number with { SmsUrl = "http://127.0.0.1:9/sms" });

        var result = await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Equal((2, CallbackCaller.CannotConnect), (result!.Callback!.Attempt, result.Callback.Error));
    }

    [Fact]
    public async Task The_fallback_gets_the_same_message_with_the_reason()
    {
        Connect(number => number with { SmsUrl = number.SmsUrl + "#rc=1&rp=all", SmsFallbackUrl = $"{Application.BaseUrl}/fallback" });
        Application.Answer = call => call.Path == "/sms" ? TypedResults.StatusCode(500) : TypedResults.Text(Receiver.EmptyTwiml, "text/xml");

        var result = await Sandbox.TextAsync(Phone, Demo.Number, "Hello");

        Assert.Equal(["/sms", "/sms", "/fallback"], Application.Calls.Select(call => call.Path));
        var fallback = Application.Calls.Last();
        Assert.Equal((result!.Sid, "11217", $"{Application.BaseUrl}/sms"), (fallback.Fields["MessageSid"], fallback.Fields["ErrorCode"], fallback.Fields["ErrorUrl"]));
        Assert.Equal(Signing.Sign($"{Application.BaseUrl}/fallback", fallback.Pairs, Demo.AuthToken), fallback.Signature);
        Assert.Equal(("fallback", 200), (result.Callback!.Kind, result.Callback.StatusCode));
    }

    [Theory]
    [InlineData("text/xml", "<Response><Message>Hi &amp; bye</Message></Response>", "Hi & bye")]
    [InlineData("application/xml", "<Response><Message><Body>Hi</Body></Message></Response>", "Hi")]
    [InlineData("text/plain", "OK", "OK")]
    public async Task A_message_in_the_answer_goes_to_the_phone_as_does_plain_text(string type, string answer, string text)
    {
        Connect();
        Application.Answer = _ => TypedResults.Text(answer, type);

        await Sandbox.TextAsync(Phone, Demo.Number, "Hello");
        await Sandbox.SettleAsync();

        Assert.Equal(text, Assert.Single(Sandbox.Received(Phone)).Text);
        Assert.Single(Sandbox.Messages(), message => message.Direction == "outbound-reply");
    }

    [Theory]
    [InlineData("text/xml", "<Response>", 12100)]
    [InlineData("text/xml", "<Other/>", 12100)]
    [InlineData("application/json", "{}", 12300)]
    public async Task An_answer_that_is_no_TwiML_is_an_error(string type, string answer, int error)
    {
        Connect();
        Application.Answer = _ => TypedResults.Text(answer, type);

        Assert.Equal(error, (await Sandbox.TextAsync(Phone, Demo.Number, "Hello"))!.Callback!.Error);
    }

    [Fact]
    public async Task No_content_is_an_answer()
    {
        Connect();
        Application.Answer = _ => TypedResults.NoContent();

        Assert.Null((await Sandbox.TextAsync(Phone, Demo.Number, "Hello"))!.Callback!.Error);
    }

    [Fact]
    public async Task An_sms_application_makes_the_urls_of_the_number_idle()
    {
        Connect(number => number with { SmsApplicationSid = "AP1" });

        Assert.Null((await Sandbox.TextAsync(Phone, Demo.Number, "Hello"))!.Callback);
        Assert.Empty(Application.Calls);
    }

    private sealed class Never : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, httpContext.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
