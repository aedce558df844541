using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class ConsentTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Theory]
    [InlineData("STOP")]
    [InlineData(" stop ")]
    [InlineData("退订")]
    [InlineData("TD")]
    [InlineData("T")]
    [InlineData("ｔｄ")]
    public async Task A_stopped_contact_is_not_messaged_and_a_start_lifts_it(string word)
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone, word);
        Assert.True(await StoppedAsync(id));
        var sends = Sends();
        var said = await Workspace.SayAsync(id, "one more offer");
        Assert.Equal((201, "suppressed", "stopped"), (said.Status, said.Json.State(), said.Json.GetProperty("delivery").GetProperty("error").Word("code")));
        Assert.Contains($"wrote \"{word.Trim()}\"", said.Json.GetProperty("delivery").GetProperty("error").Word("text"), StringComparison.Ordinal);
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(sends, Sends());
        Assert.Empty(Workspace.Got(phone));
        Assert.Equal(409, (await Workspace.CallAsync("POST", $"{said.Location}/retry")).Status);
        Assert.Equal(201, (await Workspace.SayAsync(id, "has stopped us", kind: "note")).Status);

        await Workspace.OpenAsync(phone, "START");
        Assert.False(await StoppedAsync(id));
        Assert.Equal("sending", (await Workspace.SayAsync(id, "welcome back")).Json.State());
        await Workspace.TwilioTellsAsync();
        Assert.Equal(["welcome back"], Workspace.Got(phone));
        var consent = (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Json.GetProperty("consent");
        Assert.Equal([true, false], consent.GetProperty("history").EnumerateArray().Select(change => change.GetProperty("stopped").GetBoolean()));
    }

    [Fact]
    public async Task What_the_next_holder_of_a_number_said_is_not_told_of_who_had_it_before()
    {
        var (phone, had) = (Calls.NewPhone(), string.Empty);
        had = (await Workspace.GetAsync($"/api/conversations/{await Workspace.OpenAsync(phone)}")).Word("contactId");
        await Workspace.CallAsync("PATCH", $"/api/conversations/{(await Workspace.OfPhoneAsync(phone))[0].Word("id")}", new { status = "resolved" });
        await Workspace.CallAsync("PATCH", $"/api/contacts/{had}", new { phones = Array.Empty<string>() });
        var has = (await Workspace.CallAsync("POST", "/api/contacts", new { phones = new[] { phone } })).Id;
        await Workspace.CallAsync("POST", "/api/conversations", new { contactId = has, kind = "sms", text = "您好" });
        await Workspace.TextAsync(phone, "STOP");
        Assert.Single((await Workspace.GetAsync($"/api/contacts/{has}")).GetProperty("consent").EnumerateArray());
        Assert.Empty((await Workspace.GetAsync($"/api/contacts/{had}")).GetProperty("consent").EnumerateArray());
    }

    [Fact]
    public async Task Yes_is_an_answer_and_lifts_a_stop_only_when_there_is_one()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone, "YES");
        Assert.Empty((await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Json.GetProperty("consent").GetProperty("history").EnumerateArray());
        await Workspace.OpenAsync(phone, "Stop");
        Assert.True(await StoppedAsync(id));
        await Workspace.OpenAsync(phone, "HELP");
        await Workspace.OpenAsync(phone, "stop it please? no!");
        Assert.True(await StoppedAsync(id));
        await Workspace.OpenAsync(phone, "Yes");
        Assert.False(await StoppedAsync(id));
    }

    [Fact]
    public async Task A_stop_that_only_the_provider_heard_is_learnt_from_its_refusal()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.MissInbound));
        await Workspace.TextAsync(phone, "STOP");
        Assert.False(await StoppedAsync(id));

        var said = await Workspace.SayAsync(id, "Hi");
        Assert.Equal(("failed", "21610"), (said.Json.State(), said.Json.GetProperty("delivery").GetProperty("error").Word("code")));
        Assert.True(await StoppedAsync(id));
        var next = await Workspace.SayAsync(id, "Hi again");
        Assert.Equal("suppressed", next.Json.State());
        Assert.Contains("21610", next.Json.GetProperty("delivery").GetProperty("error").Word("text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_shows_in_a_delivery_report_is_learnt_too()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        Workspace.Twilio.Misbehave(Misbehaviour.Final("failed", 21610));
        await Workspace.SayAsync(id, "Hi");
        await Workspace.TwilioTellsAsync();
        Assert.True(await StoppedAsync(id));
        Assert.Equal("failed", (await Workspace.MessagesAsync(id))[0].State());
    }

    [Fact]
    public async Task A_contact_shows_on_which_channel_it_has_stopped_us()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone, "STOP");
        var contact = (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Text("contactId");
        var consent = Assert.Single((await Workspace.GetAsync($"/api/contacts/{contact}")).GetProperty("consent").EnumerateArray());
        Assert.Equal((Workspace.ChannelId, phone, true), (consent.Word("channelId"), consent.Word("address"), consent.GetProperty("stopped").GetBoolean()));
    }

    [Fact]
    public async Task A_message_that_waits_is_not_sent_after_a_stop()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.TooManyRequests));
        Assert.Equal("deferred", (await Workspace.SayAsync(id, "too late")).Json.State());
        await Workspace.OpenAsync(phone, "TD");
        await Workspace.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(Workspace.Got(phone));
        Assert.Equal("suppressed", (await Workspace.MessagesAsync(id)).Single(m => m.Word("text") == "too late").State());
    }

    private async Task<bool> StoppedAsync(string id) => (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Json.GetProperty("consent").GetProperty("stopped").GetBoolean();

    private int Sends() => Workspace.Twilio.Requests.Count(request => request.Method == "POST");
}
