namespace PPMessage.Local.Sandbox;

/// <summary>How the calls about one message go; the default is how they should.</summary>
internal record CallPlan
{
    public TimeSpan? LateBy { get; init; }
    public bool Doubled { get; init; }
    public bool OutOfOrder { get; init; }
    public bool Dropped { get; init; }
    public bool BeforeAnswer { get; init; }
}

/// <summary>Makes the calls about one message: in order and once each unless the plan says otherwise.</summary>
internal sealed class PlannedCalls(CallPlan plan, TimeProvider time)
{
    private readonly List<Func<CancellationToken, Task>> _held = [];

    public async Task MakeAsync(Func<CancellationToken, Task> call, CancellationToken cancellation)
    {
        if (plan.Dropped) return;
        if (plan.OutOfOrder || plan.LateBy is not null) _held.Add(call);
        else await CallAsync(call, cancellation);
    }

    /// <summary>Makes those that were held back.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        if (_held.Count == 0) return;
        if (plan.LateBy is { } late) await Task.Delay(late, time, cancellation);
        if (plan.OutOfOrder) _held.Reverse();
        foreach (var call in _held) await CallAsync(call, cancellation);
    }

    private async Task CallAsync(Func<CancellationToken, Task> call, CancellationToken cancellation) =>
        await Task.WhenAll(Enumerable.Repeat(call, plan.Doubled ? 2 : 1).Select(one => one(cancellation)));
}
