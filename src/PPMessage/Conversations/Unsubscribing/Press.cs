using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using PPMessage.Http;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>
/// What a POST to a link means. Whatever it is, it unsubscribes: mailbox providers post <c>List-Unsubscribe=One-Click</c> in one form or another (RFC 8058), and somebody who wants no more
/// mail must not fail for a form. Only the page's own button takes it back.
/// </summary>
internal static class Press
{
    public const string OneClick = "one-click";
    public const string Page = "page";

    /// <summary>Name of the page's field.</summary>
    public const string Field = "action";

    public const string Stop = "unsubscribe";
    public const string Resume = "resubscribe";

    /// <summary>In bytes: many times our own form. What follows is not read.</summary>
    public const int LongestBody = 4 * 1024;

    private static readonly string Stops = $"{Field}={Stop}";
    private static readonly string Resumes = $"{Field}={Resume}";

    /// <returns><see cref="OneClick"/>, or what the page's button says: <see cref="Stop"/>, <see cref="Resume"/>.</returns>
    public static async Task<string> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(Media.Form, StringComparison.OrdinalIgnoreCase)) return OneClick;
        var body = new byte[LongestBody];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        return Of(Encoding.UTF8.GetString(body, 0, length));
    }

    /// <param name="form">As a browser writes it, or anything else.</param>
    public static string Of(string form)
    {
        var fields = form.Split('&');
        if (fields.Any(field => field.StartsWith("List-Unsubscribe=", StringComparison.OrdinalIgnoreCase))) return OneClick;
        return fields.Contains(Resumes) ? Resume : fields.Contains(Stops) ? Stop : OneClick;
    }
}
