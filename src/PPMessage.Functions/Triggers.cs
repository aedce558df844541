using PPMessage.Work;

namespace PPMessage.Functions;

/// <summary>Does the work of one queue message. True: done, it may be deleted. False: leave it to be delivered again.</summary>
internal delegate Task<bool> QueueCall(string queue, string text, int dequeueCount, CancellationToken cancellation);

/// <summary>Runs the job of a timer function.</summary>
internal delegate Task TimerCall(string function, CancellationToken cancellation);

/// <summary>What triggers lead to, the same whether the Functions host or a pump in this process triggers.</summary>
internal static class Triggers
{
    public static void AddTriggers(this IServiceCollection services, bool underFunctionsHost)
    {
        var triggers = Trigger.ReadAll(AppContext.BaseDirectory);
        services.AddSingleton(triggers);
        services.AddSingleton(Work);
        services.AddSingleton(Timers);
        if (underFunctionsHost) return;

        foreach (var trigger in triggers.Where(t => t.Kind == Trigger.QueueKind && !IsPoison(t.Queue!))) services.AddPump<QueuePump>(trigger.Queue!);
        foreach (var trigger in triggers.Where(t => t.Kind == Trigger.Timer)) services.AddPump<TimerPump>(trigger);
    }

    /// <summary>Comes back when the program listens.</summary>
    public static async Task StartedAsync(TimeProvider time, CancellationToken started, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(started, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
    }

    private static void AddPump<TPump>(this IServiceCollection services, object trigger) where TPump : IHostedService =>
        services.AddSingleton<IHostedService>(p => ActivatorUtilities.CreateInstance<TPump>(p, trigger, p.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted));

    private static bool IsPoison(string queue) => queue.EndsWith(Trigger.Poison, StringComparison.Ordinal);

    private static QueueCall Work(IServiceProvider services)
    {
        var runner = services.GetRequiredService<WorkRunner>();
        return async (queue, text, dequeueCount, cancellation) =>
        {
            if (!IsPoison(queue)) return await runner.RunAsync(text, dequeueCount, cancellation);
            await runner.KeepPoisonAsync(text, cancellation);
            return true;
        };
    }

    private static TimerCall Timers(IServiceProvider services)
    {
        var jobs = services.GetServices<ITimerJob>().ToDictionary(job => job.Name);
        return (function, cancellation) => jobs[function].RunAsync(cancellation);
    }
}
