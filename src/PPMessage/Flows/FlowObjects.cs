using PPMessage.Agents;
using PPMessage.Contacts;
using PPMessage.Flows.Runs;
using PPMessage.Http;
using PPMessage.Templates;

namespace PPMessage.Flows;

/// <summary>What texts of flows may show: a closed set of values, made of what is mentioned. Nothing else of the program can be reached from a text. Pure.</summary>
internal static class FlowObjects
{
    private static readonly Dictionary<string, Named<View>> Roots = new()
    {
        ["contact"] = Named<View>.Object(view => view.Person is not null, ContactNames.Of<View>(view => view.Person!.Contact)),
        ["conversation"] = Named<View>.Object(view => view.Scope.Conversation is not null, new()
        {
            ["id"] = Named<View>.Scalar(view => view.Scope.Conversation!.Id),
            ["status"] = Named<View>.Scalar(view => Words<Conversations.ConversationStatus>.Of(view.Scope.Conversation!.Status)),
            ["subject"] = Named<View>.Scalar(view => view.Scope.Conversation!.Subject),
            ["tags"] = Named<View>.List(view => view.Scope.Conversation!.Tags),
            ["channelKind"] = Named<View>.Scalar(view => view.Scope.Conversation!.ChannelKind),
            ["messageCount"] = Named<View>.Scalar(view => view.Scope.Conversation!.MessageCount),
            ["assignee"] = Named<View>.Object(view => Assignee(view.Scope) is not null, new()
            {
                ["id"] = Named<View>.Scalar(view => Assignee(view.Scope)!.Id),
                ["name"] = Named<View>.Scalar(view => Assignee(view.Scope)!.Name),
            }),
        }),
        ["message"] = Named<View>.Object(view => view.Scope.Run.Message is not null, new()
        {
            ["text"] = Named<View>.Scalar(view => view.Scope.Run.Message!.Text),
            ["subject"] = Named<View>.Scalar(view => view.Scope.Run.Message!.Subject),
            ["channelKind"] = Named<View>.Scalar(view => view.Scope.Run.Message!.ChannelKind),
            ["hasFiles"] = Named<View>.Scalar(view => view.Scope.Run.Message!.HasFiles),
            ["receivedAt"] = Named<View>.Scalar(view => view.Scope.Run.Message!.At),
        }),
        ["vars"] = Named<View>.Open(view => view.Scope.Variables.ToDictionary(variable => variable.Key, variable => JsonValues.Plain(variable.Value))),
        ["agents"] = Named<View>.Object(_ => true, new()
        {
            ["onDuty"] = Named<View>.Scalar(view => view.Scope.Workplace.Agents.Count(agent => agent.Availability != Availability.Away)),
            ["ready"] = Named<View>.Scalar(view => view.Scope.Workplace.Agents.Count(agent => agent.Availability == Availability.Ready)),
        }),
        ["hours"] = Named<View>.Object(_ => true, new()
        {
            ["open"] = Named<View>.Scalar(view => view.Scope.Workplace.IsOpen(view.Scope.Conversation?.Team, view.Scope.Now)),
            ["nextOpening"] = Named<View>.Scalar(view => view.Scope.Workplace.NextOpening(view.Scope.Conversation?.Team, view.Scope.Now)),
            ["timeZone"] = Named<View>.Scalar(view => view.Scope.Workplace.Hours.TimeZone),
        }),
        ["flow"] = Named<View>.Object(_ => true, new()
        {
            ["id"] = Named<View>.Scalar(view => view.Scope.Flow.FlowId),
            ["name"] = Named<View>.Scalar(view => view.Scope.Flow.Name),
            ["version"] = Named<View>.Scalar(view => view.Scope.Flow.Version),
        }),
        ["now"] = Named<View>.Scalar(view => view.Scope.Now),
    };

    public static readonly IReadOnlySet<string> Names = Roots.Keys.ToHashSet();

    public static IReadOnlyDictionary<string, object?> Of(StepScope scope, Person? person, IReadOnlySet<string> mentioned) =>
        mentioned.ToDictionary(name => name, name => Roots.GetValueOrDefault(name)?.Of(new View(scope, person)));

    /// <summary>Why a text that looks there never finds anything; null: it may.</summary>
    public static string? MistakeOf(TemplateLook look) =>
        Roots[look.Root].MistakeOf(look.Root, [.. look.Members]) is { } mistake ? $"Line {look.Line}: {mistake}" : null;

    private static Agent? Assignee(StepScope scope) => scope.Workplace.Find(scope.Conversation!.Assignee);

    private sealed record View(StepScope Scope, Person? Person);
}
