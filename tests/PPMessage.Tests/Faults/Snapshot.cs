using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
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

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _text = new();

    /// <param name="cursor">Of the feed, from before it all.</param>
    public static async Task<string> TakeAsync(Stage stage, string cursor)
    {
        var snapshot = new Snapshot();
        if (await stage.FindConversationAsync() is { } conversation) await snapshot.AddConversationAsync(stage.Workspace, conversation);
        foreach (var list in await ListsAsync(stage)) snapshot.Add(list.Replace(stage.Digits, "…", StringComparison.Ordinal), await stage.Workspace.ListAsync(list));
        snapshot.AddPhone(stage);
        await snapshot.AddFeedAsync(stage.Workspace, cursor);
        await snapshot.AddQueueAsync(stage.Workspace);
        return Numbered(snapshot._text.ToString().Replace(stage.Phone, "the phone", StringComparison.Ordinal).Replace(stage.Mailbox, "the mailbox", StringComparison.Ordinal).Replace(stage.Digits, "…", StringComparison.Ordinal));
    }

    private static async Task<IEnumerable<string>> ListsAsync(Stage stage)
    {
        var agents = (await stage.Workspace.ListAsync("/api/agents")).Select(agent => agent.GetProperty("id").GetString());
        var contacts = (await stage.Workspace.ListAsync("/api/contacts")).Where(contact => contact.ToString().Contains(stage.Digits, StringComparison.Ordinal));
        string[] lists = ["status=open", "status=pending", "status=resolved", "assignee=none", .. agents.Select(agent => $"assignee={agent}")];
        return
        [
            .. lists.Select(list => $"/api/conversations?{list}&q={stage.Digits}"), $"/api/contacts?address=%2B{stage.Digits}", $"/api/contacts?address={stage.Mailbox}",
            .. contacts.Select(contact => $"/api/conversations?contact={contact.GetProperty("id").GetString()}"), "/api/dead-letters",
        ];
    }

    private async Task AddConversationAsync(Workspace workspace, string conversation)
    {
        var shown = await workspace.GetAsync($"/api/conversations/{conversation}");
        Add("conversation", [shown]);
        Add("contact", [await workspace.GetAsync($"/api/contacts/{shown.GetProperty("contactId").GetString()}")]);
        var messages = await workspace.MessagesAsync(conversation);
        Add("message", messages);
        await AddRunsAsync(workspace, conversation, shown.GetProperty("contactId").GetString()!);
        foreach (var file in messages.SelectMany(message => message.GetProperty("attachments").EnumerateArray()))
            if (file.GetProperty("url").GetString() is { } url) Add("file", Convert.ToHexString(SHA256.HashData(await workspace.Client.GetByteArrayAsync(url))));
    }

    private void AddPhone(Stage stage)
    {
        var twilio = stage.Workspace.Twilio;
        foreach (var text in twilio.Received(stage.Phone)) Add("phone got", $"{text.Text} from {text.From}, {text.Status}");
        foreach (var mail in stage.Workspace.Mailgun.Received(stage.Mailbox))
            Add("mailbox got", $"{mail.Subject}: {mail.Text?.Trim()} from {mail.From}, {mail.MessageId} answers {mail.InReplyTo} ({string.Join(' ', mail.References)}), files {string.Join(' ', mail.Attachments)}");
        Add("Mailgun was given", stage.Workspace.Mailgun.Sent.Count(mail => mail.Recipients.Contains(stage.Mailbox)).ToString(CultureInfo.InvariantCulture));
        Add("Twilio was given", twilio.Messages().Count(message => message.To == stage.Phone).ToString(CultureInfo.InvariantCulture));
    }

    private async Task AddFeedAsync(Workspace workspace, string cursor)
    {
        var changes = (await workspace.GetAsync($"/api/events?after={cursor}")).GetProperty("items").EnumerateArray()
            .Select(change => $"{change.GetProperty("type")} {change.GetProperty("conversationId")} {change.GetProperty("id")}");
        foreach (var change in changes.Distinct().Order(StringComparer.Ordinal)) Add("feed", change);
    }

    // What is still hidden shows within the seven days that are the longest hiding; and the next who plays here is not to catch up with this one's messages.
    private async Task AddQueueAsync(Workspace workspace)
    {
        workspace.Time.Advance(TimeSpan.FromDays(8));
        // Equal work may lie there twice: whoever put it may have died before it could say so.
        foreach (var queue in new[] { Queues.Work, Queues.Bulk })
            foreach (var text in (await workspace.Store.DequeueAsync(queue, 32, TimeSpan.FromSeconds(1), default)).Select(message => message.Text).Distinct()) Add("left in the queue", text);
        await workspace.CatchUpAsync();
    }

    private void Add(string name, IReadOnlyList<JsonElement> items)
    {
        foreach (var item in items) Add(name, Lasting(JsonNode.Parse(item.GetRawText()))!.ToJsonString(Readable));
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

    [GeneratedRegex(@"(?<kind>cv_|msg_|ct_|ag_|ch_|dl_|run_|fl_|tm_|SM|MM|ME)[0-9A-Za-z]{26,}|(?<kind>)\b[0-9A-Z]{26}\.[0-9A-Z]{52}\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();
}
