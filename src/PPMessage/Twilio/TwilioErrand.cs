using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>Something that each channel's list at Twilio is gone through for, again and again (<see cref="TwilioRounds"/>).</summary>
internal abstract class TwilioErrand
{
    /// <summary>Younger messages are left to their callbacks.</summary>
    public abstract TimeSpan Patience { get; }

    /// <summary>How far before the last round's end one begins: the list may show a message later than its date says.</summary>
    public virtual TimeSpan Overlap => TimeSpan.Zero;

    /// <summary>A shorter span waits for a later round.</summary>
    public virtual TimeSpan ShortestSpan => TimeSpan.Zero;

    /// <summary>Where it is written down how far the channel was gone through.</summary>
    public abstract string Row(Channel channel);

    public abstract TwilioSweep Over(Channel channel, DateTimeOffset from, DateTimeOffset until);

    /// <summary>False: Twilio did not tell all of it now, so the next round must begin where this one did.</summary>
    public abstract Task<bool> TakeInAsync(Channel channel, TwilioAccount account, DateTimeOffset at, TwilioResource item, CancellationToken cancellation);
}
