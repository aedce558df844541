using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class ConversationsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_conversation_is_read_with_its_etag_and_the_contacts_consent()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone, "订单\n在哪里？👍");
        var called = await Workspace.CallAsync("GET", $"/api/conversations/{id}");
        Assert.Equal((200, "\"1\""), (called.Status, called.ETag));
        Assert.Equal((phone, "open", "订单\n在哪里？👍", "sms"), (called.Text("address"), called.Text("status"), called.Text("lastWords"), called.Text("channelKind")));
        Assert.False(called.Json.GetProperty("consent").GetProperty("stopped").GetBoolean());
        Assert.EndsWith("Z", called.Text("createdAt"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cv_x")]
    [InlineData("王芳")]
    [InlineData("cv_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123")]
    public async Task What_is_not_there_is_not_found(string id)
    {
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { status = "resolved" })).Status);
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/conversations/{id}/messages")).Status);
        Assert.Equal(404, (await Workspace.SayAsync(id, "Hi")).Status);
    }

    [Fact]
    public async Task It_is_assigned_unassigned_and_tagged_and_each_change_has_another_etag()
    {
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        var (agent, _) = await Workspace.HireAsync($"Assignee{id[^4..]}{id[3..29]}");

        var assigned = await PatchAsync(id, new { assignee = agent, tags = new[] { "vip", "退货", "vip" } });
        Assert.Equal((200, agent, "\"2\""), (assigned.Status, assigned.Text("assignee"), assigned.ETag));
        Assert.Equal(["vip", "退货"], assigned.Json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal([id], await IdsAsync($"?assignee={agent}"));

        var same = await PatchAsync(id, new { assignee = agent });
        Assert.Equal("\"2\"", same.ETag);
        var freed = await PatchAsync(id, new { assignee = (string?)null, tags = (string[]?)null });
        Assert.Equal((null, "\"3\""), (freed.Json.GetProperty("assignee").GetString(), freed.ETag));
        Assert.Empty(freed.Json.GetProperty("tags").EnumerateArray());
        Assert.Empty(await IdsAsync($"?assignee={agent}"));
        Assert.Contains(id, await IdsAsync("?assignee=none&limit=200"));
    }

    [Fact]
    public async Task A_resolved_one_moves_to_the_resolved_list_and_back()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        Assert.Equal("resolved", (await PatchAsync(id, new { status = "resolved" })).Text("status"));
        Assert.DoesNotContain(id, await IdsAsync("?status=open&limit=200"));
        Assert.Contains(id, await IdsAsync("?status=resolved&limit=200"));
        Assert.Equal("resolved", (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Text("status"));
        Assert.Single(await Workspace.MessagesAsync(id));

        Assert.Equal("pending", (await PatchAsync(id, new { status = "pending" })).Text("status"));
        Assert.Contains(id, await IdsAsync("?status=pending"));
        Assert.Equal("open", (await PatchAsync(id, new { status = "open" })).Text("status"));
        Assert.DoesNotContain(id, await IdsAsync("?status=resolved&limit=200"));
        Assert.Single(await Workspace.OfPhoneAsync(phone));
    }

    [Fact]
    public async Task Mistakes_in_a_change_are_named()
    {
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        var called = await PatchAsync(id, new { status = "closed", assignee = "ag_nobody", team = "tm_nobody", tags = "vip", colour = "red" });
        Assert.Equal(400, called.Status);
        Assert.Equal(
            ["assignee", "colour", "status", "tags", "team"],
            called.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        Assert.Equal("\"1\"", (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).ETag);
    }

    [Fact]
    public async Task A_change_under_a_stale_etag_is_refused_and_messages_do_not_make_it_stale()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        var etag = (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).ETag;
        await Workspace.OpenAsync(phone, "another");
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { tags = new[] { "a" } }, etag)).Status);
        Assert.Equal(412, (await Workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { tags = new[] { "b" } }, etag)).Status);
        Assert.Equal("a", (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Json.GetProperty("tags")[0].GetString());
    }

    [Fact]
    public async Task A_new_text_after_resolving_opens_a_new_conversation_and_the_old_one_can_not_be_reopened_beside_it()
    {
        var phone = Calls.NewPhone();
        var old = await Workspace.OpenAsync(phone);
        await PatchAsync(old, new { status = "resolved" });
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var fresh = await Workspace.OpenAsync(phone, "I am back");

        Assert.NotEqual(old, fresh);
        Assert.Equal([fresh, old], (await Workspace.OfPhoneAsync(phone)).Select(c => c.Word("id")));
        var refused = await PatchAsync(old, new { status = "open" });
        Assert.Equal(409, refused.Status);
        Assert.Contains(fresh, refused.Problem, StringComparison.Ordinal);
        Assert.Equal(409, (await Workspace.SayAsync(old, "Hi")).Status);
        Assert.Equal(201, (await Workspace.SayAsync(old, "for the record", kind: "note")).Status);
        Assert.Equal("resolved", (await Workspace.CallAsync("GET", $"/api/conversations/{old}")).Text("status"));
    }

    [Fact]
    public async Task An_answer_to_a_resolved_conversation_reopens_it()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        await PatchAsync(id, new { status = "resolved" });
        Assert.Equal(201, (await Workspace.SayAsync(id, "one more thing")).Status);
        Assert.Equal("open", (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Text("status"));
        Assert.Equal(["open"], (await Workspace.OfPhoneAsync(phone)).Select(c => c.Word("status")));
        Assert.Equal(id, await Workspace.OpenAsync(phone, "thanks"));
    }

    [Fact]
    public async Task Texts_at_the_same_time_from_a_new_number_make_one_contact_and_one_conversation()
    {
        var phone = Calls.NewPhone();
        var told = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Workspace.TextAsync(phone, $"text {i}")));
        Assert.All(told, one => Assert.Equal(200, one!.Callback!.StatusCode));
        var conversation = Assert.Single(await Workspace.OfPhoneAsync(phone));
        Assert.Equal(10, conversation.GetProperty("messageCount").GetInt32());
        Assert.Equal(10, (await Workspace.MessagesAsync(conversation.Word("id"))).Select(m => m.Word("text")).Distinct().Count());
        Assert.Single(await Workspace.ListAsync($"/api/contacts?address={Uri.EscapeDataString(phone)}"));
    }

    [Theory]
    [InlineData("?status=closed", "status")]
    [InlineData("?assignee=me", "assignee")]
    [InlineData("?assignee=a/b", "assignee")]
    [InlineData("?assignee=%E7%8E%8B", "assignee")]
    [InlineData("?cursor=garbage", "cursor")]
    [InlineData("?cursor=1234567890123|cv_x", "cursor")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=201", "limit")]
    public async Task Nonsense_in_the_query_is_named(string query, string field)
    {
        var called = await Workspace.CallAsync("GET", $"/api/conversations{query}");
        Assert.True(called.Status == 400, $"{called.Status} {called.Json}");
        Assert.Equal([field], called.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task A_contacts_conversations_are_listed_newest_first_under_the_same_filters()
    {
        var phone = Calls.NewPhone();
        var old = await Workspace.OpenAsync(phone, "first");
        await PatchAsync(old, new { status = "resolved" });
        var fresh = await Workspace.OpenAsync(phone, "second");
        var contact = (await Workspace.CallAsync("GET", $"/api/conversations/{fresh}")).Text("contactId");

        Assert.Equal([fresh, old], await IdsAsync($"?contact={contact}"));
        Assert.Equal([fresh, old], (await Workspace.ListAsync($"/api/conversations?contact={contact}", limit: 1)).Select(c => c.Word("id")));
        Assert.Equal([old], await IdsAsync($"?contact={contact}&status=resolved"));
        Assert.Equal([fresh], await IdsAsync($"?contact={contact}&q=second"));
        Assert.Empty(await IdsAsync($"?contact={contact}&channel=ch_other"));
        var garbage = await Workspace.CallAsync("GET", $"/api/conversations?contact={contact}&cursor=a/b");
        Assert.Equal(400, garbage.Status);
    }

    [Fact]
    public async Task Agents_read_and_answer_and_nothing_more()
    {
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        var (agent, client) = await Workspace.HireAsync("Reader");
        Assert.Equal(200, (await client.CallAsync("GET", "/api/conversations")).Status);
        Assert.Equal(200, (await client.CallAsync("PATCH", $"/api/conversations/{id}", new { assignee = agent })).Status);
        Assert.Equal(id, Assert.Single((await client.CallAsync("GET", "/api/conversations?assignee=me")).Json.GetProperty("items").EnumerateArray()).Word("id"));
        var said = await Workspace.SayAsync(id, "您好", by: client);
        Assert.Equal((201, agent, "Reader"), (said.Status, said.Json.GetProperty("author").Word("id"), said.Json.GetProperty("author").Word("name")));
        foreach (var path in new[] { "/api/channels", "/api/dead-letters", "/api/audit" }) Assert.Equal(403, (await client.CallAsync("GET", path)).Status);
        Assert.Equal(401, (await Workspace.As("nobody").CallAsync("GET", "/api/conversations")).Status);
    }

    private async Task<Called> PatchAsync(string id, object change)
    {
        var called = await Workspace.CallAsync("PATCH", $"/api/conversations/{id}", change);
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        return called;
    }

    private async Task<IEnumerable<string>> IdsAsync(string query) =>
        (await Workspace.GetAsync($"/api/conversations{query}")).GetProperty("items").EnumerateArray().Select(c => c.Word("id"));
}
