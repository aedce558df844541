using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Campaigns;

/// <summary>Contacts with a tag of their own, a segment of them, and campaigns for it: several scenes may be played in one workspace.</summary>
internal sealed class CampaignScene(Workspace workspace, string tag)
{
    private static int _scenes;

    public Workspace Workspace => workspace;

    public string SegmentId { get; private set; } = string.Empty;

    /// <summary>Ids of the contacts, in the order in which they were made.</summary>
    public IReadOnlyList<string> Contacts { get; private set; } = [];

    public IReadOnlyList<string> Phones { get; private set; } = [];

    /// <summary>Nobody is disturbed too often here, and it is never night, unless the campaign says so.</summary>
    public static async Task<CampaignScene> MakeAsync(Workspace workspace, int contacts, Func<int, string, object>? contact = null)
    {
        var scene = new CampaignScene(workspace, $"scene{Interlocked.Increment(ref _scenes)}");
        await SetAsync(workspace, new { frequencyCap = (object?)null, quietHours = (object?)null, ratePerSecond = new { sms = 10000, email = 10000 }, domainRates = new { } });
        var segment = await workspace.PostAsync("/api/segments", new { name = scene.Tag, filter = new { field = "contact.tags", op = "contains", value = scene.Tag } });
        scene.SegmentId = segment.GetProperty("id").GetString()!;
        scene.Phones = [.. Enumerable.Range(0, contacts).Select(_ => Calls.NewPhone())];
        var ids = new List<string>();
        for (var i = 0; i < contacts; i++)
        {
            var body = contact?.Invoke(i, scene.Phones[i]) ?? new { name = $"客户{i}", phones = new[] { scene.Phones[i] }, tags = new[] { scene.Tag } };
            ids.Add((await workspace.PostAsync("/api/contacts", body)).GetProperty("id").GetString()!);
        }

        scene.Contacts = ids;
        return scene;
    }

    public string Tag => tag;

    public static async Task SetAsync(Workspace workspace, object settings)
    {
        using var content = System.Net.Http.Json.JsonContent.Create(settings);
        using var answer = await workspace.Client.PutAsync("/api/settings/campaigns", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<JsonElement> CampaignAsync(object? rules = null, object? schedule = null, object? content = null, object? more = null) =>
        Workspace.PostAsync("/api/campaigns", Merged(
            new { name = $"活动 {tag}", segmentId = SegmentId, schedule = schedule ?? new { every = "once" }, channels = new[] { "sms" }, content = content ?? new { sms = new { text = "{{ contact.name }}，新品八折" } }, rules = rules ?? new { } },
            more));

    /// <summary>Starts it now.</summary>
    /// <returns>The run's id.</returns>
    public async Task<string> StartAsync(JsonElement campaign)
    {
        var id = campaign.GetProperty("id").GetString()!;
        await Workspace.PostAsync($"/api/campaigns/{id}/start", new { now = true }, HttpStatusCode.OK);
        return await NewestRunAsync(id);
    }

    public async Task<string> NewestRunAsync(string campaignId) => (await Workspace.GetAsync($"/api/campaigns/{campaignId}/runs")).GetProperty("items")[0].GetProperty("id").GetString()!;

    public Task<JsonElement> RunAsync(string runId) => Workspace.GetAsync($"/api/campaign-runs/{runId}");

    public async Task<string> StateAsync(string runId) => (await RunAsync(runId)).GetProperty("state").GetString()!;

    public async Task<JsonElement> ProgressAsync(string runId) => (await RunAsync(runId)).GetProperty("progress");

    public Task<IReadOnlyList<JsonElement>> RecipientsAsync(string runId, string query = "") => Workspace.ListAsync($"/api/campaign-runs/{runId}/recipients{query}");

    /// <summary>Lets the queue work and the clock go on until the run is over and all of it has arrived.</summary>
    public async Task<JsonElement> FinishAsync(string runId, int mostSteps = 40)
    {
        for (var step = 0; step < mostSteps; step++)
        {
            await Workspace.DrainAsync();
            var run = await RunAsync(runId);
            if (run.GetProperty("state").GetString() is "finished" or "cancelled" && run.GetProperty("finishedAt").ValueKind == JsonValueKind.String)
            {
                await Workspace.TwilioTellsAsync();
                return run;
            }

            Workspace.Time.Advance(TimeSpan.FromSeconds(3));
        }

        throw new Xunit.Sdk.XunitException($"It did not end: {await RunAsync(runId)}");
    }

    public Task ClockAsync() => Workspace.Services.GetServices<ITimerJob>().Single(job => job.Name == "CampaignClock").RunAsync(default);

    /// <summary>What a phone got, oldest first.</summary>
    public IReadOnlyList<string> Got(int contact) => [.. Workspace.Twilio.Received(Phones[contact]).Select(text => text.Text)];

    private static Dictionary<string, object?> Merged(object one, object? more)
    {
        var all = Read(one);
        if (more is not null) foreach (var (name, value) in Read(more)) all[name] = value;
        return all;
    }

    private static Dictionary<string, object?> Read(object value) => value.GetType().GetProperties().ToDictionary(property => property.Name, property => property.GetValue(value));
}
