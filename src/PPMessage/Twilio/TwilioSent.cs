using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>
/// Picks out what left by a channel and has come to its end: by the time at which it was sent, for that is what Twilio can filter by, and nobody wants to go
/// through all that is younger. What was never sent is <see cref="TwilioNeverSent"/>'s.
/// </summary>
internal class TwilioSent(Channel channel, DateTimeOffset from, DateTimeOffset until) : TwilioSweep(channel, "From", from, until)
{
    // Twilio's dates are as fine, and whether its bounds belong to the span is not documented: a second more on either side is asked for.
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    // Should Twilio heed the days only, as its pages have it, more is listed than was asked for.
    public override IEnumerable<KeyValuePair<string, string>> Filters =>
        base.Filters.Append(new("DateSent>", Written(From - OneSecond))).Append(new("DateSent<", Written(Until + OneSecond)));

    /// <summary>Whether it is a text of ours that nothing more will become of.</summary>
    public static bool HasEnded(TwilioResource item) =>
        item["direction"] == "outbound-api" && DeliveryStates.IsFinal(TwilioWords.State(item["status"] ?? string.Empty) ?? DeliveryStates.Queued);

    protected override DateTimeOffset? DateOf(TwilioResource item) => item.Date("date_sent");

    // Such a thing is listed only if Twilio heeds the days only. Then who waited long for being sent may lie behind, and is left to the second look.
    protected override bool EndsTheList(TwilioResource item) => DateOf(item) < From - OneSecond;

    protected override bool IsWanted(TwilioResource item) => HasEnded(item);

    private static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}

/// <summary>Picks out what came to its end only after <see cref="TwilioSent"/> had looked.</summary>
/// <param name="lookedAfter">How long after its creation a message had been looked at for the first time, at the earliest.</param>
internal sealed class TwilioSentLate(Channel channel, DateTimeOffset from, DateTimeOffset until, TimeSpan lookedAfter) : TwilioSent(channel, from, until)
{
    // The list is ordered by creation: who waited long for being sent lies far behind.
    protected override bool EndsTheList(TwilioResource item) => false;

    protected override bool IsWanted(TwilioResource item) => base.IsWanted(item) && !(item.Date("date_updated") <= item.Date("date_created") + lookedAfter);
}

/// <summary>Picks out what came to its end without having been sent: by the time of its creation, as whether Twilio's filter shows it at all is not documented.</summary>
internal sealed class TwilioNeverSent(Channel channel, DateTimeOffset from, DateTimeOffset until) : TwilioSweep(channel, "From", from, until)
{
    protected override bool IsWanted(TwilioResource item) => item.Date("date_sent") is null && TwilioSent.HasEnded(item);
}
