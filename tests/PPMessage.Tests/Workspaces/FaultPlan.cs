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

/// <summary>Lets the n-th call of a process, to the store or to the provider, go wrong in one way. Thread-safe.</summary>
internal sealed class FaultPlan(int at, Fault fault)
{
    private int _calls;

    /// <summary>Calls made so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Whether the fault has happened.</summary>
    public bool Struck => Calls >= at;

    public bool IsDead { get; private set; }

    /// <summary>What becomes of the call that is about to be made; null: nothing unusual. Calls of a dead process throw.</summary>
    public Fault? Next()
    {
        if (IsDead) throw new ProcessDiedException();
        return Interlocked.Increment(ref _calls) == at ? fault : null;
    }

    public ProcessDiedException Die()
    {
        IsDead = true;
        return new ProcessDiedException();
    }

    /// <summary>Counts only.</summary>
    public static FaultPlan None() => new(int.MaxValue, Fault.DiesBefore);
}

internal sealed class ProcessDiedException() : Exception("The process is dead.");
