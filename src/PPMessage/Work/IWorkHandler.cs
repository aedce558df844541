using System.Text.Json;
using PPMessage.Storage;

namespace PPMessage.Work;

/// <summary>
/// Does one kind of work that goes on after an answer was given. Called at least once for each piece of work, possibly twice at the same time:
/// it is idempotent by key. Throwing means "later again"; after five times the work becomes a dead letter.
/// </summary>
internal interface IWorkHandler
{
    /// <summary>The word that names this work in its message, e.g. <c>inbound</c>.</summary>
    string Kind { get; }

    /// <summary>Where its messages lie; a dead letter is replayed there.</summary>
    string Queue => Queues.Work;

    Task HandleAsync(JsonElement payload, CancellationToken cancellation);

    /// <summary>Told when the work has become a dead letter, after the letter is written: for whoever waits for its end. At least once.</summary>
    Task GiveUpAsync(JsonElement payload, string reason, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>
/// What a timer does when it fires, on any instance. At most once for each due time: a run that dies is not repeated, so each run takes up what earlier ones left.
/// Two runs may overlap when one outlasts its interval.
/// </summary>
internal interface ITimerJob
{
    /// <summary>The name of the function whose <c>function.json</c> holds the schedule.</summary>
    string Name { get; }

    Task RunAsync(CancellationToken cancellation);
}
