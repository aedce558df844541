using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Faults;

/// <summary>
/// All that anybody can see of a workspace, as text: equal texts, equal states. Ids are numbered in the order of their appearance; times are left out,
/// and so is how often a message was tried. Of the feed it is told what was named in it at all, for it may repeat itself.
/// </summary>
internal sealed partial class Snapshot
{
    private static readonly HashSet<string> Times = ["createdAt", "updatedAt", "firstSeenAt", "lastSeenAt", "lastActivityAt", "at", "notBefore"];
    private static readonly HashSet<string> Tries = ["attempt", "history", "notBefore"];

    private readonly StringBuilder _text = new();

    /// <param name="cursor">Of the feed, from before it all.</param>
    public static async Task<string> TakeAsync(Workspace workspace, string cursor)
    {
        var snapshot = new Snapshot();
        foreach (var conversation in await workspace.ConversationsAsync()) await snapshot.AddAsync(workspace, conversation.GetProperty("id").GetString()!);
        foreach (var list in await ListsAsync(workspace)) snapshot.Add(list, await workspace.ListAsync(list));
        snapshot.AddPhone(workspace);
        await snapshot.AddFeedAsync(workspace, cursor);
        await snapshot.AddQueueAsync(workspace);
        return Numbered(snapshot._text.ToString());
    }

    private static async Task<IEnumerable<string>> ListsAsync(Workspace workspace)
    {
        var agents = (await workspace.ListAsync("/api/agents")).Select(agent => agent.GetProperty("id").GetString());
        var contacts = (await workspace.ListAsync("/api/contacts")).Select(contact => contact.GetProperty("id").GetString());
        return [
            "/api/conversations?status=open", "/api/conversations?status=pending", "/api/conversations?status=resolved", "/api/conversations?assignee=none",
            .. agents.Select(agent => $"/api/conversations?assignee={agent}"), "/api/contacts", .. contacts.Select(contact => $"/api/conversations?contact={contact}"),
            "/api/dead-letters",
        ];
    }

    private async Task AddAsync(Workspace workspace, string conversation)
    {
        var shown = await workspace.GetAsync($"/api/conversations/{conversation}");
        Add("conversation", [shown]);
        Add("contact", [await workspace.GetAsync($"/api/contacts/{shown.GetProperty("contactId").GetString()}")]);
        var messages = await workspace.MessagesAsync(conversation);
        Add("messages", messages);
        foreach (var file in messages.SelectMany(message => message.GetProperty("attachments").EnumerateArray()))
            if (file.GetProperty("url").GetString() is { } url) Add("file", Convert.ToHexString(SHA256.HashData(await workspace.Client.GetByteArrayAsync(url))));
    }

    private void AddPhone(Workspace workspace)
    {
        foreach (var text in workspace.Twilio.Received(Scenario.Phone)) Add("phone got", $"{text.Text} from {text.From}, {text.Status}");
        Add("Twilio was given", workspace.Twilio.Messages().Count(message => message.Direction == "outbound-api").ToString(CultureInfo.InvariantCulture));
    }

    private async Task AddFeedAsync(Workspace workspace, string cursor)
    {
        var events = (await workspace.GetAsync($"/api/events?after={cursor}")).GetProperty("items").EnumerateArray()
            .Select(change => $"{change.GetProperty("type")} {change.GetProperty("conversationId")} {change.GetProperty("id")}");
        foreach (var change in events.Distinct().Order(StringComparer.Ordinal)) Add("feed", change);
    }

    // What is still hidden shows within the seven days that are the longest hiding.
    private async Task AddQueueAsync(Workspace workspace)
    {
        if (workspace.IsStoreOnTestClock) workspace.Time.Advance(TimeSpan.FromDays(8));
        var left = await workspace.Store.DequeueAsync(Queues.Work, 32, TimeSpan.FromSeconds(1), default);
        foreach (var message in left) Add("left in the queue", message.Text);
    }

    private void Add(string name, IReadOnlyList<JsonElement> items)
    {
        foreach (var item in items) Add(name, Lasting(JsonNode.Parse(item.GetRawText()))!.ToJsonString());
    }

    private void Add(string name, string value) => _text.Append(name).Append(": ").AppendLine(value);

    private static JsonNode? Lasting(JsonNode? node)
    {
        if (node is JsonArray array) foreach (var item in array) Lasting(item);
        if (node is not JsonObject fields) return node;
        foreach (var name in fields.Select(field => field.Key).Where(name => Times.Contains(name) || (fields.ContainsKey("segments") && Tries.Contains(name))).ToList()) fields.Remove(name);
        foreach (var (_, value) in fields) Lasting(value);
        return fields;
    }

    private static string Numbered(string text)
    {
        var numbers = new Dictionary<string, int>();
        return Id().Replace(text, id =>
        {
            var number = numbers.TryGetValue(id.Value, out var known) ? known : numbers[id.Value] = numbers.Count + 1;
            return $"{id.Groups["kind"].Value}{number}";
        });
    }

    [GeneratedRegex("(?<kind>cv_|msg_|ct_|ag_|ch_|dl_|SM|MM|ME)[0-9A-Za-z]{26,}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();
}
