using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Contacts;
using PPMessage.Storage;
using PPMessage.Tests.Campaigns;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;

namespace PPMessage.Tests.Faults;

/// <summary>A recipient, who has a phone and a mailbox.</summary>
internal sealed record Person(string Id, string Phone, string Mailbox);

/// <summary>One campaign's part in a workspace that others have used before.</summary>
internal sealed class CampaignStage(Workspace workspace, string segmentId, IReadOnlyList<Person> people)
{
    private const int MostTries = 6;

    // Up to there it is seen to that two contacts lie in one bucket, and so in one chunk.
    private const int Few = 8;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private static int _stages;

    public Workspace Workspace => workspace;

    public IReadOnlyList<Person> People => people;

    public string CampaignId { get; private set; } = string.Empty;

    /// <param name="apart">No two of them in one bucket: each is a chunk of its own.</param>
    public static async Task<CampaignStage> MakeAsync(Workspace workspace, int contacts, bool apart)
    {
        var tag = $"stage{Interlocked.Increment(ref _stages)}";
        await CampaignScene.SetAsync(workspace, new { frequencyCap = new { max = 3, per = "P7D" }, quietHours = (object?)null, ratePerSecond = new { sms = 10000, email = 10000 }, domainRates = new { } });
        var segment = await workspace.PostAsync("/api/segments", new { name = tag, filter = new { field = "contact.tags", op = "contains", value = tag } });
        var people = new List<Person>();
        while (Chosen(people, contacts, apart).Count < contacts) people.Add(await PersonAsync(workspace));
        var chosen = Chosen(people, contacts, apart);
        foreach (var person in chosen) await workspace.CallAsync("PATCH", $"/api/contacts/{person.Id}", new { tags = new[] { tag } });
        return new CampaignStage(workspace, segment.Word("id"), chosen);
    }

    public async Task CreateAsync(string kind = "sms", object? rules = null, object? schedule = null)
    {
        object content = kind == "sms" ? new { sms = new { text = "新品八折" } } : new { email = new { subject = "新品", text = "新品八折" } };
        var campaign = await workspace.PostAsync(
            "/api/campaigns", new { name = "新品", segmentId, schedule = schedule ?? new { every = "once" }, channels = new[] { kind }, content, rules = rules ?? new { } });
        CampaignId = campaign.Word("id");
    }

    /// <summary>A person presses the button, and again until somebody says that it is done.</summary>
    public async Task InsistAsync(string path, object? body = null)
    {
        for (var i = 0; i < MostTries; i++)
        {
            try
            {
                if ((await workspace.CallAsync("POST", path, body ?? new { })).Status < 500) break;
            }
            catch (HttpRequestException)
            {
                // It died.
            }

            await workspace.ReviveAsync();
        }

        await workspace.ReviveAsync();
    }

    public Task StartAsync() => InsistAsync($"/api/campaigns/{CampaignId}/start", new { now = true });

    /// <param name="action">Such as <c>cancel</c>.</param>
    public async Task ControlAsync(string action) => await InsistAsync($"/api/campaign-runs/{(await RunAsync())!.Id}/{action}");

    /// <summary>Seen in the bare store, so that looking is no part of what is struck; null: none has begun.</summary>
    public async Task<Occurrence?> RunAsync() => (await new OccurrenceStore(workspace.Store).ListAsync(CampaignId, null, 1, default)).Items is [var newest, ..] ? newest : null;

    /// <summary>Whether the run is over, and nobody doubts any more what became of a message.</summary>
    public async Task<bool> IsOverAsync()
    {
        if (await RunAsync() is not { FinishedAt: not null } run) return false;
        return ProgressView.Of(await new Counts(workspace.Store).OfAsync(run.Id, default), run, workspace.Time.GetUtcNow()) is { Unknown: 0, Queued: 0, Deferred: 0 };
    }

    /// <summary>Lets all that can happen happen, until the run is over and for a while longer.</summary>
    public async Task PassAsync(int mostSteps = 240, int stepsAfter = 5)
    {
        for (var (step, after) = (0, 0); step < mostSteps && after <= stepsAfter; step++)
        {
            await HappenAsync();
            if (await IsOverAsync()) after++;
            workspace.Time.Advance(TimeSpan.FromSeconds(31));
        }
    }

    /// <summary>All that can happen now. Who waits for a moment between two messages waits by the test's clock, which goes on when nothing comes for a while.</summary>
    public async Task HappenAsync()
    {
        var happening = workspace.PassAsync(TimeSpan.Zero);
        while (await Task.WhenAny(happening, Task.Delay(Moment, TimeProvider.System)) != happening) workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await happening;
    }

    /// <summary>The clock, some minutes long.</summary>
    public async Task ClockAsync(int minutes = 5)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            try
            {
                await workspace.Services.GetServices<ITimerJob>().Single(job => job.Name == "CampaignClock").RunAsync(default);
            }
            catch (Exception e) when (e is StoreException or ProcessDiedException)
            {
                // It fires again.
            }

            await workspace.ReviveAsync();
            workspace.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>What is hidden for long, and what was put in vain: nothing must come of it.</summary>
    public async Task DrainAllAsync()
    {
        workspace.Time.Advance(TimeSpan.FromDays(8));
        await HappenAsync();
    }

    private static async Task<Person> PersonAsync(Workspace workspace)
    {
        var phone = Calls.NewPhone();
        var mailbox = $"u{phone[1..]}@example.cn";
        var contact = await workspace.PostAsync("/api/contacts", new { name = "客户", phones = new[] { phone }, emails = new[] { mailbox }, timeZone = "Asia/Shanghai" });
        return new Person(contact.Word("id"), phone, mailbox);
    }

    private static List<Person> Chosen(IReadOnlyList<Person> people, int contacts, bool apart)
    {
        if (contacts > Few) return [.. people.Take(contacts)];
        var buckets = people.GroupBy(person => ContactKeys.BucketOf(person.Id)).OrderByDescending(bucket => bucket.Count()).ToList();
        if (apart) return [.. buckets.Take(contacts).Select(bucket => bucket.First())];
        return buckets is [{ } most, ..] && most.Count() > 1 ? [.. most.Take(2), .. buckets.Skip(1).Take(contacts - 2).Select(bucket => bucket.First())] : [];
    }
}
