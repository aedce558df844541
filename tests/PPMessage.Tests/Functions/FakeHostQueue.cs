using PPMessage.Storage;

namespace PPMessage.Tests.Functions;

/// <summary>A queue as the Functions host uses it, whatever keeps it.</summary>
/// <param name="Take">Up to so many messages, each hidden for the lease.</param>
/// <param name="Hide">Makes a message visible again after a time.</param>
/// <param name="Poison">Adds a text to <c>{queue}-poison</c>.</param>
internal sealed record FakeHostQueue(
    string Name,
    Func<int, TimeSpan, CancellationToken, Task<IReadOnlyList<QueueMessage>>> Take,
    Func<QueueReceipt, TimeSpan, Task> Hide,
    Func<QueueReceipt, Task> Delete,
    Func<string, Task> Poison)
{
    public static FakeHostQueue Of(IStore store, string queue) => new(
        queue,
        (max, lease, cancellation) => store.DequeueAsync(queue, max, lease, cancellation),
        (receipt, hiddenFor) => store.HideAsync(queue, receipt, hiddenFor, CancellationToken.None),
        receipt => store.DeleteAsync(queue, receipt, CancellationToken.None),
        text => store.EnqueueAsync($"{queue}-poison", text, TimeSpan.Zero, CancellationToken.None));
}

/// <summary>The queue settings of host.json, and the lease, which the real host fixes at ten minutes; tests shorten it to see what a dead host leaves behind.</summary>
internal sealed record FakeQueueSettings
{
    public int BatchSize { get; init; } = 16;

    public int MaxDequeueCount { get; init; } = 20;

    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan PollingInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(10);
}
