using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

/// <summary>Which flow is started for what.</summary>
public sealed class StartedFlowsTests : IAsyncLifetime
{
    private const string BuiltIn = "fl_00000000000000000000000001";

    private Workspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await Workspace.StartAsync();

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Fact]
    public async Task A_flow_takes_the_place_of_a_built_in_one_which_comes_back_when_it_is_stopped()
    {
        var id = await _workspace.PublishedAsync(Defined.Saying("您好"));
        Assert.Equal((true, false), (await StartedAsync(id), await StartedAsync(BuiltIn)));
        Assert.Equal(["您好"], await GotAsync());
        Assert.Equal(200, (await SwitchAsync(id, "stop")).Status);
        Assert.Equal((false, true), (await StartedAsync(id), await StartedAsync(BuiltIn)));
        Assert.Empty(await GotAsync());
        Assert.Equal(200, (await SwitchAsync(id, "start")).Status);
        Assert.Equal(["您好"], await GotAsync());
        Assert.Equal(2, (await _workspace.ListAsync($"/api/flows/{id}/runs?state=completed")).Count);
        Assert.Single(await _workspace.ListAsync($"/api/flows/{BuiltIn}/runs"));
    }

    [Fact]
    public async Task A_contact_that_was_entered_before_it_ever_wrote_is_known_to_the_flow_that_its_first_text_starts()
    {
        var phone = Workspaces.Calls.NewPhone();
        await _workspace.PostAsync("/api/contacts", new { name = "李薇", phones = new[] { phone }, tags = new[] { "vip" }, attributes = new { plan = "pro" } });
        await _workspace.PublishedAsync(Defined.Saying("{{ contact.name }} {{ contact.tags | join: ',' }} {{ contact.attributes.plan }}"));
        await _workspace.OpenAsync(phone);
        await _workspace.TwilioTellsAsync();
        Assert.Equal(["李薇 vip pro"], _workspace.Got(phone));
    }

    [Fact]
    public async Task At_most_one_flow_is_started_for_a_trigger_and_the_other_is_named()
    {
        var first = await _workspace.PublishedAsync(Defined.Saying("一"));
        var second = await _workspace.FlowAsync(Defined.Saying("二"));
        var refused = await _workspace.PublishDraftAsync(second);
        Assert.Equal(409, refused.Status);
        Assert.Contains($"{first} '一' is started for message.received (sms)", refused.Problem, StringComparison.Ordinal);
        Assert.Empty((await _workspace.GetAsync($"/api/flows/{second}/versions")).GetProperty("items").EnumerateArray());
        Assert.Equal(409, (await SwitchAsync(BuiltIn, "start")).Status);

        Assert.Equal(200, (await _workspace.PublishDraftAsync(second, replace: true)).Status);
        Assert.Equal((false, true), (await StartedAsync(first), await StartedAsync(second)));
        Assert.Contains(await _workspace.ListAsync($"/api/audit?subject={first}"), line => line.Word("action") == "flow.stopped" && line.Word("detail").Contains(second, StringComparison.Ordinal));
        Assert.Equal(409, (await SwitchAsync(first, "start")).Status);
        Assert.Equal(200, (await SwitchAsync(first, "start", replace: true)).Status);
        Assert.Equal((true, false), (await StartedAsync(first), await StartedAsync(second)));
        Assert.Equal(200, (await SwitchAsync(BuiltIn, "start", replace: true)).Status);
        Assert.Equal((false, true), (await StartedAsync(first), await StartedAsync(BuiltIn)));
    }

    [Fact]
    public async Task Publishing_again_leaves_a_flow_started_or_stopped_and_moves_it_to_another_trigger()
    {
        var id = await _workspace.PublishedAsync(Defined.Saying("一"));
        await SwitchAsync(id, "stop");
        await _workspace.DraftAsync(id, Defined.Saying("二"));
        Assert.False((await _workspace.PublishDraftAsync(id)).Json.Flag("started"));
        await SwitchAsync(id, "start");
        await _workspace.DraftAsync(id, Defined.Saying("三", """{"on":"message.received","channelKind":"email"}"""));
        Assert.True((await _workspace.PublishDraftAsync(id)).Json.Flag("started"));
        Assert.True(await StartedAsync(BuiltIn));
        Assert.Equal(200, (await _workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version = 2 })).Status);
        Assert.False(await StartedAsync(BuiltIn));
        Assert.Equal(["二"], await GotAsync());
    }

    [Fact]
    public async Task A_version_does_not_come_back_to_a_trigger_that_another_flow_has()
    {
        var id = await _workspace.PublishedAsync(Defined.Saying("一"));
        await _workspace.DraftAsync(id, Defined.Waiting("二"));
        Assert.Equal(200, (await _workspace.PublishDraftAsync(id)).Status);
        var other = await _workspace.PublishedAsync(Defined.Saying("三"));
        var refused = await _workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version = 1 });
        Assert.Equal(409, refused.Status);
        Assert.Contains(other, refused.Problem, StringComparison.Ordinal);
        Assert.Equal(200, (await _workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version = 1, replace = true })).Status);
        Assert.Equal((true, false), (await StartedAsync(id), await StartedAsync(other)));
    }

    [Fact]
    public async Task A_built_in_flow_is_stopped_and_started_like_any_other()
    {
        Assert.False((await SwitchAsync(BuiltIn, "stop")).Json.Flag("started"));
        Assert.False((await SwitchAsync(BuiltIn, "stop")).Json.Flag("started"));
        await _workspace.OpenAsync(Workspaces.Calls.NewPhone());
        Assert.Empty(await _workspace.ListAsync($"/api/flows/{BuiltIn}/runs"));
        Assert.True((await SwitchAsync(BuiltIn, "start")).Json.Flag("started"));
        Assert.True((await SwitchAsync(BuiltIn, "start")).Json.Flag("started"));
        await _workspace.OpenAsync(Workspaces.Calls.NewPhone());
        Assert.Single(await _workspace.ListAsync($"/api/flows/{BuiltIn}/runs"));
        Assert.Equal(400, (await _workspace.CallAsync("POST", $"/api/flows/{BuiltIn}/start", new { force = true })).Status);
    }

    [Fact]
    public async Task What_a_deleted_channel_leaves_behind_does_not_come_back()
    {
        var channel = (await _workspace.MakeMailChannelAsync("fort@mg.example.com")).Word("id");
        var id = await _workspace.PublishedAsync(Defined.Saying("一", $$"""{"on":"message.received","channelId":"{{channel}}"}"""));
        await _workspace.DraftAsync(id, Defined.Waiting());
        await _workspace.PublishDraftAsync(id);
        await _workspace.CallAsync("DELETE", $"/api/channels/{channel}");
        var refused = await _workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version = 1 });
        Assert.Equal(422, refused.Status);
        Assert.Contains(channel, refused.Problem, StringComparison.Ordinal);
    }

    private Task<Called> SwitchAsync(string id, string verb, bool replace = false) => _workspace.CallAsync("POST", $"/api/flows/{id}/{verb}", replace ? new { replace } : null);

    private async Task<bool> StartedAsync(string id) => (await _workspace.GetAsync($"/api/flows/{id}")).Flag("started");

    /// <summary>What somebody new is told who writes.</summary>
    private async Task<IEnumerable<string>> GotAsync()
    {
        var phone = Workspaces.Calls.NewPhone();
        await _workspace.OpenAsync(phone);
        await _workspace.TwilioTellsAsync();
        return [.. _workspace.Got(phone)];
    }
}
