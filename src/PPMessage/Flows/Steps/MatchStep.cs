using System.Text.Json;
using System.Text.RegularExpressions;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Templates;

namespace PPMessage.Flows.Steps;

/// <summary>
/// Looks for a regular expression in a text (the message's, unless <c>text</c> says another). Named groups become variables. Expressions that can't be matched in
/// linear time (look-around, back references) are refused, so none takes long.
/// </summary>
internal sealed class MatchStep : Step
{
    public const string Word = "match";
    public const string Matched = "matched";
    public const string NoMatch = "no_match";

    private const int LongestPattern = 500;
    private static readonly TimeSpan LongestTime = TimeSpan.FromMilliseconds(200);
    private static readonly Template MessageText = Template.Parse("{{ message.text }}", FlowObjects.Names, out _)!;

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => [Matched, NoMatch];

    public required Template Text { get; init; }

    /// <summary>No other text is named.</summary>
    public bool LooksAtMessage => ReferenceEquals(Text, MessageText);

    public required Regex Pattern { get; init; }

    public static MatchStep Read(StepReader reader) => new()
    {
        Name = reader.Name,
        Text = reader.OptionalText("text") ?? MessageText,
        Pattern = PatternOf(reader, reader.Fields.Text("pattern", null, LongestPattern), reader.Fields.Flag("ignoreCase", true)),
    };

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        var rendered = await scope.RenderAsync(Text, cancellation);
        if (rendered.Text is not { } text) return Move.Failed(rendered.Mistake!);
        try
        {
            var match = Pattern.Match(text);
            return match.Success ? Keep(scope, match) ?? new Move.On(Matched) : new Move.On(NoMatch);
        }
        catch (RegexMatchTimeoutException)
        {
            return Move.Failed($"The expression took more than {LongestTime.TotalMilliseconds} ms.");
        }
    }

    /// <summary>Names of groups that become variables.</summary>
    public static IEnumerable<string> GroupsOf(string pattern)
    {
        try
        {
            return [.. new Regex(pattern, RegexOptions.NonBacktracking, LongestTime).GetGroupNames().Where(FlowNames.IsName)];
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return [];
        }
    }

    private static Move? Keep(StepScope scope, Match match)
    {
        foreach (var group in match.Groups.Values.Where(group => group.Success && FlowNames.IsName(group.Name)))
            if (scope.Set(group.Name, JsonSerializer.SerializeToElement(group.Value, FlowJson.Default.String)) is { } why) return Move.Failed(why);
        return null;
    }

    private static Regex PatternOf(StepReader reader, string pattern, bool ignoreCase)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), LongestTime);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            reader.Refuse("pattern", $"is no expression that can be used: {PatternMistakes.Of(pattern, e)}");
            return new Regex(string.Empty, RegexOptions.NonBacktracking, LongestTime);
        }
    }
}
