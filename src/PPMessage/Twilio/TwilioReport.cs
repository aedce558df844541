using System.Globalization;
using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Suppressions;

namespace PPMessage.Twilio;

/// <summary>What a status callback's fields say, or the same fields in Twilio's list.</summary>
/// <param name="Report">Null when they say nothing that we can use.</param>
/// <param name="Odd">Why they can't be understood; null when they can, or when only the word is unknown.</param>
/// <param name="UnknownWord">A state that we have no word for: what is known of the message stays.</param>
internal sealed record TwilioReport(DeliveryReport? Report, string? Odd, string? UnknownWord)
{
    private static readonly (string Listed, string Told)[] Names =
        [("sid", "MessageSid"), ("status", "MessageStatus"), ("to", "To"), ("error_code", "ErrorCode"), ("error_message", "ErrorMessage")];

    /// <param name="query">Of our own callback URL: which message, conversation and attempt it was written for, and which recipient of a campaign.</param>
    public static TwilioReport Parse(TwilioFields fields, TwilioFields query, DateTimeOffset now)
    {
        var word = fields.Filled("MessageStatus") ?? fields.Filled("SmsStatus");
        if (word is null || fields.Filled("MessageSid") is not { } sid || fields.Filled("To") is not { } to)
            return new TwilioReport(null, "MessageSid, MessageStatus or To is missing", null);
        if (TwilioWords.State(word) is not { } state) return new TwilioReport(null, null, word);
        var code = fields.Filled("ErrorCode");
        return new TwilioReport(
            new DeliveryReport(
                Id(query["m"], "msg_"), Id(query["c"], "cv_"), Attempt(query["a"]), sid, to,
                state, word, code, fields.Filled("ErrorMessage"), code == TwilioErrors.OptedOutCode ? SuppressionReasons.Stop : null, now,
                Campaign: CampaignMark.TagOf(query["k"])),
            null,
            null);
    }

    /// <summary>What Twilio's list says of a message, as a callback without our ids would have said it. Null: nothing that we can use.</summary>
    public static DeliveryReport? Listed(TwilioResource item, DateTimeOffset now)
    {
        var fields = Names.Where(name => item[name.Listed] is not null).Select(name => new KeyValuePair<string, string>(name.Told, item[name.Listed]!));
        // A stop that is heard of late is no newer than the message that it kept back: the contact may have lifted it since.
        return Parse(new TwilioFields(fields), new TwilioFields([]), now).Report is { } report ? report with { StoppedAt = item.Date("date_updated") } : null;
    }

    private static string? Id(string? text, string prefix) =>
        text is not null && Ids.UlidOf(text, prefix, Ids.ThreadLength) is not null && Ids.IsBase32(text.AsSpan(prefix.Length)) ? text : null;

    private static int? Attempt(string? text) => int.TryParse(text, NumberStyles.None, null, out var attempt) && attempt > 0 ? attempt : null;
}
