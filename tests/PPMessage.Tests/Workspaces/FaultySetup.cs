using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Tests.Workspaces;

/// <summary>Stands before a provider's set-up, so that the process can die around its calls, and their answers can be lost.</summary>
internal sealed class FaultySetup(IChannelSetup inner, Life life) : IChannelSetup
{
    /// <summary>What a call is named in a plan.</summary>
    public const string Survey = "provider survey";

    /// <inheritdoc cref="Survey"/>
    public const string Write = "provider write";

    public Task<IReadOnlyList<Check>> CheckAsync(Channel channel, CancellationToken cancellation) => inner.CheckAsync(channel, cancellation);

    public Task<Survey> SurveyAsync(Channel channel, CancellationToken cancellation) =>
        CallAsync(Survey, () => inner.SurveyAsync(channel, cancellation), new Survey([], "The answer was lost."));

    public Task<string?> WriteAsync(Channel channel, IReadOnlyList<Wish> wishes, CancellationToken cancellation) =>
        CallAsync(Write, () => inner.WriteAsync(channel, wishes, cancellation), "The answer was lost.");

    private async Task<T> CallAsync<T>(string name, Func<Task<T>> call, T lost)
    {
        switch (life.Next(name))
        {
            case Fault.DiesBefore:
                throw life.Die();
            case Fault.DiesAfter:
                await call();
                throw life.Die();
            case Fault.TakesEffectAndThrows:
                await call();
                return lost;
            case Fault.TakesEffectTwice:
                await call();
                return await call();
            case Fault.Unavailable:
                return lost;
            default:
                return await call();
        }
    }
}
