using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>Contacts that are imported, and one campaign for all of them, over HTTP. While the program is down it is asked again.</summary>
internal sealed class CampaignLoad(PublishedWorkspace workspace, HttpClient client, int contacts)
{
    private const string Text = "新品八折";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public string RunId { get; private set; } = string.Empty;

    /// <summary>How many contacts, when nobody says otherwise.</summary>
    public static int Number(string variable, int usual) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : usual;

    public async Task ImportAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/contacts/import")
        {
            Content = new StringContent(string.Concat(Enumerable.Range(0, contacts).Select(i => $"{{\"name\":\"客户{i}\",\"phones\":[\"{Phone(i)}\"],\"tags\":[\"vip\"]}}\n")), Encoding.UTF8),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/x-ndjson");
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsStringAsync();
        await PublishedWorkspace.UntilAsync(
            async () => (await workspace.ListAsync("/api/contacts/imports"))[0].Word("state") == "done", TimeSpan.FromMinutes(5), () => "everybody is imported");
    }

    public async Task StartAsync()
    {
        using var content = JsonContent.Create(new { frequencyCap = (object?)null, quietHours = (object?)null, ratePerSecond = new { sms = 10000 }, domainRates = new { } });
        using var set = await client.PutAsync("/api/settings/campaigns", content);
        set.EnsureSuccessStatusCode();
        var segment = await workspace.PostAsync("/api/segments", new { name = "vip", filter = new { field = "contact.tags", op = "contains", value = "vip" } });
        var campaign = await workspace.PostAsync("/api/campaigns", new
        {
            name = "新品", segmentId = segment.Word("id"), schedule = new { every = "once" }, channels = new[] { "sms" }, content = new { sms = new { text = Text } },
        });
        await workspace.PostAsync($"/api/campaigns/{campaign.Word("id")}/start", new { now = true });
        RunId = (await client.GetFromJsonAsync<JsonElement>($"/api/campaigns/{campaign.Word("id")}/runs")).GetProperty("items")[0].Word("id");
    }

    /// <summary>How many texts were given to the provider.</summary>
    public int Given() => workspace.Twilio.Messages().Count;

    /// <summary>Waits until so many texts were given, and then a little.</summary>
    public async Task LiveAsync(int given, Random random, TimeSpan patience)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); Given() < given && TimeProvider.System.GetElapsedTime(begin) < patience;) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300)), TimeProvider.System);
    }

    /// <summary>Waits until the run is over and nobody doubts any more what became of a message.</summary>
    public async Task<JsonElement> FinishAsync(TimeSpan patience)
    {
        var run = default(JsonElement);
        await PublishedWorkspace.UntilAsync(async () =>
        {
            run = await client.GetFromJsonAsync<JsonElement>($"/api/campaign-runs/{RunId}");
            return run.Word("state") == "finished" && run.GetProperty("finishedAt").ValueKind == JsonValueKind.String && run.GetProperty("progress").GetProperty("unknown").GetInt64() == 0;
        }, patience, () => $"the run is over: {run}");
        return run;
    }

    /// <summary>Those whom a kill cut off between claim and call, as the ledger names them.</summary>
    public static long NotSent(JsonElement run) => run.GetProperty("progress").GetProperty("failed").TryGetProperty("not-sent", out var count) ? count.GetInt64() : 0;

    public Task RetryFailedAsync() => workspace.PostAsync($"/api/campaign-runs/{RunId}/retry-failed", new { });

    /// <summary>Nobody got it twice, nobody was left out, and the numbers say so.</summary>
    public void IsSentOnce(JsonElement run)
    {
        var given = workspace.Twilio.Messages().GroupBy(message => message.To).ToDictionary(same => same.Key, same => same.Count());
        var doubled = given.Where(one => one.Value > 1).Select(one => one.Key).ToList();
        var lost = Enumerable.Range(0, contacts).Select(Phone).Where(phone => !given.ContainsKey(phone)).ToList();
        Assert.True(doubled.Count == 0 && lost.Count == 0, $"{doubled.Count} doubled ({doubled.FirstOrDefault()}), {lost.Count} lost ({lost.FirstOrDefault()}): {run}");
        var progress = run.GetProperty("progress");
        Faults.CampaignSnapshot.AddsUp(progress);
        Assert.Equal((contacts, contacts), (progress.GetProperty("matched").GetInt64(), progress.GetProperty("sent").GetInt64()));
    }

    /// <summary>What the ledger says of each recipient.</summary>
    public async Task<IReadOnlyDictionary<string, int>> StatesAsync() =>
        (await workspace.ListAsync($"/api/campaign-runs/{RunId}/recipients")).GroupBy(one => one.Word("state")).ToDictionary(same => same.Key, same => same.Count());

    private static string Phone(int i) => $"+86138{i:D8}";
}
