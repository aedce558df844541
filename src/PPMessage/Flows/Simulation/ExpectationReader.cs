using System.Text.Json;
using PPMessage.Conversations;
using PPMessage.Flows.Runs;
using PPMessage.Http;

namespace PPMessage.Flows.Simulation;

/// <summary>Reads what is to come of a case. What is not named is not looked at. Mistakes are collected with their place. Pure.</summary>
internal static class ExpectationReader
{
    public const int Most = 100;

    private const int LongestText = 10_000;
    private const int LongestName = 200;

    /// <summary>How a simulation may end.</summary>
    public static readonly IReadOnlyList<string> States = [.. Words<RunState>.All, SimulationView.NotStarted];

    public static Expectation Read(Fields fields)
    {
        var conversation = fields.Object("conversation");
        return new Expectation([.. new[]
        {
            Texts(fields), Path(fields), State(fields), Reason(fields), Assignee(fields), Tags("tags", fields, played => played.Contact.Tags),
            Tags("conversation.tags", conversation, played => played.Conversation.Tags), Status(conversation), Team(conversation),
        }.OfType<Check>(), .. Outcomes(fields), .. Values(fields, "variables", played => played.Variables), .. Values(fields, "attributes", played => played.Contact.Attributes)]);
    }

    private static Check? Texts(Fields fields)
    {
        if (List(fields, "texts") is not { } list) return null;
        var wanted = list.Select((item, i) => TextOf(fields, item, i)).ToList();
        return played =>
        {
            var said = played.Texts.Select(text => text.Text).ToList();
            for (var i = 0; i < Math.Min(wanted.Count, said.Count); i++)
                if (!wanted[i].Fits(said[i])) return $"texts[{i}]: expected {wanted[i]}, came \"{said[i]}\"";
            return wanted.Count > said.Count ? $"texts[{said.Count}]: expected {wanted[said.Count]}, but only {said.Count} came"
                : wanted.Count < said.Count ? $"texts: expected {wanted.Count}, came {said.Count}: the next is \"{said[wanted.Count]}\"" : null;
        };
    }

    private static WantedText TextOf(Fields fields, JsonElement item, int index)
    {
        if (JsonText.Of(item) is { } exact) return new WantedText(exact.Trim(), IsWhole: true);
        var inner = fields.Item("texts", index, item);
        return new WantedText(inner.Text("contains", null, LongestText), IsWhole: false);
    }

    private static Check? Path(Fields fields)
    {
        if (List(fields, "path") is not { } list) return null;
        var wanted = list.Select((item, i) => JsonText.Of(item) ?? Refused(fields, $"path[{i}]", "must be the name of a step")).ToList();
        return played =>
        {
            var taken = played.Trace.Select(entry => (entry.Visit, entry.Step)).Distinct().Select(entry => entry.Step).ToList();
            var (at, next) = (0, 0);
            while (at < wanted.Count && next < taken.Count)
                if (taken[next++] == wanted[at]) at++;
            return at == wanted.Count ? null : $"path: expected {string.Join(" → ", wanted)}, came {string.Join(" → ", taken)}";
        };
    }

    private static Check? State(Fields fields)
    {
        if (fields.OptionalText("state", null, LongestName) is not { } wanted) return null;
        if (!States.Contains(wanted)) fields.Refuse("state", $"must be one of: {string.Join(", ", States)}");
        return played => played.State == wanted ? null : $"state: expected {wanted}, came {played.State}{(played.Error is { } error ? $" ({error})" : string.Empty)}";
    }

    private static Check? Reason(Fields fields)
    {
        var wanted = fields.OptionalText("reason", null, LongestName);
        return fields.Has("reason") ? played => Same("reason", wanted, played.Reason) : null;
    }

    private static Check? Assignee(Fields fields)
    {
        var wanted = fields.OptionalText("assignee", null, LongestName);
        if (!fields.Has("assignee")) return null;
        return played => wanted is not null && played.Conversation.AssigneeName == wanted ? null : Same("assignee", wanted, played.Conversation.Assignee);
    }

