using System.Net;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class CampaignRunTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly Workspace _workspace = shared.Workspace;

    [Fact]
    public async Task Everybody_of_the_segment_gets_a_text_of_their_own_once()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 60);
        var run = await scene.StartAsync(await scene.CampaignAsync());
        var ended = await scene.FinishAsync(run);
        Assert.Equal("finished", ended.GetProperty("state").GetString());
        for (var i = 0; i < 60; i++) Assert.Equal([$"客户{i}，新品八折\n回T退订"], scene.Got(i).Select(text => text.Replace("Reply STOP to opt out", "回T退订")));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal(60, progress.GetProperty("matched").GetInt64());
        Assert.Equal(60, progress.GetProperty("sent").GetInt64());
        Assert.Equal(0, progress.GetProperty("queued").GetInt64());
        Assert.Equal(32, progress.GetProperty("bucketsDone").GetInt32());
        var recipients = await scene.RecipientsAsync(run);
        Assert.Equal(scene.Contacts.Order(StringComparer.Ordinal), recipients.Select(one => one.GetProperty("contactId").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_providers_tell_of_the_messages_comes_to_the_progress_and_to_each_recipient()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        await _workspace.TwilioTellsAsync();
        await _workspace.DrainAsync();
        var progress = await scene.ProgressAsync(run);
        Assert.Equal(3, progress.GetProperty("delivered").GetInt64());
        Assert.All(await scene.RecipientsAsync(run, "?state=delivered"), one => Assert.Equal("delivered", one.GetProperty("words")[0].GetProperty("word").GetString()));
        Assert.Equal(3, (await scene.RecipientsAsync(run, "?state=delivered")).Count);
    }

    [Fact]
    public async Task An_answer_opens_a_conversation_that_shows_what_it_answers_and_is_counted_once()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 2);
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        Assert.DoesNotContain(await _workspace.ConversationsAsync(), one => one.GetProperty("contactId").GetString() == scene.Contacts[0]);
        await _workspace.TextAsync(scene.Phones[0], "有货吗？");
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await _workspace.TextAsync(scene.Phones[0], "在吗？");
        var conversation = Assert.Single(await _workspace.ConversationsAsync(), one => one.GetProperty("contactId").GetString() == scene.Contacts[0]);
        var messages = await _workspace.MessagesAsync(conversation.GetProperty("id").GetString()!);
        Assert.Equal(["在吗？", "有货吗？"], messages.Take(2).Select(one => one.GetProperty("text").GetString()!));
        Assert.Equal("campaign", messages[2].GetProperty("author").GetProperty("type").GetString());
        Assert.Equal(1, (await scene.ProgressAsync(run)).GetProperty("answered").GetInt64());
        Assert.Equal(scene.Contacts[0], Assert.Single(await scene.RecipientsAsync(run, "?state=answered")).GetProperty("contactId").GetString());
    }

    [Fact]
    public async Task Who_has_stopped_gets_nothing_and_the_place_in_the_cap_is_free_again()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 2);
        await _workspace.TextAsync(scene.Phones[0], "TD");
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        Assert.DoesNotContain(scene.Got(0), text => text.Contains("新品", StringComparison.Ordinal));
        var skipped = Assert.Single(await scene.RecipientsAsync(run, "?state=skipped"));
        Assert.Equal(("suppressed", scene.Contacts[0]), (skipped.GetProperty("reason").GetString(), skipped.GetProperty("contactId").GetString()));
        Assert.Equal(1, (await scene.ProgressAsync(run)).GetProperty("skipped").GetProperty("suppressed").GetInt64());
        await _workspace.TextAsync(scene.Phones[0], "START");
        var again = await scene.StartAsync(await scene.CampaignAsync(new { frequencyCap = new { max = 1, per = "P7D" } }));
        await scene.FinishAsync(again);
        Assert.Single(scene.Got(0), text => text.Contains("新品", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cap_keeps_the_second_message_back()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        await scene.FinishAsync(await scene.StartAsync(await scene.CampaignAsync()));
        await CampaignScene.SetAsync(_workspace, new { frequencyCap = new { max = 1, per = "P7D" }, quietHours = (object?)null, ratePerSecond = new { sms = 10000 } });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        Assert.Equal(3, (await scene.ProgressAsync(run)).GetProperty("skipped").GetProperty("capped").GetInt64());
        Assert.All(Enumerable.Range(0, 3), i => Assert.Single(scene.Got(i)));
    }

    [Fact]
    public async Task Paused_it_sends_nothing_resumed_it_sends_the_rest_and_cancelled_never()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 40);
        var campaign = await scene.CampaignAsync();
        var run = await scene.StartAsync(campaign);
        await _workspace.PostAsync($"/api/campaign-runs/{run}/pause", new { }, HttpStatusCode.OK);
        await _workspace.DrainAsync();
        Assert.All(Enumerable.Range(0, 40), i => Assert.Empty(scene.Got(i)));
        Assert.Equal("person", (await scene.RunAsync(run)).GetProperty("reason").GetProperty("code").GetString());
        await _workspace.PostAsync($"/api/campaign-runs/{run}/resume", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(run);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Single(scene.Got(i)));

        _workspace.Time.Advance(TimeSpan.FromMinutes(2));
        var other = await scene.StartAsync(campaign);
        await _workspace.PostAsync($"/api/campaign-runs/{other}/cancel", new { }, HttpStatusCode.OK);
        var ended = await scene.FinishAsync(other);
        Assert.Equal("cancelled", ended.GetProperty("state").GetString());
        Assert.All(Enumerable.Range(0, 40), i => Assert.Single(scene.Got(i)));
    }

    [Fact]
    public async Task At_night_it_waits_for_the_morning_of_each_contact()
    {
        // It is 08:00 in UTC, 16:00 in Shanghai and 03:00 in New York.
        var scene = await CampaignScene.MakeAsync(_workspace, 2, null);
        await Zone(scene, 0, "Asia/Shanghai");
        await Zone(scene, 1, "America/New_York");
        var at = _workspace.Time.GetUtcNow();
        var run = await scene.StartAsync(await scene.CampaignAsync(new { quietHours = new { from = "21:00", to = "09:00" } }));
        await _workspace.DrainAsync();
        var awake = Enumerable.Range(0, 2).Where(i => IsDay(i == 0 ? "Asia/Shanghai" : "America/New_York", at)).ToList();
        await _workspace.TwilioTellsAsync();
        Assert.All(Enumerable.Range(0, 2), i => Assert.Equal(awake.Contains(i) ? 1 : 0, scene.Got(i).Count));
        Assert.Equal(2 - awake.Count, (await scene.RecipientsAsync(run, "?state=deferred")).Count);
        for (var hour = 0; hour < 13; hour++)
        {
            _workspace.Time.Advance(TimeSpan.FromHours(1));
            await _workspace.DrainAsync();
        }

        await scene.FinishAsync(run);
        Assert.All(Enumerable.Range(0, 2), i => Assert.Single(scene.Got(i)));
    }

    [Fact]
    public async Task Who_has_failed_gets_it_when_somebody_asks_for_it()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        _workspace.Twilio.Misbehave(new PPMessage.Local.Sandbox.Misbehaviour("refused") { Code = 21408 });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        Assert.Equal(1, (await scene.ProgressAsync(run)).GetProperty("failed").EnumerateObject().Sum(one => one.Value.GetInt64()));
        await _workspace.PostAsync($"/api/campaign-runs/{run}/retry-failed", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(run);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Single(scene.Got(i)));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal((3, 0, 0), (progress.GetProperty("sent").GetInt64(), progress.GetProperty("failed").EnumerateObject().Sum(one => one.Value.GetInt64()), progress.GetProperty("queued").GetInt64()));
    }

    private async Task Zone(CampaignScene scene, int contact, string zone)
    {
        using var content = System.Net.Http.Json.JsonContent.Create(new { timeZone = zone });
        using var answer = await _workspace.Client.PatchAsync($"/api/contacts/{scene.Contacts[contact]}", content);
        answer.EnsureSuccessStatusCode();
    }

    private static bool IsDay(string zone, DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).TimeOfDay is { TotalHours: >= 9 and < 21 };
}
