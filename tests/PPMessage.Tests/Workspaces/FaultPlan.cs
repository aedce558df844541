using System.Collections.Concurrent;

namespace PPMessage.Tests.Workspaces;

internal enum Fault
{
    /// <summary>The process dies before the call is made.</summary>
    DiesBefore,

    /// <summary>The call takes effect, and the process dies before it hears of it.</summary>
    DiesAfter,

    /// <summary>The call takes effect and its answer is lost: the process lives and sees an error.</summary>
    TakesEffectAndThrows,

    /// <summary>The network repeats the call: it takes effect twice, and the second answer is the one that is heard.</summary>
    TakesEffectTwice,

    /// <summary>The call does not take effect and the process sees an error (a 503).</summary>
    Unavailable,
}

/// <summary>One call that goes wrong, counted from 1.</summary>
internal sealed record Strike(int At, Fault Fault)
{
    private static readonly string[] Reads = ["read ", "range ", "open blob", FaultySender.Find];

    /// <summary>
    /// The one strike that is played for all that can't be told apart: a call that only reads has no effect that it could take before or after a death, or
    /// before an error. Null: nothing goes wrong at all, for to read twice is to read.
    /// </summary>
    public Strike? On(string call) => !Reads.Any(read => call.StartsWith(read, StringComparison.Ordinal)) ? this : Fault switch
    {
        Fault.DiesAfter => this with { Fault = Fault.DiesBefore },
        Fault.TakesEffectAndThrows => this with { Fault = Fault.Unavailable },
        Fault.TakesEffectTwice => null,
        _ => this,
    };
}

/// <summary>Lets some of the calls that are made to the store and to the provider go wrong, over as many processes as it takes. Thread-safe.</summary>
internal sealed class FaultPlan(params IReadOnlyList<Strike> strikes)
{
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentQueue<int> _deaths = new();
    private readonly Lock _lock = new();

    /// <summary>Told of each call before it is made: what is done in it happens in between.</summary>
    public Action<string>? Meanwhile { get; init; }

    /// <summary>What was called so far, in order.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    /// <summary>How many calls there had been at each death: with those that others made while the fatal one was on its way.</summary>
    public IReadOnlyList<int> Deaths => [.. _deaths];

    public void Die() => _deaths.Enqueue(_calls.Count);

    /// <summary>What becomes of the call that is about to be made; null: nothing unusual.</summary>
    public Fault? Next(string call)
    {
        Meanwhile?.Invoke(call);
        lock (_lock)
        {
            _calls.Enqueue(call);
            return strikes.FirstOrDefault(strike => strike.At == _calls.Count)?.Fault;
        }
    }
}

/// <summary>One process: once dead it makes no more calls, whatever of it still runs. Thread-safe.</summary>
/// <param name="plan">What its calls suffer now; null: nothing.</param>
internal sealed class Life(Func<FaultPlan?> plan)
{
    public bool IsDead { get; private set; }

    public Fault? Next(string call) => IsDead ? throw new ProcessDiedException() : plan()?.Next(call);

    public ProcessDiedException Die()
    {
        IsDead = true;
        plan()?.Die();
        return new ProcessDiedException();
    }
}

internal sealed class ProcessDiedException() : Exception("The process is dead.");
