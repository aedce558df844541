using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using DotLiquid;

namespace PPMessage.Templates.Filters;

/// <summary>The filters that make a text fit for HTML, an address or a transport, and back.</summary>
internal static partial class EscapeFilters
{
    private const int MatchTimeoutMilliseconds = 250;

    private static readonly (string Open, string Close)[] NoText = [("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>"), ("<", ">")];

    public static string Escape(Context context, object? input) => Html(context.Text(input).Replace("&", "&amp;"));

    /// <summary>Leaves what is escaped already.</summary>
    public static string EscapeOnce(Context context, object? input) => Html(LoneAmpersand.Replace(context.Text(input), "&amp;"));

    public static string UrlEncode(Context context, object? input) => WebUtility.UrlEncode(context.Text(input));

    public static string UrlDecode(Context context, object? input) => WebUtility.UrlDecode(context.Text(input));

    public static string Base64Encode(Context context, object? input) => Convert.ToBase64String(Encoding.UTF8.GetBytes(context.Text(input)));

    /// <summary>What is not base64 ends the rendering, as in Liquid.</summary>
    public static string Base64Decode(Context context, object? input)
    {
        var text = context.Text(input);
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length)) throw new TemplateMistakeException("The filter 'base64_decode' was given what is not base64.");
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    public static string StripHtml(Context context, object? input)
    {
        var text = context.Text(input);
        foreach (var (open, close) in NoText) text = Without(text, open, close);
        return text;
    }

    [GeneratedRegex("&(?!(?:[a-zA-Z][a-zA-Z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)", RegexOptions.None, MatchTimeoutMilliseconds)]
    private static partial Regex LoneAmpersand { get; }

    private static string Html(string text) => text.Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;");

    private static string Without(string text, string open, string close)
    {
        var (kept, at) = (new StringBuilder(text.Length), 0);
        while (text.IndexOf(open, at, StringComparison.OrdinalIgnoreCase) is >= 0 and var begin)
        {
            var end = text.IndexOf(close, begin + open.Length, StringComparison.OrdinalIgnoreCase);
            if (end < 0) break;
            kept.Append(text, at, begin - at);
            at = end + close.Length;
        }

        return kept.Append(text, at, text.Length - at).ToString();
    }
}
