using System.Text.Json;
using PPMessage.Agents;
using PPMessage.Contacts;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows.Definitions;
using PPMessage.Http;

namespace PPMessage.Flows.Simulation;

/// <summary>Reads what is to happen in a simulation: of a request, or of a case in a definition. Mistakes are collected with their place. Pure.</summary>
internal static class ScriptReader
{
    public const int MostEvents = 100;
    public const int MostAgents = 100;

    /// <summary>How far a simulation goes, and so how long it may be waited in one.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    private const int LongestText = 10_000;
    private const int LongestName = 200;
    private const int LowestStatus = 100;
    private const int HighestStatus = 599;
    private const int FirstYear = 2000;
    private const int LastYear = 2100;

    private static readonly Contact Nobody = new() { Id = string.Empty, FirstSeenAt = default, CreatedAt = default, UpdatedAt = default };

    /// <param name="known">What the contact's attributes may hold.</param>
    public static Script Read(Fields fields, KnownAttributes known)
    {
        var answers = new List<ScriptAnswer>();
        return new Script(
            TimeOf(fields), ContactOf(fields.Object("contact"), known), MessageOf(fields), AgentsOf(fields), fields.OptionalText("lastAgent", null, LongestName), ConversationOf(fields),
            DefinitionReader.VariablesIn(fields), fields.Word<CallsThat>("http", CallsThat.Ok) == CallsThat.Ok, EventsOf(fields, answers), answers);
    }

    private static DateTimeOffset? TimeOf(Fields fields)
    {
        if (fields.Json("at") is not { ValueKind: not JsonValueKind.Null } value) return null;
        if (JsonText.Of(value) is { } text && UtcTime.TryParse(text, out var at) && at.Year is >= FirstYear and < LastYear) return at;
        fields.Refuse("at", $"must be a time from {FirstYear} to {LastYear}, such as 2026-11-23T02:00:00Z");
        return null;
    }

    private static ScriptContact ContactOf(Fields fields, KnownAttributes known)
    {
        var id = fields.OptionalText("id", null, LongestName);
        var described = ContactEdit.Apply(fields, Nobody, null, known);
        var online = fields.Json("online") is { ValueKind: not JsonValueKind.Null } ? fields.Flag("online", false) : (bool?)null;
        if (id is not null && ContactEdit.Describe(Nobody, described).Length > 0) fields.Refuse("id", "names a contact that is there: leave out what describes one");
        return new ScriptContact(id, described, online) { SaysAddresses = fields.Has("phones") || fields.Has("emails") };
    }

    private static ScriptMessage? MessageOf(Fields fields)
    {
        var message = fields.Object("message");
        var (text, subject, kind) = (TextOf(message, "text"), message.OptionalText("subject", null, LongestName), message.OptionalText("channelKind", null, LongestName));
        if (fields.Json("message") is not { ValueKind: not JsonValueKind.Null }) return null;
        if (text is null && !message.Has("text")) message.Refuse("text", "is required");
        return new ScriptMessage(text ?? string.Empty, subject, kind);
    }

    private static List<ScriptAgent>? AgentsOf(Fields fields)
    {
        if (fields.Json("agents") is not { ValueKind: not JsonValueKind.Null }) return null;
        return [.. ItemsOf(fields, "agents", MostAgents).Select(agent => new ScriptAgent(
            agent.OptionalText("id", null, LongestName), agent.Text("name", null, LongestName), agent.Word<Availability>("availability", Availability.Ready),
            agent.Texts("teams", [], MostAgents, LongestName)))];
    }

    private static ScriptConversation? ConversationOf(Fields fields)
    {
        var inner = fields.Object("conversation");
        var conversation = new ScriptConversation(
            inner.OptionalText("assignee", null, LongestName), inner.OptionalText("team", null, LongestName), inner.Texts("tags", [], ContactEdit.MostTags, LongestName),
            inner.OptionalText("subject", null, LongestName), inner.OptionalText("channelKind", null, LongestName), inner.Flag("isNew", false));
        return fields.Json("conversation") is { ValueKind: not JsonValueKind.Null } ? conversation : null;
    }

    private static List<ScriptEvent> EventsOf(Fields fields, List<ScriptAnswer> answers)
    {
        var events = new List<ScriptEvent>();
        foreach (var (i, item) in ItemsOf(fields, "events", MostEvents).Index())
        {
            var (after, reply, agent) = (AfterOf(item), TextOf(item, "reply"), AgentOf(item, out var acts));
            var (answer, step) = (AnswerOf(item), item.OptionalText("step", null, LongestName));
            if (new[] { item.Has("reply"), acts, answer is not null }.Count(one => one) > 1) item.Refuse("reply", "may not stand beside agent or http: an event is one thing");
            if (answer is null && step is not null) item.Refuse("step", "goes with http only");
            if (answer is not null && item.Has("after")) item.Refuse("after", "does not go with http: it answers when it is called");
            if (answer is not null) answers.Add(answer with { Step = step });
            else events.Add(reply is not null ? new ScriptEvent.Reply(after, reply) : acts ? new ScriptEvent.AgentActs(after, agent, $"events[{i}].agent") : new ScriptEvent.Passing(after));
        }

        return events;
    }

    private static TimeSpan AfterOf(Fields item)
    {
        if (item.Json("after") is not { ValueKind: not JsonValueKind.Null } value) return TimeSpan.Zero;
        if (Durations.Parse(JsonText.Of(value)) is { } after && after >= TimeSpan.Zero && after <= Longest) return after;
        item.Refuse("after", $"must be a duration of at most {Longest.TotalDays} days, such as PT5M (five minutes)");
        return TimeSpan.Zero;
    }

    private static string? AgentOf(Fields item, out bool acts)
    {
        var value = item.Json("agent") ?? default;
        acts = value.ValueKind is JsonValueKind.True || JsonText.Of(value) is { Length: > 0 };
        if (!acts && value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)) item.Refuse("agent", "must be true, or an agent's id or name");
        return acts ? JsonText.Of(value) : null;
    }

    private static ScriptAnswer? AnswerOf(Fields item)
    {
        var http = item.Object("http");
        var (status, body) = (http.Json("status"), http.Json("body"));
        if (item.Json("http") is not { ValueKind: JsonValueKind.Object }) return null;
        var number = 0;
        if (status is not { ValueKind: JsonValueKind.Number } given || !given.TryGetInt32(out number) || number is not (0 or (>= LowestStatus and <= HighestStatus)))
            http.Refuse("status", $"must be a status from {LowestStatus} to {HighestStatus}, or 0 for no answer at all");
        return new ScriptAnswer(null, number, body is not { ValueKind: not JsonValueKind.Null } content ? string.Empty : JsonText.Of(content) ?? content.GetRawText());
    }

    private static IEnumerable<Fields> ItemsOf(Fields fields, string name, int most)
    {
        if (fields.Json(name) is not { ValueKind: not JsonValueKind.Null } list) return [];
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most) return [.. list.EnumerateArray().Select((item, i) => fields.Item(name, i, item))];
        fields.Refuse(name, $"must be a list of at most {most} objects");
        return [];
    }

    // What people write has line breaks, which names have not.
    private static string? TextOf(Fields fields, string name)
    {
        if (fields.Json(name) is not { ValueKind: not JsonValueKind.Null } value) return null;
        if (JsonText.Of(value) is { Length: <= LongestText } text) return text;
        fields.Refuse(name, $"must be a text of at most {LongestText} characters");
        return null;
    }

    internal enum CallsThat
    {
        Ok,
        Failed,
    }
}
