namespace PPMessage.Local.Sandbox;

/// <summary>
/// What is still to go wrong, in order. A call takes at most one answer (429 … resetAfterAccept); a message that was accepted takes the first of each kind
/// that concerns its callbacks, so that kinds combine.
/// </summary>
internal sealed class Misbehaviours
{
    private static readonly HashSet<string> Answers =
    [
        Misbehaviour.TooManyRequests, Misbehaviour.ServerError, Misbehaviour.Unavailable, Misbehaviour.ServerErrorAfterAccept,
        Misbehaviour.TimeoutAfterAccept, Misbehaviour.ResetBeforeAccept, Misbehaviour.ResetAfterAccept,
    ];

    private readonly Lock _lock = new();
    private readonly List<Misbehaviour> _next = [];

    public IReadOnlyList<Misbehaviour> Pending
    {
        get
        {
            lock (_lock) return [.. _next];
        }
    }

    public void Add(IEnumerable<Misbehaviour> misbehaviours)
    {
        lock (_lock) _next.AddRange(misbehaviours.SelectMany(Repeated));
    }

    public void Clear()
    {
        lock (_lock) _next.Clear();
    }

    public Misbehaviour? TakeAnswer(string method, string path) => Take(next => Answers.Contains(next.Kind) && Fits(next, method, path));

    public DeliveryPlan TakeDelivery() => new()
    {
        Final = Take(Misbehaviour.FinalStatus),
        LateBy = Take(Misbehaviour.Late) is { } late ? late.By ?? TimeSpan.FromSeconds(1) : null,
        Doubled = Take(Misbehaviour.Doubled) is not null,
        OutOfOrder = Take(Misbehaviour.OutOfOrder) is not null,
        Dropped = Take(Misbehaviour.DropCallbacks) is not null,
        BeforeAnswer = Take(Misbehaviour.CallbackBeforeAnswer) is not null,
    };

    /// <summary>How often the next inbound text is told to the application; normally once.</summary>
    public int TakeInboundTimes() => Take(Misbehaviour.MissInbound) is not null ? 0 : Take(Misbehaviour.InboundTimes)?.Count ?? 1;

    public bool TakeBadSignature() => Take(Misbehaviour.BadSignature) is not null;

    public bool TakeMediaNotFound() => Take(Misbehaviour.MediaNotFound) is not null;

    private static IEnumerable<Misbehaviour> Repeated(Misbehaviour one) => Enumerable.Repeat(one, one.Kind == Misbehaviour.InboundTimes ? 1 : one.Count);

    private static bool Fits(Misbehaviour next, string method, string path) => next.Path is null
        ? method == "POST" && path.EndsWith("/Messages.json", StringComparison.Ordinal)
        : path.Contains(next.Path, StringComparison.Ordinal);

    private Misbehaviour? Take(string kind) => Take(next => next.Kind == kind);

    private Misbehaviour? Take(Predicate<Misbehaviour> fits)
    {
        lock (_lock)
        {
            var index = _next.FindIndex(fits);
            if (index < 0) return null;
            var taken = _next[index];
            _next.RemoveAt(index);
            return taken;
        }
    }
}

/// <summary>How the status callbacks of one message go; the default is how they should.</summary>
internal sealed record DeliveryPlan
{
    public Misbehaviour? Final { get; init; }
    public TimeSpan? LateBy { get; init; }
    public bool Doubled { get; init; }
    public bool OutOfOrder { get; init; }
    public bool Dropped { get; init; }
    public bool BeforeAnswer { get; init; }
}
