using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class SandboxStateTests
{
    private const string Phone = "+8613800000001";

    private readonly SandboxState _state = new();

    [Fact]
    public void A_phone_shows_texts_in_the_order_in_which_they_were_sent_whichever_arrives_first()
    {
        foreach (var sid in (string[])["SM1", "SM2"]) _state.Add(Message(sid));
        foreach (var sid in (string[])["SM2", "SM1"]) _state.Receive(Phone, Received(sid));
        Assert.Equal(["SM1", "SM2"], _state.Received(Phone).Select(text => text.Sid));
    }

    [Fact]
    public void What_Twilio_answers_by_itself_stands_behind_what_was_sent_before()
    {
        _state.Add(Message("SM1"));
        _state.Receive(Phone, Received("SM1"));
        _state.Receive(Phone, Received(null));
        _state.Add(Message("SM2"));
        _state.Receive(Phone, Received("SM2"));
        Assert.Equal(["SM1", null, "SM2"], _state.Received(Phone).Select(text => text.Sid));
    }

    private static ReceivedText Received(string? sid) => new(sid, "+15005550006", "hi", "delivered", Automatic: sid is null, [], DateTimeOffset.UnixEpoch);

    private static SandboxMessage Message(string sid) => new() { Sid = sid, AccountSid = "AC1", To = Phone, Body = "hi", Direction = "outbound-api", Status = "queued" };
}
