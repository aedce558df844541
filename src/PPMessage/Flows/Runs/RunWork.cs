using System.Text.Json;

namespace PPMessage.Flows.Runs;

/// <summary>Work <c>run</c>: something is to be told a run. A woken run looks again at what it waits for.</summary>
/// <param name="Visit">Of the wait that may be due; null: it is no time that passed.</param>
/// <param name="Start">The run is to begin.</param>
internal sealed record RunWork(string RunId, int? Visit, RunStart? Start = null)
{
    /// <summary>A failed run is to go on; the transition after which it was asked for. Null: that is not it.</summary>
    public int? Retry { get; init; }

    /// <summary>Its wait is over by what has happened in another thread, where its waiter's row says what. Null: that is not it.</summary>
    public string? OvertakenIn { get; init; }
}

/// <summary>A run that is to begin, with all that a repetition must find again.</summary>
/// <param name="ConversationId">Null: one is opened when something is said.</param>
/// <param name="ChannelId">Whose thread with <paramref name="Address"/> it lies in; null: the contact has no address that a channel reaches.</param>
internal sealed record RunStart(
    string FlowId, int Version, string ContactId, string Trigger, string? ConversationId, string? ChannelId, string? Address, IReadOnlyDictionary<string, JsonElement> Variables);
