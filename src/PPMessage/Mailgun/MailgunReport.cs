using System.Globalization;
using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Suppressions;

namespace PPMessage.Mailgun;

/// <summary>
/// What an event says of a message. Every field is optional: new ones come, old ones are null, and variables that name nothing of ours (a batch's may come back
/// as they were written, not filled in) count as missing. Source: documentation.mailgun.com, "Event structure".
/// </summary>
/// <param name="Report">Null when it says nothing that we can use.</param>
/// <param name="Odd">Why it can't be understood; null when it can.</param>
/// <param name="Nothing">Why there is nothing to record, though it is understood.</param>
internal sealed record MailgunReport(DeliveryReport? Report, string? Odd, string? Nothing)
{
    public const string MessageVariable = "ppm-message";
    public const string ConversationVariable = "ppm-conversation";
    public const string AttemptVariable = "ppm-attempt";
    public const string CampaignVariable = "ppm-campaign";

    private const string Variables = "user-variables";

    // Events come hours late and never early.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(5);

    public static MailgunReport Parse(JsonElement data, DateTimeOffset now)
    {
        if (data.Text("event")?.ToLowerInvariant() is not { } word) return new(null, "event-data or event is missing", null);
        if (data.IsTrue("flags", "is-routed")) return new(null, null, "a mail that came in by a route");
        if (Said(word, data) is not { } said) return new(null, null, $"'{ForeignWords.Short(word)}' is no word of ours");
        if (MessageIdOf(data) is not { } id || data.Text("recipient") is not { } recipient) return new(null, "message-id or recipient is missing", null);
        var report = new DeliveryReport(
            Id(data.Text(Variables, MessageVariable), "msg_"), Id(data.Text(Variables, ConversationVariable), "cv_"), Attempt(data.Text(Variables, AttemptVariable)),
            id, recipient, said.State, said.ProviderState, said.Code, said.Text, said.Stops, At(data.Text("timestamp"), now),
            // Nothing is delivered after it was given up: what says so after a delivery knows better, flagged as a delayed bounce or not.
            Revokes: said.State == DeliveryStates.Failed,
            Campaign: CampaignMark.TagOf(data.Text(Variables, CampaignVariable)));
        return new(report, null, null);
    }

    /// <summary>Without brackets, as ids are kept.</summary>
    public static string? MessageIdOf(JsonElement data) => data.Text("message", "headers", "message-id")?.Trim().TrimStart('<').TrimEnd('>') is { Length: > 0 and <= 998 } id ? id : null;

    public static int? AttemptOf(JsonElement data) => Attempt(data.Text(Variables, AttemptVariable));

    /// <summary>The event's meaning; null for a word that we don't know.</summary>
    public static MailgunWord? Said(string word, JsonElement data) => word switch
    {
        // Queued at Mailgun.
        "accepted" => new(DeliveryStates.Sending, word),
        "delivered" => new(DeliveryStates.Delivered, word),
        "opened" or "clicked" => new(DeliveryStates.Read, word),
        // Both say that it arrived, and that it should be the last.
        "complained" => new(DeliveryStates.Delivered, word, Stops: SuppressionReasons.Complaint),
        "unsubscribed" => new(DeliveryStates.Delivered, word, Stops: SuppressionReasons.Unsubscribe),
        "rejected" => new(DeliveryStates.Failed, word, "rejected", $"Mailgun refused to send it: {Reason(data)}"),
        "failed" => MailgunFailure.Of(data),
        _ => null,
    };

    private static string Reason(JsonElement data) =>
        string.Join(' ', new[] { data.Text("reject", "reason"), data.Text("reject", "description") }.Where(text => text is not null)) is { Length: > 0 } why
            ? ForeignWords.Short(why)
            : "it does not say why.";

    private static DateTimeOffset At(string? seconds, DateTimeOffset now) =>
        double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 && value < (now + ClocksDiffer).ToUnixTimeSeconds()
            ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Round(value * 1000))
            : now;

    private static string? Id(string? text, string prefix) =>
        text is not null && Ids.UlidOf(text, prefix, Ids.ThreadLength) is not null && Ids.IsBase32(text.AsSpan(prefix.Length)) ? text : null;

    private static int? Attempt(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) && attempt > 0 ? attempt : null;
}

/// <summary>An event in our words.</summary>
/// <param name="ProviderState">Mailgun's own; of equal words about one attempt the first stays.</param>
/// <param name="Text">For people.</param>
internal sealed record MailgunWord(string State, string ProviderState, string? Code = null, string? Text = null, string? Stops = null);
