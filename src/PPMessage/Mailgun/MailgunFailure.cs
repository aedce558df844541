using System.Globalization;
using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Suppressions;

namespace PPMessage.Mailgun;

/// <summary>What the event <c>failed</c> means: a delay, a refusal for now, a dead address, or one that Mailgun itself sends nothing to. Pure.</summary>
internal static class MailgunFailure
{
    public const string RefusedForNow = "refused-for-now";

    private const string Status = "delivery-status";

    public static MailgunWord Of(JsonElement data) =>
        data.Text("severity")?.Equals("temporary", StringComparison.OrdinalIgnoreCase) == true ? Delayed(data) : Suppressed(data) ?? Refused(data);

    // Each delay is a word of its own.
    private static MailgunWord Delayed(JsonElement data)
    {
        var attempt = data.Text(Status, "attempt-no");
        var next = double.TryParse(data.Text(Status, "retry-seconds"), CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6
            ? $" Mailgun tries again in {Minutes(seconds)}."
            : " Mailgun tries again by itself.";
        return new(
            DeliveryStates.Deferred, attempt is null ? "failed temporary" : $"failed temporary {ForeignWords.Short(attempt)}", CodeOf(data) ?? "deferred",
            $"{MailRefusals.HostOf(data.Text("recipient"), MxOf(data))} does not take it yet{Quoted(data)}.{next}");
    }

    // Mailgun's own codes: it did not even try.
    private static MailgunWord? Suppressed(JsonElement data) => (data.Text(Status, "code"), data.Text("reason")?.ToLowerInvariant()) switch
    {
        ("605", _) or (_, "suppress-bounce") => Suppressed(data, "605", SuppressionReasons.Bounce, "mails to it came back before"),
        ("606", _) or (_, "suppress-unsubscribe") => Suppressed(data, "606", SuppressionReasons.Unsubscribe, "it has unsubscribed"),
        ("607", _) or (_, "suppress-complaint") => Suppressed(data, "607", SuppressionReasons.Complaint, "it called a mail of ours spam"),
        _ => null,
    };

    private static MailgunWord Suppressed(JsonElement data, string code, string stops, string why) => new(
        DeliveryStates.Suppressed, "failed permanent", code, $"Mailgun sends nothing to this address any more: {why}{Quoted(data)}.", stops);

    private static MailgunWord Refused(JsonElement data)
    {
        var refusal = MailRefusals.Of(WordsOf(data), CodeOf(data), data.Text("recipient"), MxOf(data));
        var code = refusal.Kind == RefusalKind.ForNow ? RefusedForNow : CodeOf(data) ?? data.Text("reason") ?? "failed";
        var stops = refusal.Kind == RefusalKind.DeadAddress ? SuppressionReasons.Bounce : null;
        return new(DeliveryStates.Failed, "failed permanent", ForeignWords.Short(code), refusal.Sentence + ForeignWords.InBrackets(WordsOf(data)), stops);
    }

    /// <summary>The enhanced code (5.1.1) says more than the plain one (550).</summary>
    private static string? CodeOf(JsonElement data) => (data.Text(Status, "enhanced-code") ?? data.Text(Status, "code")) is { } code && code != "0" ? ForeignWords.Short(code) : null;

    private static string? MxOf(JsonElement data) => data.Text(Status, "mx-host");

    // The last words come with "Too old": what the host said before Mailgun gave up.
    private static string WordsOf(JsonElement data) => string.Join(
        " · ", new[] { data.Text(Status, "message"), data.Text(Status, "description"), data.Text(Status, "last-message") }.OfType<string>().Distinct());

    private static string Quoted(JsonElement data) => ForeignWords.InBrackets(WordsOf(data));

    private static string Minutes(double seconds) => seconds < 90 ? $"{seconds:0} seconds" : seconds < 5400 ? $"{seconds / 60:0} minutes" : $"{seconds / 3600:0.#} hours";
}
