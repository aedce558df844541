using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Preview;

public sealed class PreviewApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Before_anything_is_sent_everybody_may_be_asked_for()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 8);
        await ChangeAsync(scene.Contacts[0], new { phones = Array.Empty<string>() });
        await ChangeAsync(scene.Contacts[1], new { timeZone = NightZone() });
        var campaign = await scene.CampaignAsync(new { quietHours = new { from = "21:00", to = "09:00" } });
        await ChangeAllAsync(scene, 2, new { timeZone = DayZone() });
        var all = await Workspace.CallAsync("POST", $"/api/campaigns/{campaign.Word("id")}/preview", new { });
        Assert.True(all.Json.GetProperty("exact").GetBoolean());
        Assert.Equal((8, 6, 1, 1), (all.Json.Count("matched"), all.Json.Count("would"), all.Json.Count("deferred", "quiet_hours"), all.Json.Count("skipped", "no_address")));
        Assert.InRange(all.Json.Count("evaluated"), 8, 1000);
        var sample = all.Json.GetProperty("sample").EnumerateArray().ToList();
        Assert.Equal(5, sample.Count);
        Assert.All(sample, one => Assert.StartsWith($"{one.Word("name")}，新品八折", one.GetProperty("messages").GetProperty("sms").Word("text"), StringComparison.Ordinal));
        await Workspace.DrainAsync();
        Assert.All(Enumerable.Range(0, 8), i => Assert.Empty(scene.Got(i)));
        Assert.Empty(await Workspace.ListAsync($"/api/campaigns/{campaign.Word("id")}/runs"));
        Assert.Equal("draft", await scene.StatusAsync(campaign.Word("id")));
    }

    [Fact]
    public async Task Of_one_contact_it_is_told_what_becomes_of_it_and_whether_it_has_stopped()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 2);
        var campaign = await scene.CampaignAsync();
        Assert.Equal(("send", null, true, 1), await OfAsync(campaign, scene.Contacts[0]));
        await Workspace.TextAsync(scene.Phones[0], "TD");
        Assert.Equal(("skip", "suppressed", true, 0), await OfAsync(campaign, scene.Contacts[0]));
        await Workspace.TextAsync(scene.Phones[0], "START");
        Assert.Equal(("send", null, true, 1), await OfAsync(campaign, scene.Contacts[0]));
        await ChangeAsync(scene.Contacts[1], new { tags = Array.Empty<string>() });
        Assert.Equal(("skip", "not_in_segment", false, 0), await OfAsync(campaign, scene.Contacts[1]));
        await scene.FinishAsync(await scene.StartAsync(campaign));
        await CampaignScene.SetAsync(Workspace, new { frequencyCap = new { max = 1, per = "P7D" }, quietHours = (object?)null });
        Assert.Equal(("skip", "capped", true, 0), await OfAsync(campaign, scene.Contacts[0]));
    }

    [Fact]
    public async Task A_text_that_can_not_be_made_and_a_channel_that_is_not_active_are_told()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var content = new { sms = new { text = "{% if contact.name == '没有' %}x{% endif %}" }, email = new { subject = "{{ contact.name }}", text = "您好", html = "<p>{{ contact.name }}</p>" } };
        await ChangeAsync(scene.Contacts[0], new { name = "<b>李</b>", emails = new[] { MailWorkspace.NewMailbox() } });
        var campaign = await scene.CampaignAsync(content: content, more: new { channels = new[] { "email", "sms" } });
        var told = await Workspace.CallAsync("POST", $"/api/campaigns/{campaign.Word("id")}/preview", new { contactId = scene.Contacts[0] });
        Assert.Contains("email", told.Json.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        var messages = told.Json.GetProperty("sample")[0].GetProperty("messages");
        Assert.Equal("The text is empty.", messages.GetProperty("sms").Word("mistake"));
        Assert.Equal(("<b>李</b>", "<p>&lt;b&gt;李&lt;/b&gt;</p>"), (messages.GetProperty("email").Word("subject"), messages.GetProperty("email").Word("html").Replace("&#26446;", "李")));
        // Nothing that reaches it can be made: it gets nothing.
        var shown = told.Json.GetProperty("sample")[0];
        Assert.Equal(("skip", "content", 0), (shown.Word("decision"), shown.Word("reason"), shown.GetProperty("channels").GetArrayLength()));
        Assert.Equal((0, 1), (told.Json.GetProperty("would").GetInt32(), told.Json.GetProperty("skipped").GetProperty("content").GetInt32()));
    }

    [Fact]
    public async Task What_can_not_be_made_is_counted_for_everybody_and_not_for_those_alone_who_are_shown()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 9);
        await ChangeAllAsync(scene, 7, new { name = new string('长', 30) });
        var campaign = await scene.CampaignAsync(content: new { sms = new { text = "{{ contact.name }}" + new string('字', 1570) } });
        var all = (await Workspace.CallAsync("POST", $"/api/campaigns/{campaign.Word("id")}/preview", new { })).Json;
        Assert.Equal((9, 7, 2), (all.Count("matched"), all.Count("would"), all.Count("skipped", "content")));
        await scene.FinishAsync(await scene.StartAsync(campaign));
        var run = await scene.ProgressAsync(await scene.NewestRunAsync(campaign.Word("id")));
        Assert.Equal((7, 2), (run.Count("sent"), run.Count("skipped", "content")));
    }

    [Theory]
    [InlineData("""{"contactId":"ct_none"}""", 400)]
    [InlineData("""{"contactId":5}""", 400)]
    [InlineData("""{"contactId":"\ud800"}""", 400)]
    [InlineData("""{"contact":"x"}""", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"contactId":null}""", 200)]
    public async Task What_is_asked_for_wrongly_is_refused(string body, int status)
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 0);
        var campaign = await scene.CampaignAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Workspace.Client.PostAsync($"/api/campaigns/{campaign.Word("id")}/preview", content);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Of_an_erased_contact_nothing_is_told_and_of_a_merged_one_what_becomes_of_the_other()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 3);
        var campaign = await scene.CampaignAsync();
        await Workspace.CallAsync("DELETE", $"/api/contacts/{scene.Contacts[0]}");
        Assert.Equal(400, (await Workspace.CallAsync("POST", $"/api/campaigns/{campaign.Word("id")}/preview", new { contactId = scene.Contacts[0] })).Status);
        await Workspace.CallAsync("POST", $"/api/contacts/{scene.Contacts[1]}/merge", new { into = scene.Contacts[2] });
        var merged = await Workspace.CallAsync("POST", $"/api/campaigns/{campaign.Word("id")}/preview", new { contactId = scene.Contacts[1] });
        Assert.Equal(scene.Contacts[2], merged.Json.GetProperty("sample")[0].Word("contactId"));
    }

    private async Task<(string Decision, string? Reason, bool InSegment, long Would)> OfAsync(System.Text.Json.JsonElement campaign, string contact)
    {
        var told = await Workspace.CallAsync("POST", $"/api/campaigns/{campaign.Word("id")}/preview", new { contactId = contact });
        Assert.Equal(200, told.Status);
        var one = told.Json.GetProperty("sample")[0];
        if (one.GetProperty("reason").GetString() is { } reason) Assert.Equal(1, told.Json.Count("skipped", reason));
        return (one.Word("decision"), one.GetProperty("reason").GetString(), one.GetProperty("inSegment").GetBoolean(), told.Json.Count("would"));
    }

    private string DayZone() => Zone(12);

    private string NightZone() => Zone(0);

    // The sign of these names is turned round.
    private string Zone(int hour)
    {
        var east = ((hour - Workspace.Time.GetUtcNow().Hour + 36) % 24) - 12;
        return east == 0 ? "Etc/GMT" : $"Etc/GMT{(east > 0 ? "-" : "+")}{Math.Abs(east)}";
    }

    private async Task ChangeAllAsync(CampaignScene scene, int from, object change)
    {
        foreach (var contact in scene.Contacts.Skip(from)) await ChangeAsync(contact, change);
    }

    private async Task ChangeAsync(string contact, object change) => Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", change)).Status);
}
