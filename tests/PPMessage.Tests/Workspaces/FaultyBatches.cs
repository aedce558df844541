using PPMessage.Channels;

namespace PPMessage.Tests.Workspaces;

/// <summary>As <see cref="FaultySender"/>, of calls that hand over many messages at once.</summary>
internal static class FaultyBatches
{
    /// <summary>What a call is named in a plan.</summary>
    public const string Send = FaultySender.Send + " batch";

    /// <inheritdoc cref="Send"/>
    public const string Find = FaultySender.Find + " batch";

    public static BatchSending Before(BatchSending inner, Life life) => inner with
    {
        Send = (channel, batch, cancellation) => SendAsync(() => inner.Send(channel, batch, cancellation), life),
        Find = (channel, batch, sentAfter, cancellation) => FindAsync(() => inner.Find(channel, batch, sentAfter, cancellation), life),
    };

    private static async Task<SendOutcome> SendAsync(Func<Task<SendOutcome>> call, Life life)
    {
        switch (life.Next(Send))
        {
            case Fault.DiesBefore:
                throw life.Die();
            case Fault.DiesAfter:
                await call();
                throw life.Die();
            case Fault.TakesEffectAndThrows:
                await call();
                return new SendOutcome.Unknown("no-answer", "The answer was lost.");
            case Fault.Unavailable:
                return new SendOutcome.Unknown("503", "Service unavailable.");
            default:
                return await call();
        }
    }

    private static async Task<BatchFinding> FindAsync(Func<Task<BatchFinding>> call, Life life) => life.Next(Find) switch
    {
        Fault.DiesBefore or Fault.DiesAfter => throw life.Die(),
        Fault.TakesEffectAndThrows or Fault.Unavailable => new BatchFinding.NoAnswer("503", "Service unavailable."),
        _ => await call(),
    };
}
