using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Work;

namespace PPMessage.Twilio;

/// <summary>
/// Asks Twilio for what its callbacks never told: the messages that each channel received, and what became of those that it sent. Archived channels send no more
/// and receive nothing, but what they sent has its outcome.
/// </summary>
internal sealed class TwilioCatchUp(
    TwilioRounds rounds, TwilioMissedTexts texts, TwilioMissedOutcomes outcomes, TwilioLateOutcomes late, ChannelDirectory channels, PPMessageOptions options, ILogger<TwilioCatchUp> log)
    : ITimerJob
{
    public string Name => "CatchUp";

    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var channel in await channels.AllAsync(cancellation))
        {
            if (channel is not { Provider: "twilio", Kind: "sms" }) continue;
            if (channel is { Archived: false, InboundEnabled: false }) await TryAsync(channel, () => PassOverAsync(channel, cancellation), cancellation);
            if (TwilioAccount.Of(channel, channels, options.TwilioBaseUrl) is { } account) await GoAsync(channel, account, cancellation);
            else if (!channel.Archived) log.NoCredentials(channel.Id);
        }
    }

    private async Task GoAsync(Channel channel, TwilioAccount account, CancellationToken cancellation)
    {
        foreach (var errand in Errands(channel))
            if (!await TryAsync(channel, () => rounds.GoAsync(channel, account, errand, cancellation), cancellation)) return;
    }

    // What comes while the inbound side is off is not wanted later either.
    private async Task<bool> PassOverAsync(Channel channel, CancellationToken cancellation)
    {
        await rounds.PassOverAsync(channel, texts, cancellation);
        return true;
    }

    private IEnumerable<TwilioErrand> Errands(Channel channel) => channel is { Archived: false, InboundEnabled: true } ? [texts, outcomes, late] : [outcomes, late];

    // Neither the other errands nor the other channels are to suffer; this one begins where it began this time.
    private async Task<bool> TryAsync(Channel channel, Func<Task<bool>> act, CancellationToken cancellation)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.CatchUpFailed(channel.Id, e);
            return true;
        }
    }
}
