using System.Net;
using System.Text.Json;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Campaigns;

/// <summary>What the tests of campaigns' times do again and again.</summary>
internal static class Passing
{
    /// <summary>The next time that a clock in UTC shows it.</summary>
    public static DateTimeOffset Next(this Workspace workspace, string time)
    {
        var now = workspace.Time.GetUtcNow();
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        return today > now ? today : today.AddDays(1);
    }

    public static void GoTo(this Workspace workspace, DateTimeOffset time) => workspace.Time.SetUtcNow(time.ToUniversalTime());

    /// <summary>The campaign's id.</summary>
    public static async Task<string> StartedAsync(this CampaignScene scene, object schedule, object? rules = null, object? more = null)
    {
        var id = (await scene.CampaignAsync(rules, schedule, more: more)).GetProperty("id").GetString()!;
        await scene.Workspace.PostAsync($"/api/campaigns/{id}/start", new { }, HttpStatusCode.OK);
        return id;
    }

    /// <summary>What its runs were scheduled for, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> RunsAsync(this CampaignScene scene, string campaignId) =>
        [.. (await scene.Workspace.ListAsync($"/api/campaigns/{campaignId}/runs")).Reverse().Select(run => run.Word("local"))];

    public static async Task<string> StatusAsync(this CampaignScene scene, string campaignId) => (await scene.Workspace.GetAsync($"/api/campaigns/{campaignId}")).Word("status");

    /// <summary>Works the queues for a while, with all that comes again in some seconds, until the sandbox has told of it.</summary>
    public static async Task WorkAsync(this Workspace workspace, int rounds = 4)
    {
        for (var round = 0; round < rounds; round++)
        {
            await workspace.DrainAsync();
            workspace.Time.Advance(TimeSpan.FromSeconds(4));
        }

        await workspace.TwilioTellsAsync();
    }

    /// <summary>The same by several workers at a time, as several instances are.</summary>
    public static async Task WorkTogetherAsync(this Workspace workspace, int workers, Func<Task<bool>> isDone)
    {
        for (var round = 0; round < 60 && !await isDone(); round++)
        {
            await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(workspace.DrainAsync)));
            workspace.Time.Advance(TimeSpan.FromSeconds(4));
        }

        await workspace.TwilioTellsAsync();
    }

    public static long Count(this JsonElement progress, string name, string? reason = null)
    {
        var value = progress.GetProperty(name);
        return reason is null ? value.GetInt64() : value.TryGetProperty(reason, out var counted) ? counted.GetInt64() : 0;
    }
}
