using System.Collections.Concurrent;
using System.Globalization;
using DotLiquid;

namespace PPMessage.Templates.Engine;

/// <summary>
/// The library looks for its filters, by reflection, once for each context: half a millisecond and 190 kB a rendering. So contexts are used again. Nothing of a
/// rendering stays in one: whatever it wrote to is emptied, and one in which something went wrong is thrown away.
/// </summary>
internal static class ContextPool
{
    private const int MostKept = 64;

    private static readonly ConcurrentQueue<Context> Free = new();

    public static Context Take(Hash roots, Budget budget, int mostIterations)
    {
        var context = TakeFree(mostIterations) ?? New(mostIterations);
        context.Environments.Add(roots);
        context.Scopes.Add(new Hash());
        context.Registers[Budget.Register] = budget;
        // Where loops keep how far they came. The library's own has no answer for one that continues before it began; this one says 0.
        context.Registers["for"] = new Hash();
        return context;
    }

    /// <summary>To be called when it went well, and only then.</summary>
    public static void Return(Context context)
    {
        context.Environments.Clear();
        context.Scopes.Clear();
        context.Registers.Clear();
        context.Errors.Clear();
        if (Free.Count < MostKept) Free.Enqueue(context);
    }

    // A context's iterations cannot be changed. Those who ask for other ones than most share nothing.
    private static Context? TakeFree(int mostIterations)
    {
        if (!Free.TryDequeue(out var context)) return null;
        if (context.MaxIterations == mostIterations) return context;
        Free.Enqueue(context);
        return null;
    }

    private static Context New(int mostIterations)
    {
        var context = new Context([], new Hash(), new Hash(), ErrorsOutputMode.Rethrow, mostIterations, CultureInfo.InvariantCulture, CancellationToken.None);
        context.Scopes.Clear();
        return context;
    }
}
