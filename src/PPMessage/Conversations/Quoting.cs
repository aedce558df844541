using System.Globalization;
using System.Net;

namespace PPMessage.Conversations;

/// <summary>The contact's last message below an answer, as mail programs quote it. Pure.</summary>
internal static class Quoting
{
    private const int LongestQuotation = 10_000;

    public static string Text(string answer, Message quoted)
    {
        var lines = Texts.Beginning(quoted.Text, LongestQuotation).Split('\n').Select(line => line.StartsWith('>') ? $">{line}" : $"> {line}");
        return $"{answer.TrimEnd()}\n\n{Attribution(quoted)}\n{string.Join('\n', lines)}\n";
    }

    public static string Html(string answer, Message quoted) =>
        $"{answer}<br><div>{WebUtility.HtmlEncode(Attribution(quoted))}</div><blockquote type=\"cite\">{Lines(Texts.Beginning(quoted.Text, LongestQuotation))}</blockquote>";

    private static string Lines(string text) => WebUtility.HtmlEncode(text).Replace("\n", "<br>", StringComparison.Ordinal);

    private static string Attribution(Message quoted) => string.Create(
        CultureInfo.InvariantCulture,
        $"On {quoted.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {quoted.Author.Name ?? "you"} wrote:");
}
