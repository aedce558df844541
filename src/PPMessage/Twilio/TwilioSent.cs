using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>Picks out what left by a channel and has come to its end: by the time of its creation.</summary>
internal class TwilioSent(Channel channel, DateTimeOffset from, DateTimeOffset until) : TwilioSweep(channel, "From", from, until)
{
    protected override bool IsWanted(TwilioResource item) =>
        item["direction"] == "outbound-api" && DeliveryStates.IsFinal(TwilioWords.State(item["status"] ?? string.Empty) ?? DeliveryStates.Queued);
}

/// <summary>
/// Picks out what came to its end only after <see cref="TwilioSent"/> had looked: by the time at which it was sent, for that is what Twilio can filter by, and
/// nobody wants to go through all that was created since. Of a message that was never sent it may see nothing.
/// </summary>
/// <param name="lookedAfter">How long after its creation a message had been looked at for the first time, at the earliest.</param>
internal sealed class TwilioSentLate(Channel channel, DateTimeOffset from, DateTimeOffset until, TimeSpan lookedAfter) : TwilioSent(channel, from, until)
{
    // Should Twilio heed the days only, as its pages have it, more is listed than was asked for.
    public override IEnumerable<KeyValuePair<string, string>> Filters => base.Filters.Append(new("DateSent>", Written(From))).Append(new("DateSent<", Written(Until)));

    protected override DateTimeOffset? DateOf(TwilioResource item) => item.Date("date_sent");

    // The list is ordered by creation: who waited long for being sent lies far behind.
    protected override bool EndsTheList(TwilioResource item) => false;

    protected override bool IsWanted(TwilioResource item) => base.IsWanted(item) && !(item.Date("date_updated") <= item.Date("date_created") + lookedAfter);

    private static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
