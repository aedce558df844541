using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Inbound;

namespace PPMessage.Twilio;

/// <summary>
/// Takes in what became of messages that were sent and whose status callbacks never arrived. What has no end yet, as where carriers send no receipts, is left
/// alone; <see cref="TwilioLateOutcomes"/> looks once more.
/// </summary>
internal class TwilioMissedOutcomes(InboundRoot inbound, TimeProvider time, ILogger<TwilioMissedOutcomes> log) : TwilioErrand
{
    /// <summary>As old as a text is in the last round that asks for it. So no overlap is needed, and each message is asked for once.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(12);

    public override TimeSpan Patience => FirstLook;

    public override string Row(Channel channel) => $"outcomes|{channel.Id}";

    public override TwilioSweep Over(Channel channel, DateTimeOffset from, DateTimeOffset until) => new TwilioSent(channel, from, until);

    public override async Task<bool> TakeInAsync(Channel channel, TwilioAccount account, DateTimeOffset at, TwilioResource item, CancellationToken cancellation)
    {
        if (TwilioReport.Listed(item, time.GetUtcNow()) is { } report && await inbound.SettleAsync(channel, report, at + Patience, cancellation))
            log.Settled(channel.Id, report.ProviderId, report.ProviderState);
        return true;
    }
}

/// <summary>The second and last look: Twilio's queue is up to ten hours long, and a telephone may be off for as long.</summary>
internal sealed class TwilioLateOutcomes(InboundRoot inbound, TimeProvider time, ILogger<TwilioMissedOutcomes> log) : TwilioMissedOutcomes(inbound, time, log)
{
    public override TimeSpan Patience => TimeSpan.FromHours(24);

    // A day's list, should Twilio heed no more of its filter than the day, is not to be read every five minutes.
    public override TimeSpan ShortestSpan => TimeSpan.FromHours(1);

    public override string Row(Channel channel) => $"late|{channel.Id}";

    public override TwilioSweep Over(Channel channel, DateTimeOffset from, DateTimeOffset until) => new TwilioSentLate(channel, from, until, FirstLook);
}

/// <summary>Those that Twilio never sent. It can't be asked for them alone: each round goes through all that is younger, so rounds are few.</summary>
internal sealed class TwilioUnsentOutcomes(InboundRoot inbound, TimeProvider time, ILogger<TwilioMissedOutcomes> log) : TwilioMissedOutcomes(inbound, time, log)
{
    public override TimeSpan ShortestSpan => TimeSpan.FromMinutes(25);

    public override string Row(Channel channel) => $"unsent|{channel.Id}";

    public override TwilioSweep Over(Channel channel, DateTimeOffset from, DateTimeOffset until) => new TwilioNeverSent(channel, from, until);
}
