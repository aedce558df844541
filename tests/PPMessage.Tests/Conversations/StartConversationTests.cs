using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class StartConversationTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_conversation_is_started_and_the_contacts_answer_joins_it()
    {
        var phone = Calls.NewPhone();
        var contact = await ContactAsync(phone, "王芳");
        var started = await StartAsync(new { contactId = contact, kind = "sms", text = "您好，王芳" });
        Assert.Equal(201, started.Status);
        await Workspace.TwilioTellsAsync();
        Assert.Equal(["您好，王芳"], Workspace.Got(phone));
        Assert.Equal(Workspace.Number, Workspace.Twilio.Received(phone)[0].From);

        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var id = await Workspace.OpenAsync(phone, "你好");
        Assert.Equal(started.Text("conversationId"), id);
        var conversation = Assert.Single(await Workspace.OfPhoneAsync(phone));
        Assert.Equal(("王芳", contact, 2), (conversation.Word("contactName"), conversation.Word("contactId"), conversation.GetProperty("messageCount").GetInt32()));
        Assert.Equal([id], (await Workspace.ListAsync($"/api/conversations?contact={contact}")).Select(c => c.Word("id")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("start-again")]
    public async Task There_is_no_second_one_beside_an_open_one(string? key)
    {
        var phone = Calls.NewPhone();
        var open = await Workspace.OpenAsync(phone);
        var contact = (await Workspace.CallAsync("GET", $"/api/conversations/{open}")).Text("contactId");
        var refused = await StartAsync(new { contactId = contact, kind = "sms", text = "Hi" }, key);
        Assert.Equal(409, refused.Status);
        Assert.Contains(open, refused.Problem, StringComparison.Ordinal);
        Assert.Single(await Workspace.OfPhoneAsync(phone));
        Assert.Single(await Workspace.ListAsync($"/api/conversations?contact={contact}"));
        Assert.Empty(Workspace.Got(phone));
    }

    [Fact]
    public async Task The_same_key_starts_one_and_at_the_same_time_too()
    {
        var phone = Calls.NewPhone();
        var contact = await ContactAsync(phone);
        var body = new { contactId = contact, kind = "sms", text = "Hi" };
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StartAsync(body, "start")));
        Assert.All(all, called => Assert.True(called.Status == 201, $"{called.Status} {called.Json}"));
        Assert.Single(all.Select(called => called.Id).Distinct());
        Assert.Equal(all[0].Id, (await StartAsync(body, "start")).Id);
        Assert.Equal(422, (await StartAsync(new { contactId = contact, kind = "sms", text = "Ho" }, "start")).Status);
        await Workspace.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["Hi"], Workspace.Got(phone));
        Assert.Single(await Workspace.OfPhoneAsync(phone));
    }

    [Fact]
    public async Task At_the_same_time_without_a_key_one_wins()
    {
        var phone = Calls.NewPhone();
        var contact = await ContactAsync(phone);
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => StartAsync(new { contactId = contact, kind = "sms", text = $"Hi {i}" })));
        Assert.Equal([201, 409, 409, 409, 409, 409], all.Select(called => called.Status).Order());
        Assert.Single(await Workspace.OfPhoneAsync(phone));
    }

    [Fact]
    public async Task After_resolving_another_one_can_be_started()
    {
        var phone = Calls.NewPhone();
        var contact = await ContactAsync(phone);
        var first = (await StartAsync(new { contactId = contact, kind = "sms", text = "1" })).Text("conversationId");
        await Workspace.CallAsync("PATCH", $"/api/conversations/{first}", new { status = "resolved" });
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var second = (await StartAsync(new { contactId = contact, kind = "sms", text = "2" })).Text("conversationId");
        Assert.NotEqual(first, second);
        Assert.Equal([second, first], (await Workspace.ListAsync($"/api/conversations?contact={contact}")).Select(c => c.Word("id")));
    }

    [Fact]
    public async Task What_is_missing_is_named()
    {
        var contact = await ContactAsync(Calls.NewPhone());
        var mute = (await Workspace.PostAsync("/api/contacts", new { name = "No phone" })).Word("id");
        Assert.Equal(422, (await StartAsync(new { contactId = mute, kind = "sms", text = "Hi" })).Status);
        (object Body, string Field)[] mistakes =
        [
            (new { kind = "sms", text = "Hi" }, "contactId"), (new { contactId = "ct_none", kind = "sms", text = "Hi" }, "contactId"),
            (new { contactId = contact, kind = "email", text = "Hi" }, "kind"), (new { contactId = contact, text = "Hi" }, "kind"),
            (new { contactId = contact, channelId = "ch_none", text = "Hi" }, "channelId"), (new { contactId = contact, kind = "sms", text = " " }, "text"),
            (new { contactId = contact, kind = "sms", text = new string('x', 1601) }, "text"), (new { contactId = contact, kind = "sms", text = "Hi", subject = "S" }, "subject"),
            (new { contactId = contact, kind = "sms", text = "Hi", colour = "red" }, "colour"),
        ];
        foreach (var (body, field) in mistakes)
        {
            var called = await StartAsync(body);
            Assert.Equal((400, field), (called.Status, called.Json.GetProperty("errors").EnumerateObject().First().Name));
        }

        Assert.Empty(await Workspace.ListAsync($"/api/conversations?contact={contact}"));
    }

    private async Task<string> ContactAsync(string phone, string? name = null) => (await Workspace.PostAsync("/api/contacts", new { name, phones = new[] { phone } })).Word("id");

    private Task<Called> StartAsync(object body, string? key = null) => Workspace.CallAsync("POST", "/api/conversations", body, key: key);
}
