using PPMessage.Flows.Calls;

namespace PPMessage.Tests.Workspaces;

/// <summary>Stands before the programs that flows call, so that the process can die around a call, and the call's answer can be lost.</summary>
internal static class FaultyProgram
{
    /// <summary>What a call is named in a plan.</summary>
    public const string Call = "provider program";

    private static readonly CallAnswer Lost = CallAnswer.None("The answer was lost.", mayBeRetried: true);

    public static CallProgram Before(CallProgram inner, Life life) => async (request, cancellation) =>
    {
        switch (life.Next(Call))
        {
            case Fault.DiesBefore:
                throw life.Die();
            case Fault.DiesAfter:
                await inner(request, cancellation);
                throw life.Die();
            case Fault.TakesEffectAndThrows:
                await inner(request, cancellation);
                return Lost;
            case Fault.TakesEffectTwice:
                await inner(request, cancellation);
                return await inner(request, cancellation);
            case Fault.Unavailable:
                return Lost;
            default:
                return await inner(request, cancellation);
        }
    };
}