    private static Check? Status(Fields conversation)
    {
        if (!conversation.Has("status")) return null;
        var wanted = conversation.Word<ConversationStatus>("status", null);
        return played => Same("conversation.status", Words<ConversationStatus>.Of(wanted), Words<ConversationStatus>.Of(played.Conversation.Status));
    }

    private static Check? Team(Fields conversation)
    {
        var wanted = conversation.OptionalText("team", null, LongestName);
        return conversation.Has("team") ? played => Same("conversation.team", wanted, played.Conversation.Team) : null;
    }

    private static Check? Tags(string place, Fields fields, Func<SimulationView, IReadOnlyList<string>> tags)
    {
        var wanted = fields.Texts("tags", [], Most, LongestName);
        if (!fields.Has("tags")) return null;
        return played => wanted.ToHashSet().SetEquals(tags(played)) ? null : $"{place}: expected {Shown(wanted)}, came {Shown(tags(played))}";
    }

    private static IEnumerable<Check> Outcomes(Fields fields)
    {
        if (Entries(fields, "outcomes") is not { } all) return [];
        return [.. all.Select(entry => (entry.Name, Outcome: JsonText.Of(entry.Value) ?? Refused(fields, $"outcomes.{entry.Name}", "must be an outcome")))
            .Select(one => (Check)(played => Same($"outcomes.{one.Name}", one.Outcome, played.Trace.LastOrDefault(entry => entry.Step == one.Name && entry.Outcome is not null)?.Outcome)))];
    }

    private static IEnumerable<Check> Values(Fields fields, string name, Func<SimulationView, IReadOnlyDictionary<string, JsonElement>> values)
    {
        if (Entries(fields, name) is not { } all) return [];
        return [.. all.Select(entry => (entry.Name, Wanted: entry.Value.Clone())).Select(one => (Check)(played =>
        {
            var came = values(played).TryGetValue(one.Name, out var value) ? value : JsonElement.Parse("null");
            return JsonElement.DeepEquals(one.Wanted, came) ? null : $"{name}.{one.Name}: expected {one.Wanted.GetRawText()}, came {came.GetRawText()}";
        }))];
    }

    private static List<JsonElement>? List(Fields fields, string name)
    {
        if (fields.Json(name) is not { ValueKind: not JsonValueKind.Null } list) return null;
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= Most) return [.. list.EnumerateArray()];
        fields.Refuse(name, $"must be a list of at most {Most} entries");
        return null;
    }

    private static List<JsonProperty>? Entries(Fields fields, string name)
    {
        if (fields.Json(name) is not { ValueKind: not JsonValueKind.Null } all) return null;
        if (all.ValueKind == JsonValueKind.Object && all.GetPropertyCount() <= Most) return [.. all.EnumerateObject()];
        fields.Refuse(name, $"must be an object of at most {Most} entries");
        return null;
    }

    private static string Refused(Fields fields, string place, string message)
    {
        fields.Refuse(place, message);
        return string.Empty;
    }

    private static string? Same(string place, string? wanted, string? came) => wanted == came ? null : $"{place}: expected {Shown(wanted)}, came {Shown(came)}";

    private static string Shown(string? text) => text is null ? "nothing" : $"\"{text}\"";

    private static string Shown(IReadOnlyList<string> texts) => texts.Count == 0 ? "none" : string.Join(", ", texts.Order(StringComparer.Ordinal));

    /// <param name="IsWhole">Or else it is somewhere in the text.</param>
    private sealed record WantedText(string Text, bool IsWhole)
    {
        public bool Fits(string said) => IsWhole ? said == Text : said.Contains(Text, StringComparison.Ordinal);

        public override string ToString() => IsWhole ? $"\"{Text}\"" : $"a text with \"{Text}\" in it";
    }
}
