namespace PPMessage.Local.Sandbox;

/// <param name="After">The time since the step before.</param>
/// <param name="Received">Whether the phone has the message now.</param>
internal sealed record DeliveryStep(string Status, TimeSpan After, int? Error = null, bool Received = false);

/// <summary>The life of a message that was accepted (https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks).</summary>
internal static class Delivery
{
    /// <summary>How a message ends whose media can't be fetched. The code is a guess: Twilio's pages name none for SMS.</summary>
    public static readonly Misbehaviour MediaLost = Misbehaviour.Final("failed", CallbackCaller.NoAnswer);

    private static readonly Dictionary<int, string> Texts = new()
    {
        [21610] = "Attempt to send to unsubscribed recipient",
        [30001] = "Queue overflow",
        [30002] = "Account suspended",
        [30003] = "Unreachable destination handset",
        [30004] = "Message blocked",
        [30005] = "Unknown destination handset",
        [30006] = "Landline or unreachable carrier",
        [30007] = "Message filtered",
        [30008] = "Unknown error",
        [30034] = "Message from an unregistered number",
        [30036] = "Validity period expired",
        [63038] = "Account exceeded the daily messages limit",
    };

    public static IEnumerable<DeliveryStep> Steps(SendRequest request, Misbehaviour? final, SandboxOptions options)
    {
        if (request.ServiceSid.Length > 0) yield return new DeliveryStep("queued", TimeSpan.Zero);
        var last = final?.Status ?? "delivered";
        if (last == "failed")
        {
            yield return new DeliveryStep(last, options.SentAfter, final?.Code ?? 30008);
            yield break;
        }

        yield return new DeliveryStep("sent", options.SentAfter, Received: last == "sent");
        if (last == "delivered") yield return new DeliveryStep(last, options.DeliveredAfter, Received: true);
        if (last == "undelivered") yield return new DeliveryStep(last, options.DeliveredAfter, final?.Code ?? 30008);
    }

    /// <summary>A cancelled message stays so.</summary>
    public static SandboxMessage Advance(SandboxMessage message, DeliveryStep step, SandboxNumber number, IReadOnlyList<SandboxMedia> media, DateTimeOffset now) =>
        message.Status == "canceled" ? message : message with
        {
            Status = step.Status,
            From = number.PhoneNumber,
            Segments = message.Segments == 0 ? Sandbox.Segments.Count(message.Body) : message.Segments,
            Media = media.Count == message.Media.Count ? [.. message.Media.Zip(media, (place, file) => file with { Sid = place.Sid })] : message.Media,
            ErrorCode = step.Error,
            ErrorMessage = step.Error is { } code ? Texts.GetValueOrDefault(code, "Unknown error") : null,
            SentAt = step.Status == "queued" ? null : message.SentAt ?? now,
            UpdatedAt = now,
        };
}
