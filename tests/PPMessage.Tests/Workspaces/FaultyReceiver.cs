using PPMessage.Webhooks;

namespace PPMessage.Tests.Workspaces;

/// <summary>Stands before webhooks' receivers, so that the process can die around a call, and the call's answer can be lost.</summary>
internal static class FaultyReceiver
{
    /// <summary>What a call is named in a plan.</summary>
    public const string Call = "provider receive";

    private static readonly ReceiverAnswer Lost = new(0, string.Empty, "The answer was lost.", null, 0);

    public static CallReceiver Before(CallReceiver inner, Life life) => async (webhook, id, body, cancellation) =>
    {
        switch (life.Next(Call))
        {
            case Fault.DiesBefore:
                throw life.Die();
            case Fault.DiesAfter:
                await inner(webhook, id, body, cancellation);
                throw life.Die();
            case Fault.TakesEffectAndThrows:
                await inner(webhook, id, body, cancellation);
                return Lost;
            case Fault.TakesEffectTwice:
                await inner(webhook, id, body, cancellation);
                return await inner(webhook, id, body, cancellation);
            case Fault.Unavailable:
                return Lost;
            default:
                return await inner(webhook, id, body, cancellation);
        }
    };
}
