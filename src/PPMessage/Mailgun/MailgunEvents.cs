using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Inbound;

namespace PPMessage.Mailgun;

/// <summary>Takes a proven event webhook in. Events are idempotent, so a repeated one needs no record of its token. Thread-safe.</summary>
internal sealed class MailgunEvents(InboundRoot inbound, TimeProvider time, ILogger<MailgunEvents> log)
{
    /// <summary>An odd event is a few KB; a body of a MB is nobody's to read.</summary>
    private const int LongestKept = 16 * 1024;

    /// <returns>The outcome, for counting.</returns>
    public async Task<string> TakeAsync(Channel channel, JsonElement json)
    {
        var told = MailgunReport.Parse(json.At("event-data"), time.GetUtcNow());
        if (told.Odd is { } reason)
        {
            await inbound.KeepOddAsync(channel, new Dictionary<string, string> { ["event-data"] = Shown(json.At("event-data")) }, reason, CancellationToken.None);
            log.Odd(channel.Id, reason);
            return "odd";
        }

        if (told.Report is { } report) await inbound.ReportAsync(channel, report, CancellationToken.None);
        else log.NothingTold(channel.Id, told.Nothing!);
        return "accepted";
    }

    // Its bytes need not be UTF-8: the parser takes them as they are, and asking it for text would throw.
    private static string Shown(JsonElement data)
    {
        var text = data.ValueKind == JsonValueKind.Undefined ? string.Empty : Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(data));
        return text.Length > LongestKept ? text[..LongestKept] : text;
    }
}
