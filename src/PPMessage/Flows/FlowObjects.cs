using System.Text.Json;
using PPMessage.Agents;
using PPMessage.Flows.Runs;
using PPMessage.Http;
using PPMessage.Templates;

namespace PPMessage.Flows;

/// <summary>What texts of flows may show: a closed set of values, made of what is mentioned. Nothing else of the program can be reached from a text. Pure.</summary>
internal static class FlowObjects
{
    private static readonly Dictionary<string, Named> Roots = new()
    {
        ["contact"] = Named.Object((_, person) => person is not null, new()
        {
            ["id"] = Named.Scalar((_, person) => person!.Contact.Id),
            ["name"] = Named.Scalar((_, person) => person!.Contact.Name),
            ["phones"] = Named.List((_, person) => person!.Contact.Phones),
            ["emails"] = Named.List((_, person) => person!.Contact.Emails),
            ["externalId"] = Named.Scalar((_, person) => person!.Contact.ExternalId),
            ["attributes"] = Named.Open((_, person) => person!.Contact.Attributes.ToDictionary(attribute => attribute.Key, attribute => Plain(attribute.Value))),
            ["tags"] = Named.List((_, person) => person!.Contact.Tags),
            ["timeZone"] = Named.Scalar((_, person) => person!.Contact.TimeZone),
            ["locale"] = Named.Scalar((_, person) => person!.Contact.Locale),
            ["firstSeenAt"] = Named.Scalar((_, person) => person!.Contact.FirstSeenAt),
        }),
        ["conversation"] = Named.Object((scope, _) => scope.Conversation is not null, new()
        {
            ["id"] = Named.Scalar((scope, _) => scope.Conversation!.Id),
            ["status"] = Named.Scalar((scope, _) => Words<Conversations.ConversationStatus>.Of(scope.Conversation!.Status)),
            ["subject"] = Named.Scalar((scope, _) => scope.Conversation!.Subject),
            ["tags"] = Named.List((scope, _) => scope.Conversation!.Tags),
            ["channelKind"] = Named.Scalar((scope, _) => scope.Conversation!.ChannelKind),
            ["messageCount"] = Named.Scalar((scope, _) => scope.Conversation!.MessageCount),
            ["assignee"] = Named.Object((scope, _) => Assignee(scope) is not null, new()
            {
                ["id"] = Named.Scalar((scope, _) => Assignee(scope)!.Id),
                ["name"] = Named.Scalar((scope, _) => Assignee(scope)!.Name),
            }),
        }),
        ["message"] = Named.Object((scope, _) => scope.Run.Message is not null, new()
        {
            ["text"] = Named.Scalar((scope, _) => scope.Run.Message!.Text),
            ["subject"] = Named.Scalar((scope, _) => scope.Run.Message!.Subject),
            ["channelKind"] = Named.Scalar((scope, _) => scope.Run.Message!.ChannelKind),
            ["hasFiles"] = Named.Scalar((scope, _) => scope.Run.Message!.HasFiles),
            ["receivedAt"] = Named.Scalar((scope, _) => scope.Run.Message!.At),
        }),
        ["vars"] = Named.Open((scope, _) => scope.Variables.ToDictionary(variable => variable.Key, variable => Plain(variable.Value))),
        ["agents"] = Named.Object((_, _) => true, new()
        {
            ["onDuty"] = Named.Scalar((scope, _) => scope.Workplace.Agents.Count(agent => agent.Availability != Availability.Away)),
            ["ready"] = Named.Scalar((scope, _) => scope.Workplace.Agents.Count(agent => agent.Availability == Availability.Ready)),
        }),
        ["hours"] = Named.Object((_, _) => true, new()
        {
            ["open"] = Named.Scalar((scope, _) => scope.Workplace.IsOpen(scope.Conversation?.Team, scope.Now)),
            ["nextOpening"] = Named.Scalar((scope, _) => scope.Workplace.NextOpening(scope.Conversation?.Team, scope.Now)),
            ["timeZone"] = Named.Scalar((scope, _) => scope.Workplace.Hours.TimeZone),
        }),
        ["flow"] = Named.Object((_, _) => true, new()
        {
            ["id"] = Named.Scalar((scope, _) => scope.Flow.FlowId),
            ["name"] = Named.Scalar((scope, _) => scope.Flow.Name),
            ["version"] = Named.Scalar((scope, _) => scope.Flow.Version),
        }),
        ["now"] = Named.Scalar((scope, _) => scope.Now),
    };

    public static readonly IReadOnlySet<string> Names = Roots.Keys.ToHashSet();

    public static IReadOnlyDictionary<string, object?> Of(StepScope scope, Person? person, IReadOnlySet<string> mentioned) =>
        mentioned.ToDictionary(name => name, name => Roots.GetValueOrDefault(name)?.Of(scope, person));

    /// <summary>Why a text that looks there never finds anything; null: it may.</summary>
    public static string? MistakeOf(TemplateLook look) =>
        Roots[look.Root].MistakeOf(look.Root, [.. look.Members]) is { } mistake ? $"Line {look.Line}: {mistake}" : null;

    private static Agent? Assignee(StepScope scope) => scope.Workplace.Find(scope.Conversation!.Assignee);

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
}
