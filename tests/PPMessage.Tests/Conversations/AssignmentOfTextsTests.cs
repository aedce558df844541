using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class AssignmentOfTextsTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_new_senders_text_is_everybodys_and_the_agent_who_answers_has_it()
    {
        var (agent, client) = await Workspace.HireAsync("First");
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        Assert.Null(await AssigneeAsync(id));
        await Workspace.SayAsync(id, "您好", by: client);
        Assert.Equal(agent, await AssigneeAsync(id));
    }

    [Theory]
    [InlineData("ready", true)]
    [InlineData("busy", true)]
    [InlineData("away", false)]
    public async Task A_known_sender_comes_back_to_the_last_agent_unless_that_one_is_away(string availability, bool comesBack)
    {
        var (agent, client) = await Workspace.HireAsync($"Last-{availability}");
        var phone = Calls.NewPhone();
        var first = await Workspace.OpenAsync(phone);
        await Workspace.SayAsync(first, "您好", by: client);
        await Workspace.CallAsync("PATCH", $"/api/conversations/{first}", new { status = "resolved" });
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await client.CallAsync("PUT", "/api/agents/me/availability", new { availability })).Status);

        var second = await Workspace.OpenAsync(phone, "again");
        Assert.NotEqual(first, second);
        Assert.Equal(comesBack ? agent : null, await AssigneeAsync(second));
    }

    [Fact]
    public async Task A_text_in_an_open_conversation_of_an_agent_who_went_away_is_everybodys()
    {
        var (_, client) = await Workspace.HireAsync("Leaver");
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        await Workspace.SayAsync(id, "您好", by: client);
        await client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "away" });
        await Workspace.OpenAsync(phone, "hello?");
        Assert.Null(await AssigneeAsync(id));
    }

    [Fact]
    public async Task A_text_to_an_agent_who_was_deleted_is_everybodys()
    {
        var (agent, client) = await Workspace.HireAsync("Gone");
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        await Workspace.SayAsync(id, "您好", by: client);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/agents/{agent}")).Status);
        await Workspace.OpenAsync(phone, "hello?");
        Assert.Null(await AssigneeAsync(id));
    }

    private async Task<string?> AssigneeAsync(string id) => (await Workspace.CallAsync("GET", $"/api/conversations/{id}")).Json.GetProperty("assignee").GetString();
}
