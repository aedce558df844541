using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PPMessage.Mailgun.Setup;

/// <summary>A route as it stands at Mailgun.</summary>
internal sealed record MailgunRoute(string Id, string Description, RouteValue Value)
{
    public IReadOnlyList<RouteAction> Actions { get; } = [.. Value.Actions.Select(RouteAction.Of)];

    public IEnumerable<string> Targets => Actions.SelectMany(action => action.Targets);

    /// <summary>What a person finds it by in Mailgun's list.</summary>
    public string Shown => Description.Length > 0
        ? $"the route “{ForeignWords.Short(Description)}” ({ForeignWords.Short(Value.Expression)}, priority {Value.Priority})"
        : $"the route {ForeignWords.Short(Value.Expression)} (priority {Value.Priority})";

    public bool Stops => Actions.Any(action => action.Kind == "stop");

    public bool Stores => Actions.Any(action => action.Kind == "store");

    /// <summary>Null: this is not what a list of routes looks like.</summary>
    public static IReadOnlyList<MailgunRoute>? ListOf(JsonElement json) =>
        json.At("items") is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray().Select(Of).Where(route => route.Id.Length > 0)] : null;

    private static MailgunRoute Of(JsonElement json) => new(
        json.Text("id") ?? string.Empty, json.Text("description") ?? string.Empty,
        new RouteValue(
            json.Text("expression") ?? string.Empty,
            json.At("actions") is { ValueKind: JsonValueKind.Array } actions ? [.. actions.EnumerateArray().Select(action => action.Text()).OfType<string>()] : [],
            int.TryParse(json.Text("priority"), CultureInfo.InvariantCulture, out var priority) ? priority : 0));
}

/// <summary>One action of a route, such as <c>forward("https://…")</c>.</summary>
/// <param name="Kind"><c>forward</c>, <c>store</c>, <c>stop</c>; empty: none that is known.</param>
/// <param name="Targets">URLs and mail addresses.</param>
internal sealed partial record RouteAction(string Kind, IReadOnlyList<string> Targets)
{
    public static RouteAction Of(string text) => Call().Match(text.Trim()) is { Success: true } call
        ? new(call.Groups["kind"].Value, [.. Quoted().Matches(call.Groups["arguments"].Value).SelectMany(one => Comma().Split(one.Value[1..^1])).Select(one => one.Trim())])
        : new(string.Empty, []);

    [GeneratedRegex(@"^(?<kind>forward|store|stop)\s*\((?<arguments>.*)\)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Call();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    // A URL may have commas of its own.
    [GeneratedRegex(@",(?=\s*(https?://|[^,/\s]+@))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Comma();
}
