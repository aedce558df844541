using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>
/// Puts a recipient's values where <c>%recipient.…%</c> stands, once: what was put in is not looked through again. A name without a value stays as it is written,
/// and so does every name for an address with a plus sign (github.com/mailgun/mailgun.js, issue 413).
/// </summary>
internal sealed partial class RecipientFiller(MailRequest request, string address)
{
    private readonly JsonObject? _own = address.Contains('+', StringComparison.Ordinal) ? null : request.ParsedRecipientVariables?[address] as JsonObject;

    /// <summary>The <c>v:</c> fields as the recipient gets them.</summary>
    public IReadOnlyDictionary<string, string> Variables => request.Variables.ToDictionary(one => one.Key, one => In(one.Value));

    public string In(string text) => _own is null ? text : Variable().Replace(text, match => match.Groups["name"] is { Success: true } name ? _own[name.Value]?.ToString() ?? match.Value : address);

    [GeneratedRegex(@"%recipient(\.(?<name>[\w.:-]+))?%", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();
}
