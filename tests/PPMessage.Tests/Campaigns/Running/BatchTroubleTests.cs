using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Sending;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>A chunk whose mails go in two calls, of which the provider takes the first and puts the second off.</summary>
public sealed class BatchTroubleTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private const int Recipients = 4;

    private readonly Workspace _workspace = shared.Workspace;

    [Fact]
    public async Task Whoever_dies_right_behind_it_has_left_nobody_who_was_taken_in_a_chunk_that_may_be_called_for_again()
    {
        var (left, contacts, taken) = await PlayedAsync(new SendOutcome.Accepted("<1@mg.example.com>", "queued"));

        Assert.Null(left.Batch);
        Assert.Equal(Recipients / 2, left.Items.Count);
        Assert.DoesNotContain(left.Items, item => taken.Contains(contacts[item.ContactId].Emails[0]));
    }

    [Fact]
    public async Task Where_nobody_knows_whether_the_first_was_taken_neither_is_called_for_again()
    {
        var (left, _, _) = await PlayedAsync(new SendOutcome.Unknown("timeout", "No answer came."));

        Assert.NotNull(left.Batch);
        Assert.Equal(Recipients, left.Items.Count);
    }

    /// <returns>The chunk as whoever does not settle what came of it leaves it.</returns>
    private async Task<(Chunk Left, IReadOnlyDictionary<string, Contact> Contacts, IReadOnlyList<string> Called)> PlayedAsync(SendOutcome first)
    {
        var (run, bucket, contacts) = await DecidedAsync();
        var (chunks, plan) = (_workspace.Services.GetRequiredService<ChunkStore>(), await PlanAsync(run));
        var (calls, called) = (0, new List<string>());
        var email = plan.Channels["email"];
        SendBatch send = (_, batch, _) =>
        {
            if (calls++ > 0) return Task.FromResult<SendOutcome>(new SendOutcome.TryLater("429", "Too many.", TimeSpan.FromSeconds(30)));
            called.AddRange(batch.Messages.Select(message => message.To));
            return Task.FromResult(first);
        };
        var played = plan with { Channels = new Dictionary<string, PlannedChannel> { ["email"] = email with { Batches = email.Batches! with { MostRecipients = Recipients / 2, Send = send } } } };
        var slot = new LaneSlot.Granted(_workspace.Time.GetUtcNow(), TimeSpan.Zero);
        await _workspace.Services.GetRequiredService<ChunkSending>().SendAsync((await chunks.ReadAsync(run, bucket, 0, default))!, contacts, played, slot, default);
        Assert.Equal((2, Recipients / 2), (calls, called.Count));
        return ((await chunks.ReadAsync(run, bucket, 0, default))!.Chunk, contacts, called);
    }

    /// <summary>All recipients are in one bucket and one chunk, which nobody has sent yet.</summary>
    private async Task<(string Run, string Bucket, IReadOnlyDictionary<string, Contact> Contacts)> DecidedAsync()
    {
        var (bucket, ids) = await InOneBucketAsync();
        var segment = await _workspace.PostAsync("/api/segments", new { name = "一桶", filter = new { field = "contact.id", op = "in", value = ids } });
        var campaign = await _workspace.PostAsync("/api/campaigns", new
        {
            name = "两批", segmentId = segment.Word("id"), schedule = new { every = "once" }, channels = new[] { "email" }, content = new { email = new { subject = "新品", text = "新品八折" } }, rules = new { quietHours = (object?)null },
        });
        var run = await new CampaignScene(_workspace, string.Empty).StartAsync(campaign);
        var work = JsonSerializer.SerializeToElement(new ShardWork(run, bucket, 1), CampaignsJson.Default.ShardWork);
        await _workspace.Services.GetServices<IWorkHandler>().Single(handler => handler.Kind == ShardWorkHandler.Word).HandleAsync(work, default);
        var store = _workspace.Services.GetRequiredService<ContactStore>();
        var contacts = new Dictionary<string, Contact>();
        foreach (var id in ids) contacts[id] = (await store.FindAsync(id, default))!.Value.Contact;
        return (run, bucket, contacts);
    }

    private async Task<(string Bucket, string[] Ids)> InOneBucketAsync()
    {
        var ids = new List<string>();
        while (true)
        {
            ids.Add((await _workspace.PostAsync("/api/contacts", new { emails = new[] { MailWorkspace.NewMailbox() } })).Word("id"));
            if (ids.GroupBy(ContactKeys.BucketOf).FirstOrDefault(same => same.Count() == Recipients) is { } full) return (full.Key!, [.. full]);
        }
    }

    private async Task<Plan> PlanAsync(string run) =>
        (await _workspace.Services.GetRequiredService<Plans>().OfAsync((await _workspace.Services.GetRequiredService<OccurrenceStore>().FindAsync(run, default))!.Value.Occurrence, default))!;
}
