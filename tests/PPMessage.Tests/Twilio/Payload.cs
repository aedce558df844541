using System.Runtime.CompilerServices;
using System.Text;
using PPMessage.Twilio;

namespace PPMessage.Tests.Twilio;

/// <summary>Callback bodies as they look on the wire: one form field a line, with made-up people.</summary>
internal static class Payload
{
    /// <summary>The body as Twilio would post it.</summary>
    public static string Read(string name, [CallerFilePath] string here = "") =>
        string.Join('&', File.ReadAllLines(Path.Combine(Path.GetDirectoryName(here)!, "..", "Payloads", "twilio", name)).Where(line => line.Length > 0));

    public static TwilioFields Fields(string name, [CallerFilePath] string here = "") => new(Pairs(Read(name, here)));

    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(string body) => UrlEncoded.Read(Encoding.UTF8.GetBytes(body), out _)!;
}
