using System.Globalization;
using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>
/// All that anybody can see of a campaign's run, as text: how far it is, and of each recipient what the ledger says, what the phone and the mailbox have, what caps count and which
/// conversations there are. Recipients stand in no order: which bucket comes first is drawn anew for each run.
/// </summary>
internal static class CampaignSnapshot
{
    private static readonly string[] Parts = ["deferred", "queued", "sent", "unknown"];
    private static readonly HashSet<string> Passing = ["evaluated", "perSecond", "secondsLeft"];

    public static async Task<string> TakeAsync(CampaignStage stage)
    {
        var workspace = stage.Workspace;
        var runs = (await workspace.GetAsync($"/api/campaigns/{stage.CampaignId}/runs")).GetProperty("items").EnumerateArray().ToList();
        var lines = new List<string> { $"campaign: {(await workspace.GetAsync($"/api/campaigns/{stage.CampaignId}")).Word("status")}, {runs.Count} runs" };
        foreach (var id in runs.Select(run => run.Word("id")))
        {
            var run = await workspace.GetAsync($"/api/campaign-runs/{id}");
            lines.Add($"run: {run.Word("state")} {run.GetProperty("reason")} {(run.GetProperty("finishedAt").ValueKind == JsonValueKind.Null ? "not over" : "over")}");
            lines.Add($"progress: {Progress(run.GetProperty("progress"))}");
            var recipients = (await workspace.ListAsync($"/api/campaign-runs/{id}/recipients")).ToDictionary(one => one.Word("contactId"));
            foreach (var one in await Task.WhenAll(stage.People.Select(async person => $"recipient: {Told(recipients, person)}; {await SeenAsync(stage, person)}"))) lines.Add(one);
        }

        foreach (var letter in await workspace.ListAsync("/api/dead-letters")) lines.Add($"dead letter: {letter.Word("kind")} {letter.Word("reason")}");
        return string.Join('\n', lines.Take(3).Concat(lines.Skip(3).Order(StringComparer.Ordinal)));
    }

    /// <summary>Everybody who matched is in exactly one place.</summary>
    public static void AddsUp(JsonElement progress)
    {
        var sum = Parts.Sum(name => progress.GetProperty(name).GetInt64()) + Sum(progress, "skipped") + Sum(progress, "failed");
        Assert.True(progress.GetProperty("matched").GetInt64() == sum, $"{progress} does not add up: {sum}.");
        Assert.All(Parts, name => Assert.True(progress.GetProperty(name).GetInt64() >= 0, $"{name} of {progress}"));
    }

    private static long Sum(JsonElement progress, string name) => progress.GetProperty(name).EnumerateObject().Sum(one => one.Value.GetInt64());

    private static string Progress(JsonElement progress)
    {
        AddsUp(progress);
        return string.Join(' ', progress.EnumerateObject().Where(one => !Passing.Contains(one.Name)).Select(one => $"{one.Name}={one.Value}"));
    }

    private static string Told(Dictionary<string, JsonElement> recipients, Person person)
    {
        if (!recipients.TryGetValue(person.Id, out var one)) return "not there";
        var words = one.GetProperty("words").EnumerateArray().Select(word => $"{word.Word("word")} {word.GetProperty("code")}".Trim()).Order(StringComparer.Ordinal);
        return $"{one.Word("state")} {one.GetProperty("reason")} by {one.GetProperty("channelKind")}, words [{string.Join(", ", words)}]";
    }

    private static async Task<string> SeenAsync(CampaignStage stage, Person person)
    {
        var workspace = stage.Workspace;
        var phone = workspace.Twilio.Received(person.Phone).Select(text => $"{text.Text.ReplaceLineEndings(" ")} ({text.Status})");
        var mailbox = workspace.Mailgun.Received(person.Mailbox).Select(mail => $"{mail.Subject}: {mail.Text!.Split('\n')[0].Trim()}");
        var given = workspace.Twilio.Messages().Count(message => message.To == person.Phone) + workspace.Mailgun.Sent.Count(mail => mail.Recipients.Contains(person.Mailbox));
        var (standing, talk) = (await StandingAsync(stage, person), await TalkAsync(stage, person));
        return string.Create(CultureInfo.InvariantCulture, $"got [{string.Join(" | ", phone)}] [{string.Join(" | ", mailbox)}], providers were given {given}; {standing}; {talk}");
    }

    private static async Task<string> StandingAsync(CampaignStage stage, Person person)
    {
        var row = await stage.Workspace.Store.ReadAsync(Tables.Contacts, ContactKeys.BucketOf(person.Id)!, ContactKeys.StandingRow(person.Id), default);
        var standing = row?.As(ContactsJson.Default.Standing) ?? Standing.None;
        return string.Create(CultureInfo.InvariantCulture, $"caps count {standing.Touches.Count}, received {standing.Receipts.Sum(receipt => receipt.Times)} times");
    }

    private static async Task<string> TalkAsync(CampaignStage stage, Person person)
    {
        var talks = new List<string>();
        foreach (var conversation in await stage.Workspace.ListAsync($"/api/conversations?contact={person.Id}"))
            talks.Add($"{conversation.Word("status")}: {string.Join(" | ", (await stage.Workspace.MessagesAsync(conversation.Word("id"))).Select(Said))}");
        return $"conversations [{string.Join(" || ", talks)}]";
    }

    private static string Said(JsonElement message) =>
        $"{message.Word("direction")} {message.GetProperty("author").Word("type")} {message.Word("text").ReplaceLineEndings(" ")} {(message.Word("direction") == "outbound" ? message.State() : string.Empty)}";
}
