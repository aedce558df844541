using PPMessage.Agents;
using PPMessage.Conversations;
using PPMessage.Filters;
using PPMessage.Flows.Runs;
using PPMessage.Segments;

namespace PPMessage.Flows;

/// <summary>What conditions of flows may ask for, beside what contacts say of themselves: a closed set. Pure.</summary>
internal static class FlowFields
{
    private const string Variables = "vars.";

    private static readonly Dictionary<string, (Field Field, Func<StepScope, Person?, FieldValue> Value)> Known = new[]
    {
        Of(ContactFields.Online, FieldType.Boolean, (_, person) => person?.Online is { } online ? FieldValue.Of(online) : FieldValue.None),
        Of("conversation.status", FieldType.Choice, (scope, _) => FieldValue.Of(scope.Conversation is { } one ? Http.Words<ConversationStatus>.Of(one.Status) : null), [.. Http.Words<ConversationStatus>.All]),
        Of("conversation.isNew", FieldType.Boolean, (scope, _) => FieldValue.Of(scope.Conversation is { MessageCount: <= 1 })),
        Of("conversation.isAssigned", FieldType.Boolean, (scope, _) => FieldValue.Of(scope.Conversation?.Assignee is not null)),
        Of("conversation.assignee", FieldType.Text, (scope, _) => FieldValue.Of(scope.Conversation?.Assignee)),
        Of("conversation.team", FieldType.Text, (scope, _) => FieldValue.Of(scope.Conversation?.Team)),
        Of("conversation.tags", FieldType.List, (scope, _) => FieldValue.Of(scope.Conversation?.Tags ?? [])),
        Of("conversation.channelKind", FieldType.Text, (scope, _) => FieldValue.Of(scope.Conversation?.ChannelKind)),
        Of("conversation.channelId", FieldType.Text, (scope, _) => FieldValue.Of(scope.Conversation?.ChannelId)),
        Of("conversation.subject", FieldType.Text, (scope, _) => FieldValue.Of(scope.Conversation?.Subject)),
        Of("conversation.messageCount", FieldType.Number, (scope, _) => FieldValue.Of((decimal)(scope.Conversation?.MessageCount ?? 0))),
        Of("conversation.lastAgent", FieldType.Text, (scope, _) => FieldValue.Of(scope.LastAgent)),
        Of("message.text", FieldType.Text, (scope, _) => FieldValue.Of(scope.Run.Message?.Text)),
        Of("message.subject", FieldType.Text, (scope, _) => FieldValue.Of(scope.Run.Message?.Subject)),
        Of("message.channelKind", FieldType.Text, (scope, _) => FieldValue.Of(scope.Run.Message?.ChannelKind)),
        Of("message.hasFiles", FieldType.Boolean, (scope, _) => FieldValue.Of(scope.Run.Message?.HasFiles == true)),
        Of("agents.onDuty", FieldType.Number, (scope, _) => FieldValue.Of((decimal)scope.Workplace.Agents.Count(agent => agent.Availability != Availability.Away))),
        Of("agents.ready", FieldType.Number, (scope, _) => FieldValue.Of((decimal)scope.Workplace.Agents.Count(agent => agent.Availability == Availability.Ready))),
        Of("hours.open", FieldType.Boolean, (scope, _) => FieldValue.Of(scope.Workplace.IsOpen(scope.Conversation?.Team, scope.Now))),
        Of("now", FieldType.Time, (scope, _) => FieldValue.Of((DateTimeOffset?)scope.Now)),
    }.ToDictionary(known => known.Field.Name);

    /// <param name="variables">Those that the flow knows.</param>
    /// <param name="attribute">A custom attribute's field; null: it has no definition, and holds whatever it was given.</param>
    public static Field? Find(string name, IReadOnlySet<string> variables, Func<string, Field?> attribute)
    {
        if (Known.TryGetValue(name, out var known)) return known.Field;
        if (name.StartsWith(Variables, StringComparison.Ordinal) && variables.Contains(name[Variables.Length..])) return new Field(name, FieldType.Any);
        return ContactFields.Find(name, attribute);
    }

    public static FieldValue Value(string name, StepScope scope, Person? person)
    {
        if (Known.TryGetValue(name, out var known)) return known.Value(scope, person);
        if (name.StartsWith(Variables, StringComparison.Ordinal)) return scope.Variables.TryGetValue(name[Variables.Length..], out var variable) ? FieldValue.Of(variable) : FieldValue.None;
        return ContactFields.Value(name, person?.Contact);
    }

    private static (Field Field, Func<StepScope, Person?, FieldValue> Value) Of(string name, FieldType type, Func<StepScope, Person?, FieldValue> value, params IReadOnlyList<string> choices) =>
        (new Field(name, type, choices.Count == 0 ? null : choices), value);
}
