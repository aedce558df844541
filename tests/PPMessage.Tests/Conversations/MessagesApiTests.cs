using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class MessagesApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Theory]
    [InlineData("您好！\n第二行\r\n\t缩进")]
    [InlineData("👩‍👩‍👧 e\u0301 é <b>&amp;</b> \"quoted\" \\ / \u2028 end ")]
    [InlineData("مرحبا بالعالم")]
    public async Task A_text_goes_out_and_is_shown_as_it_was_written(string text)
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone, text);
        Assert.Equal(201, (await Workspace.SayAsync(id, text)).Status);
        await Workspace.TwilioTellsAsync();
        Assert.Equal([text], Workspace.Got(phone));
        Assert.Equal([text, text], (await Workspace.MessagesAsync(id)).Select(m => m.Word("text")));
    }

    [Theory]
    [InlineData("Hi", 1)]
    [InlineData("你好", 1)]
    [InlineData(160, 1)]
    [InlineData(161, 2)]
    [InlineData(1600, 11)]
    public async Task It_is_shown_how_many_segments_a_reply_costs(object text, int segments)
    {
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        var said = await Workspace.SayAsync(id, text as string ?? new string('x', (int)text));
        Assert.Equal(segments, said.Json.GetProperty("delivery").GetProperty("segments").GetInt32());
    }

    [Fact]
    public async Task What_can_not_be_sent_is_refused_by_name_and_leaves_nothing_behind()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        object[] bodies =
        [
            new { text = "" }, new { text = " \n " }, new { kind = "reply" }, new { text = new string('x', 1601) }, new { text = "bell \a" },
            new { text = "x", html = "<b>x</b>" }, new { text = "x", attachments = new[] { new { name = "a.png", contentType = "image/png", base64 = "AA==" } } },
            new { text = "x", channelId = "ch_other" }, new { text = "x", kind = "shout" }, new { text = "x", colour = "red" }, new { kind = "note", text = new string('x', 20_001) },
        ];
        foreach (var body in bodies)
        {
            var refused = await Workspace.CallAsync("POST", $"/api/conversations/{id}/messages", body);
            Assert.True(refused.Status == 400, $"{JsonSerializer.Serialize(body)} → {refused.Status}");
            Assert.NotEmpty(refused.Json.GetProperty("errors").EnumerateObject());
        }

        using var half = new StringContent("""{"text":"half \ud83d"}""", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(400, (int)(await Workspace.Client.PostAsync($"/api/conversations/{id}/messages", half)).StatusCode);
        Assert.Single(await Workspace.MessagesAsync(id));
        Assert.Empty(Workspace.Got(phone));
    }

    [Fact]
    public async Task A_note_stays_inside()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        var sends = Workspace.Twilio.Requests.Count;
        var note = await Workspace.SayAsync(id, new string('密', 20_000), kind: "note");
        Assert.Equal((201, "note", JsonValueKind.Null), (note.Status, note.Text("kind"), note.Json.GetProperty("delivery").ValueKind));
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(Workspace.Got(phone));
        Assert.Equal(sends, Workspace.Twilio.Requests.Count);
        Assert.Equal(20_000, (await Workspace.CallAsync("GET", note.Location!.ToString())).Text("text").Length);
    }

    [Fact]
    public async Task Messages_are_listed_newest_first_in_pages_and_oldest_first_after_one()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone, "text 0");
        for (var i = 1; i < 25; i++) await Workspace.OpenAsync(phone, $"text {i}");
        var path = $"/api/conversations/{id}/messages";
        var all = (await Workspace.MessagesAsync(id)).ToList();
        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"text {i}"), all.Select(m => m.Word("text")));
        Assert.Equal(Ids(all), Ids(await Workspace.ListAsync(path, limit: 4)));

        var middle = all[10].Word("id");
        Assert.Equal(Ids(all.Skip(11)), Ids(await Workspace.ListAsync($"{path}?before={middle}", limit: 4)));
        Assert.Equal(Ids(all.Take(10).Reverse()), Ids(await Workspace.ListAsync($"{path}?after={middle}", limit: 3)));
        Assert.Empty(await Workspace.ListAsync($"{path}?after={all[0].Word("id")}"));
        Assert.Empty(await Workspace.ListAsync($"{path}?before={all[^1].Word("id")}"));
        foreach (var query in new[] { "?after=x", "?before=x", "?cursor=x", $"?after={middle}&before={middle}", "?limit=x" })
            Assert.Equal(400, (await Workspace.CallAsync("GET", path + query)).Status);
    }

    [Fact]
    public async Task One_message_is_read_where_its_location_says_and_nowhere_else()
    {
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        var other = await Workspace.OpenAsync(Calls.NewPhone());
        var said = await Workspace.SayAsync(id, "Hi");
        Assert.Equal($"/api/conversations/{id}/messages/{said.Id}", said.Location!.ToString());
        Assert.Equal("Hi", (await Workspace.CallAsync("GET", said.Location.ToString())).Text("text"));
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/conversations/{other}/messages/{said.Id}")).Status);
    }

    [Fact]
    public async Task Words_of_the_provider_in_any_order_and_doubled_end_in_the_same_state()
    {
        foreach (var kind in new[] { Misbehaviour.Doubled, Misbehaviour.OutOfOrder, Misbehaviour.Late, Misbehaviour.CallbackBeforeAnswer })
        {
            var phone = Calls.NewPhone();
            var id = await Workspace.OpenAsync(phone);
            Workspace.Twilio.Misbehave(new Misbehaviour(kind));
            var saying = Workspace.SayAsync(id, kind);
            await Workspace.GoOnUntilAsync(saying, TimeSpan.FromMilliseconds(50));
            await saying;
            await Workspace.PassAsync(TimeSpan.FromMinutes(1));
            var message = (await Workspace.MessagesAsync(id))[0];
            Assert.True(message.State() == "delivered", $"{kind}: {message}");
            Assert.Equal(1, message.GetProperty("delivery").GetProperty("attempt").GetInt32());
            Assert.Single(Workspace.Got(phone));
        }
    }

    [Fact]
    public async Task A_delivery_that_failed_says_why_and_can_be_tried_again()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        Workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003));
        var said = await Workspace.SayAsync(id, "are you there?");
        await Workspace.TwilioTellsAsync();
        var failed = (await Workspace.MessagesAsync(id))[0];
        Assert.Equal(("failed", "30003"), (failed.State(), failed.GetProperty("delivery").GetProperty("error").Word("code")));

        var again = await Workspace.CallAsync("POST", $"{said.Location}/retry", key: "once");
        Assert.Equal((200, 2), (again.Status, again.Json.GetProperty("delivery").GetProperty("attempt").GetInt32()));
        Assert.Equal((200, again.Id), await RepeatAsync(said, "once"));
        await Workspace.TwilioTellsAsync();
        var delivered = Assert.Single(await Workspace.MessagesAsync(id), m => m.Word("direction") == "outbound");
        Assert.Equal(("delivered", JsonValueKind.Null), (delivered.State(), delivered.GetProperty("delivery").GetProperty("error").ValueKind));
        Assert.Equal(2, Workspace.Twilio.Messages().Count(m => m.To == phone));

        Assert.Equal(409, (await Workspace.CallAsync("POST", $"{said.Location}/retry")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("POST", $"/api/conversations/{id}/messages/msg_x/retry")).Status);
    }

    [Fact]
    public async Task A_refused_send_has_failed_and_a_retry_of_an_inbound_message_is_refused()
    {
        var id = await Workspace.OpenAsync("+15005550001", "from a number that can't be written to");
        var said = await Workspace.SayAsync(id, "Hi");
        Assert.Equal((201, "failed"), (said.Status, said.Json.State()));
        var inbound = (await Workspace.MessagesAsync(id))[^1].Word("id");
        Assert.Equal(409, (await Workspace.CallAsync("POST", $"/api/conversations/{id}/messages/{inbound}/retry")).Status);
    }

    [Fact]
    public async Task An_unknown_outcome_is_found_out_and_not_sent_twice()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ServerErrorAfterAccept), new Misbehaviour(Misbehaviour.DropCallbacks));
        Assert.Equal("unknown", (await Workspace.SayAsync(id, "once only")).Json.State());
        await Workspace.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(["once only"], Workspace.Got(phone));
        Assert.Contains((await Workspace.MessagesAsync(id))[0].State(), new[] { "sent", "delivered" });
    }

    [Fact]
    public async Task What_the_provider_puts_off_is_sent_later()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.TooManyRequests));
        var said = await Workspace.SayAsync(id, "later");
        Assert.Equal("deferred", said.Json.State());
        Assert.NotNull(said.Json.GetProperty("delivery").Word("notBefore"));
        await Workspace.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["later"], Workspace.Got(phone));
        Assert.Equal("delivered", (await Workspace.MessagesAsync(id))[0].State());
    }

    private async Task<(int Status, string Id)> RepeatAsync(Called said, string key)
    {
        var repeat = await Workspace.CallAsync("POST", $"{said.Location}/retry", key: key);
        return (repeat.Status, repeat.Id);
    }

    private static IEnumerable<string> Ids(IEnumerable<JsonElement> messages) => messages.Select(m => m.Word("id"));
}
