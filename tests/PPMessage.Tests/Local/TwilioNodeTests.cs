using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local;

/// <summary>The sandbox speaks Twilio's language when Twilio's own client understands it.</summary>
public sealed class TwilioNodeTests : SandboxTest
{
    [Fact]
    public async Task The_vendors_client_sends_looks_up_lists_configures_and_believes_the_signature()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var result = await NodeClient.Twilio.RunAsync(
            new
            {
                task = "use",
                origin = Sandbox.BaseUrl.GetLeftPart(UriPartial.Authority),
                accountSid = Demo.AccountSid,
                authToken = Demo.AuthToken,
                from = Demo.Number,
                to = Phone,
                statusCallback = $"{Application.BaseUrl}/status?m=1",
                smsUrl = $"{Application.BaseUrl}/sms?key=a%20b#rc=3&rp=all",
            },
            cancellation);

        Assert.Equal(Sandbox.Messages().Select(message => message.Sid).Reverse(), Texts(result, "sids"));
        Assert.Equal("two 👍", result.GetProperty("fetchedBody").GetString());
        Assert.Equal(["three", "two 👍", "one"], Texts(result, "listedBodies"));
        Assert.Equal(0, result.GetProperty("listedAfterNow").GetInt32());
        Assert.Equal([Demo.Number], Texts(result, "numbers"));
        Assert.Equal(Sandbox.Number(Demo.Number)!.SmsUrl, result.GetProperty("smsUrl").GetString());
        Assert.Equal(TimeSpan.Zero, result.GetProperty("dateCreated").GetDateTimeOffset() - Second(Sandbox.Messages()[^1].CreatedAt));
        Assert.Equal((400, 21211), (result.GetProperty("refusal").GetProperty("status").GetInt32(), result.GetProperty("refusal").GetProperty("code").GetInt32()));

        await Sandbox.SettleAsync(cancellation);
        await Sandbox.TextAsync(Phone, Demo.Number, " hé & +1 👍 it's ", cancellation: cancellation);
        await AssertBelievedAsync(Application.Calls.Last(call => call.Path.StartsWith("/status", StringComparison.Ordinal)), cancellation);
        await AssertBelievedAsync(Application.Calls.Last(), cancellation);
    }

    private async Task AssertBelievedAsync(ReceivedCall call, CancellationToken cancellation)
    {
        var result = await NodeClient.Twilio.RunAsync(
            new { task = "validate", authToken = Demo.AuthToken, signature = call.Signature, url = Application.BaseUrl + call.Path, fields = call.Pairs.ToDictionary() },
            cancellation);
        Assert.True(result.GetProperty("valid").GetBoolean());
        Assert.False(result.GetProperty("forged").GetBoolean());
    }

    private static IEnumerable<string?> Texts(JsonElement result, string name) => result.GetProperty(name).EnumerateArray().Select(item => item.GetString());

    private static DateTimeOffset Second(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));
}
