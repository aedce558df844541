using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;
using PPMessage.Mailgun;

namespace PPMessage.Tests.Mailgun;

/// <summary>Forms as Mailgun posts them.</summary>
internal static class Forms
{
    public const string Token = "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0";

    public const string UrlEncodedType = "application/x-www-form-urlencoded";

    public const string MultipartType = "multipart/form-data; boundary=xYzZY";

    public static string Sign(string timestamp, string token, string key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(timestamp + token)));

    /// <summary>The fields of a proven callback; what is given comes first, so that the real ones are the last of their names.</summary>
    public static List<KeyValuePair<string, string>> Signed(DateTimeOffset at, IEnumerable<(string Name, string Value)> fields, string key = MailgunApp.SigningKey, string token = Token)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString();
        return
        [
            .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)),
            new("timestamp", timestamp), new("token", token), new("signature", Sign(timestamp, token, key)),
        ];
    }

    public static byte[] UrlEncoded(params IEnumerable<(string Name, string Value)> fields) => Encoding.ASCII.GetBytes(
        string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Name)}={Uri.EscapeDataString(f.Value)}")));

    /// <summary>Percent-encodes every byte.</summary>
    public static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes) text.Append('%').Append(b.ToString("X2"));
        return text.ToString();
    }

    public static byte[] Multipart(params IEnumerable<(string Disposition, byte[] Content)> parts)
    {
        using var body = new MemoryStream();
        foreach (var (disposition, content) in parts)
        {
            body.Write(Encoding.UTF8.GetBytes($"--xYzZY\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"));
            body.Write(content);
            body.Write("\r\n"u8);
        }

        body.Write("--xYzZY--\r\n"u8);
        return body.ToArray();
    }

    public static async Task<FormRead> ReadAsync(Stream body, string type = UrlEncodedType) =>
        await MailgunFormReader.ReadAsync(body, MediaTypeHeaderValue.Parse(type), CancellationToken.None);

    public static Task<FormRead> ReadAsync(byte[] body, string type = UrlEncodedType) => ReadAsync(new MemoryStream(body), type);

    public static async Task<MailgunForm> FormAsync(byte[] body, string type = UrlEncodedType) => (await ReadAsync(body, type)).Form!;

    public static Task<MailgunForm> FormAsync(params IEnumerable<(string Name, string Value)> fields) => FormAsync(UrlEncoded(fields));
}
