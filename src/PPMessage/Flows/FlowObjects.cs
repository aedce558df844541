using System.Text.Json;
using PPMessage.Agents;
using PPMessage.Flows.Runs;
using PPMessage.Http;

namespace PPMessage.Flows;

/// <summary>What texts of flows may show: a closed set of values, made of what is mentioned. Nothing else of the program can be reached from a text. Pure.</summary>
internal static class FlowObjects
{
    public static readonly IReadOnlySet<string> Names = new HashSet<string> { "contact", "conversation", "message", "vars", "agents", "hours", "flow", "now" };

    public static IReadOnlyDictionary<string, object?> Of(StepScope scope, Person? person, IReadOnlySet<string> mentioned)
    {
        var objects = new Dictionary<string, object?>();
        foreach (var name in mentioned) objects[name] = Of(name, scope, person);
        return objects;
    }

    private static object? Of(string name, StepScope scope, Person? person) => name switch
    {
        "contact" => person is null ? null : Contact(person),
        "conversation" => Conversation(scope),
        "message" => Message(scope.Run.Message),
        "vars" => scope.Variables.ToDictionary(variable => variable.Key, variable => Plain(variable.Value)),
        "agents" => new Dictionary<string, object?>
        {
            ["onDuty"] = scope.Workplace.Agents.Count(agent => agent.Availability != Availability.Away),
            ["ready"] = scope.Workplace.Agents.Count(agent => agent.Availability == Availability.Ready),
        },
        "hours" => new Dictionary<string, object?>
        {
            ["open"] = scope.Workplace.IsOpen(scope.Conversation?.Team, scope.Now),
            ["nextOpening"] = scope.Workplace.NextOpening(scope.Conversation?.Team, scope.Now),
            ["timeZone"] = scope.Workplace.Hours.TimeZone,
        },
        "flow" => new Dictionary<string, object?> { ["id"] = scope.Flow.FlowId, ["name"] = scope.Flow.Name, ["version"] = scope.Flow.Version },
        "now" => scope.Now,
        _ => null,
    };

    private static Dictionary<string, object?> Contact(Person person) => new()
    {
        ["id"] = person.Contact.Id,
        ["name"] = person.Contact.Name,
        ["phones"] = List(person.Contact.Phones),
        ["emails"] = List(person.Contact.Emails),
        ["externalId"] = person.Contact.ExternalId,
        ["attributes"] = person.Contact.Attributes.ToDictionary(attribute => attribute.Key, attribute => Plain(attribute.Value)),
        ["tags"] = List(person.Contact.Tags),
        ["timeZone"] = person.Contact.TimeZone,
        ["locale"] = person.Contact.Locale,
        ["firstSeenAt"] = person.Contact.FirstSeenAt,
    };

    private static Dictionary<string, object?>? Conversation(StepScope scope) => scope.Conversation is not { } conversation ? null : new()
    {
        ["id"] = conversation.Id,
        ["status"] = Words<Conversations.ConversationStatus>.Of(conversation.Status),
        ["subject"] = conversation.Subject,
        ["tags"] = List(conversation.Tags),
        ["channelKind"] = conversation.ChannelKind,
        ["messageCount"] = conversation.MessageCount,
        ["assignee"] = scope.Workplace.Find(conversation.Assignee) is not { } agent ? null : new Dictionary<string, object?> { ["id"] = agent.Id, ["name"] = agent.Name },
    };

    private static Dictionary<string, object?>? Message(HeardMessage? message) => message is null ? null : new()
    {
        ["text"] = message.Text,
        ["subject"] = message.Subject,
        ["channelKind"] = message.ChannelKind,
        ["hasFiles"] = message.HasFiles,
        ["receivedAt"] = message.At,
    };

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetDecimal(out var number) ? number : value.GetRawText(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(property => property.Name, property => Plain(property.Value)),
        _ => null,
    };

    private static List<object?> List(IEnumerable<string> texts) => [.. texts];
}
