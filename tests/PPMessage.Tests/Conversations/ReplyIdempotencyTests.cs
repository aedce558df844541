using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class ReplyIdempotencyTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task The_same_key_gives_the_same_message_which_is_sent_once()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        var first = await Workspace.SayAsync(id, "once", "key-1");
        await Workspace.TwilioTellsAsync();
        var again = await Workspace.SayAsync(id, "once", "key-1");
        Assert.Equal((201, first.Id, first.Location), (again.Status, again.Id, again.Location));
        Assert.Equal("delivered", again.Json.State());
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["once"], Workspace.Got(phone));
        Assert.Equal(2, (await Workspace.MessagesAsync(id)).Count);
    }

    [Fact]
    public async Task Another_body_under_a_key_is_refused()
    {
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        await Workspace.SayAsync(id, "one", "key");
        Assert.Equal(422, (await Workspace.SayAsync(id, "two", "key")).Status);
        Assert.Equal(2, (await Workspace.MessagesAsync(id)).Count);
    }

    [Fact]
    public async Task Two_agents_and_two_conversations_may_use_the_same_key()
    {
        var (one, other) = (await Workspace.OpenAsync(Calls.NewPhone()), await Workspace.OpenAsync(Calls.NewPhone()));
        var (_, agent) = await Workspace.HireAsync("KeyUser");
        var ids = new[] { await Workspace.SayAsync(one, "a", "k"), await Workspace.SayAsync(one, "b", "k", by: agent), await Workspace.SayAsync(other, "c", "k") };
        Assert.All(ids, called => Assert.Equal(201, called.Status));
        Assert.Equal(3, ids.Select(called => called.Id).Distinct().Count());
    }

    [Fact]
    public async Task Eight_requests_at_once_under_one_key_make_one_message()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Workspace.CallAsync("POST", $"/api/conversations/{id}/messages", new { text = "parallel" }, key: "p")));
        Assert.All(all, called => Assert.Equal(201, called.Status));
        Assert.Single(all.Select(called => called.Id).Distinct());
        await Workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["parallel"], Workspace.Got(phone));
    }

    [Fact]
    public async Task Eight_replies_at_once_without_a_key_are_eight_messages()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Workspace.CallAsync("POST", $"/api/conversations/{id}/messages", new { text = $"{i}" })));
        Assert.All(all, called => Assert.Equal(201, called.Status));
        await Workspace.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(8, Workspace.Got(phone).Distinct().Count());
        Assert.Equal(9, (await Workspace.MessagesAsync(id)).Count);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var id = await Workspace.OpenAsync(Calls.NewPhone());
        Assert.Equal(400, (await Workspace.SayAsync(id, "Hi", key)).Status);
    }
}
