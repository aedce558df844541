namespace PPMessage.Mailgun;

/// <summary>The URLs by which Mailgun calls us. Mailgun sends the raw mail only to a URL that ends in <c>mime</c>.</summary>
internal static class MailgunUrls
{
    public static string Mail(Uri publicBaseUrl, string hookKey) => $"{publicBaseUrl.OriginalString.TrimEnd('/')}/hooks/{hookKey}/email";

    public static string Mime(Uri publicBaseUrl, string hookKey) => Mail(publicBaseUrl, hookKey) + "/mime";

    public static string Events(Uri publicBaseUrl, string hookKey) => Mail(publicBaseUrl, hookKey) + "/events";
}
