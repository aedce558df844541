using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Work;

namespace PPMessage.Twilio;

/// <summary>
/// Asks Twilio for what its callbacks never told: the messages that each channel received, and what became of those that it sent. Archived channels send no more
/// and receive nothing, but what they sent has its outcome.
/// </summary>
internal sealed class TwilioCatchUp(
    TwilioRounds rounds, TwilioMissedTexts texts, TwilioMissedOutcomes outcomes, TwilioUnsentOutcomes unsent, TwilioLateOutcomes late,
    ChannelDirectory channels, PPMessageOptions options, TimeProvider time, ILogger<TwilioCatchUp> log)
    : ITimerJob
{
    /// <summary>The next run comes after five minutes, and Azure Functions ends one after ten; what is left then goes on in the next.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(4);

    public string Name => "CatchUp";

    // Stretch by stretch, each in its turn: a long list holds up no other channel's.
    public async Task RunAsync(CancellationToken cancellation)
    {
        var end = time.GetUtcNow() + LongestRun;
        var left = await PassAsync(null, cancellation);
        while (left.Count > 0 && time.GetUtcNow() < end) left = await PassAsync(left, cancellation);
    }

    /// <summary>Goes one stretch on each errand.</summary>
    /// <param name="only">The rows of those errands that are to go on; null: all.</param>
    /// <returns>The rows of those that have more to do.</returns>
    private async Task<HashSet<string>> PassAsync(HashSet<string>? only, CancellationToken cancellation)
    {
        var left = new HashSet<string>();
        foreach (var channel in await channels.AllAsync(cancellation))
        {
            if (channel is not { Provider: "twilio", Kind: "sms" }) continue;
            if (only is null && channel is { Archived: false, InboundEnabled: false }) await TryAsync(channel, () => PassOverAsync(channel, cancellation), cancellation);
            var errands = Errands(channel).Where(errand => only is null || only.Contains(errand.Row(channel))).ToList();
            if (errands.Count == 0) continue;
            if (TwilioAccount.Of(channel, channels, options.TwilioBaseUrl) is { } account) await GoAsync(channel, account, errands, left, cancellation);
            else if (!channel.Archived) log.NoCredentials(channel.Id);
        }

        return left;
    }

    private async Task GoAsync(Channel channel, TwilioAccount account, List<TwilioErrand> errands, HashSet<string> left, CancellationToken cancellation)
    {
        foreach (var errand in errands)
        {
            var progress = await TryAsync(channel, () => rounds.GoAsync(channel, account, errand, cancellation), cancellation);
            if (progress == TwilioProgress.Refused) return;
            if (progress == TwilioProgress.More) left.Add(errand.Row(channel));
        }
    }

    // What comes while the inbound side is off is not wanted later either.
    private async Task<TwilioProgress> PassOverAsync(Channel channel, CancellationToken cancellation)
    {
        await rounds.PassOverAsync(channel, texts, cancellation);
        return TwilioProgress.Done;
    }

    private IEnumerable<TwilioErrand> Errands(Channel channel) =>
        channel is { Archived: false, InboundEnabled: true } ? [texts, outcomes, unsent, late] : [outcomes, unsent, late];

    // Neither the other errands nor the other channels are to suffer; this one begins where it began this time.
    private async Task<TwilioProgress> TryAsync(Channel channel, Func<Task<TwilioProgress>> act, CancellationToken cancellation)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            log.CatchUpFailed(channel.Id, e);
            return TwilioProgress.Done;
        }
    }
}
