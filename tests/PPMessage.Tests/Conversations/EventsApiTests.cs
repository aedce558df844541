using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class EventsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Every_kind_of_change_is_told_at_least_once_and_in_order()
    {
        var (agent, client) = await Workspace.HireAsync("Teller");
        Workspace.Time.Advance(TimeSpan.FromSeconds(30));
        var cursor = await CursorAsync();
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        var said = await Workspace.SayAsync(id, "您好", by: client);
        await Workspace.TwilioTellsAsync();
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "busy" });

        var (items, next) = await ReadAsync(cursor);
        Assert.Contains(items, item => Is(item, "conversation", id, null));
        Assert.Contains(items, item => Is(item, "message", id, said.Id));
        Assert.Contains(items, item => Is(item, "assignment", id, agent));
        Assert.Contains(items, item => Is(item, "delivery", id, said.Id));
        Assert.Contains(items, item => Is(item, "presence", null, agent));
        Assert.Equal(items.Select(item => item.Word("at")).Order(StringComparer.Ordinal), items.Select(item => item.Word("at")));
        Assert.Empty((await ReadAsync(next)).Items);
    }

    [Fact]
    public async Task A_reader_who_waits_is_woken_by_a_text()
    {
        Workspace.Time.Advance(TimeSpan.FromSeconds(30));
        var cursor = await CursorAsync();
        var reading = ReadAsync(cursor, wait: 25);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(reading.IsCompleted);
        var told = await Workspace.TextAsync(Calls.NewPhone(), "wake up");
        var (items, _) = await reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.NotEmpty(items);
        Assert.Equal(200, told!.Callback!.StatusCode);
    }

    [Fact]
    public async Task A_reader_who_waits_in_vain_gets_an_empty_answer_in_time()
    {
        Workspace.Time.Advance(TimeSpan.FromSeconds(30));
        var reading = ReadAsync(await CursorAsync(), wait: 2);
        await Workspace.GoOnUntilAsync(reading, TimeSpan.FromMilliseconds(500));
        Assert.Empty((await reading).Items);
    }

    [Fact]
    public async Task More_changes_than_fit_into_one_answer_come_in_the_next()
    {
        Workspace.Time.Advance(TimeSpan.FromSeconds(30));
        var cursor = await CursorAsync();
        var phone = Calls.NewPhone();
        for (var i = 0; i < 230; i++)
        {
            Assert.Equal(200, (await Workspace.TextAsync(phone, $"{i}"))!.Callback!.StatusCode);
            if (i % 10 == 0) Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var told = new HashSet<string>();
        for (var (items, next) = await ReadAsync(cursor); items.Count > 0; (items, next) = await ReadAsync(next))
            told.UnionWith(items.Where(item => item.Word("type") == "message").Select(item => item.Word("id")));
        var id = (await Workspace.OfPhoneAsync(phone))[0].Word("id");
        Assert.Equal((await Workspace.MessagesAsync(id)).Select(m => m.Word("id")).Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("?after=garbage", "after")]
    [InlineData("?wait=61", "wait")]
    [InlineData("?wait=-1", "wait")]
    [InlineData("?wait=x", "wait")]
    public async Task Nonsense_is_named(string query, string field)
    {
        var called = await Workspace.CallAsync("GET", $"/api/events{query}");
        Assert.Equal((400, field), (called.Status, called.Json.GetProperty("errors").EnumerateObject().First().Name));
    }

    private async Task<string> CursorAsync() => (await Workspace.GetAsync("/api/events")).Word("next");

    private async Task<(List<JsonElement> Items, string Next)> ReadAsync(string cursor, int wait = 0)
    {
        var answer = await Workspace.GetAsync($"/api/events?after={cursor}&wait={wait}");
        return ([.. answer.GetProperty("items").EnumerateArray()], answer.Word("next"));
    }

    private static bool Is(JsonElement item, string type, string? conversation, string? id) =>
        item.Word("type") == type && Text(item, "conversationId") == conversation && Text(item, "id") == id;

    private static string? Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString() : null;
}
