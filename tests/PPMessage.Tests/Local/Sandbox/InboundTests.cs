using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class InboundTests : SandboxTest
{
    [Fact]
    public async Task A_text_is_posted_with_all_fields_and_a_signature_over_the_configured_url()
    {
        Connect(number => number with { SmsUrl = $"{Application.BaseUrl}/sms?key=a%20b" });

        var result = await Sandbox.TextAsync(Phone, Demo.Number, " hé & +1 👍 ");

        var call = Assert.Single(Application.Calls);
        Assert.Equal("POST", call.Method);
        Assert.Equal("/sms?key=a%20b", call.Path);
        Assert.Equal(" hé & +1 👍 ", call.Fields["Body"]);
        Assert.Equal(result!.Sid, call.Fields["MessageSid"]);
        Assert.Equal("", call.Fields["FromCity"]);
        Assert.Equal("0", call.Fields["NumMedia"]);
        Assert.Equal("received", call.Fields["SmsStatus"]);
        Assert.Equal(Signing.Sign($"{Application.BaseUrl}/sms?key=a%20b", call.Pairs, Demo.AuthToken), call.Signature);
        Assert.Equal(200, result.Callback!.StatusCode);
        Assert.Equal(Receiver.EmptyTwiml, result.Callback.Answer);
    }

    [Fact]
    public async Task A_number_that_is_set_to_GET_gets_the_fields_in_the_query()
    {
        Connect(number => number with { SmsMethod = "GET", SmsUrl = $"{Application.BaseUrl}/sms?key=1" });

        await Sandbox.TextAsync(Phone, Demo.Number, "a b'c+d");

        var call = Assert.Single(Application.Calls);
        Assert.StartsWith("/sms?key=1&", call.Path, StringComparison.Ordinal);
        Assert.Equal("a b'c+d", call.Fields["Body"]);
        Assert.Equal(Signing.Sign(Application.BaseUrl + call.Path, [], Demo.AuthToken), call.Signature);
    }

    [Theory]
    [InlineData("12345")]
    [InlineData("SUPPORT")]
    public async Task Short_codes_and_names_write_too(string sender)
    {
        Connect();

        var result = await Sandbox.TextAsync(sender, Demo.Number, "code 123");

        Assert.Equal(sender, Application.Calls.Single().Fields["From"]);
        Assert.Equal("inbound", (await JsonAsync($"{Account}/Messages/{result!.Sid}.json")).GetProperty("direction").GetString());
    }
}
