using System.Text;

namespace PPMessage.Local.Sandbox;

internal static class BasicCredentials
{
    /// <summary>Both empty when the request has none.</summary>
    public static (string User, string Password) Of(HttpRequest request)
    {
        const string scheme = "Basic ";
        var header = request.Headers.Authorization.ToString();
        var bytes = new byte[header.Length];
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return ("", "");
        if (!Convert.TryFromBase64String(header[scheme.Length..], bytes, out var length)) return ("", "");
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts.Length == 2 ? (parts[0], parts[1]) : ("", "");
    }
}
