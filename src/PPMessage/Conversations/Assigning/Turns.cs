namespace PPMessage.Conversations.Assigning;

/// <summary>
/// Row <c>turns</c>: whose turn it was last, by scope (a team, or <c>-</c>), and who was promised a conversation that the inbox may not show yet. Whoever assigns
/// replaces it as he read it, so no two take the same turn, or the same last place.
/// </summary>
internal sealed record Turns
{
    /// <summary>Longer than work stays hidden and is tried again: by then a promise is kept, or was never meant.</summary>
    public static readonly TimeSpan PromiseFor = TimeSpan.FromMinutes(5);

    public IReadOnlyDictionary<string, string> Last { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<Promise> Promises { get; init; } = [];

    public Turns After(string scope, Promise promise) => this with
    {
        Last = new Dictionary<string, string>(Last) { [scope] = promise.AgentId },
        Promises = [.. Promises.Where(other => other.ConversationId != promise.ConversationId), promise],
    };

    public Turns Without(IEnumerable<Promise> over) => this with { Promises = [.. Promises.Except(over)] };

    /// <summary>Those that are too old to come.</summary>
    public IEnumerable<Promise> Expired(DateTimeOffset now) => Promises.Where(promise => now - promise.At >= PromiseFor);

    /// <summary>How many conversations each has, or will have.</summary>
    public IReadOnlyDictionary<string, int> Load(IReadOnlySet<Held> held) =>
        held.Union(Promises.Select(promise => promise.Held)).CountBy(pair => pair.AgentId).ToDictionary();
}

/// <param name="Sequence">The thread's when it was made. Once the inbox has gone beyond it the promise is over, kept or not; and whoever asks again at the same one, after a death, is given it again.</param>
internal sealed record Promise(string ConversationId, string AgentId, long Sequence, DateTimeOffset At)
{
    public Held Held => new(AgentId, ConversationId);
}

/// <summary>An open conversation and who has it.</summary>
internal readonly record struct Held(string AgentId, string ConversationId);
