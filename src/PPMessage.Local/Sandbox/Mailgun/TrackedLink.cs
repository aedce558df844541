using System.Buffers.Text;
using System.Text;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>A link that leads over Mailgun, so that following it is noticed. It holds where it leads to.</summary>
internal static class TrackedLink
{
    private const string Middle = "/c/";

    public static string Of(string domain, string url) => $"{Start(domain)}{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(url))}";

    /// <summary>Where it leads to; null when it is no such link.</summary>
    public static string? Target(string domain, string link) =>
        link.StartsWith(Start(domain), StringComparison.Ordinal) && link[Start(domain).Length..] is var coded && Base64Url.IsValid(coded) ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(coded)) : null;

    private static string Start(string domain) => $"http://email.{domain}{Middle}";
}
