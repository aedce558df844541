namespace PPMessage.Local.Sandbox;

/// <summary>
/// What is still to go wrong, in order. A call takes at most one answer (429 … refused); a message that was accepted takes the first of each kind
/// that concerns its callbacks, so that kinds combine.
/// </summary>
internal sealed class Misbehaviours
{
    private static readonly HashSet<string> Answers =
    [
        Misbehaviour.TooManyRequests, Misbehaviour.ServerError, Misbehaviour.Unavailable, Misbehaviour.ServerErrorAfterAccept,
        Misbehaviour.TimeoutAfterAccept, Misbehaviour.ResetBeforeAccept, Misbehaviour.ResetAfterAccept, Misbehaviour.Refused,
    ];

    private readonly Pending<Misbehaviour> _next = new(one => one.Standing);

    public IReadOnlyList<Misbehaviour> Pending => _next.All;

    public void Add(IEnumerable<Misbehaviour> misbehaviours) => _next.Add(misbehaviours.SelectMany(Repeated));

    /// <param name="kind">Null: all.</param>
    public void Clear(string? kind) => _next.Clear(one => kind is null || one.Kind == kind);

    public Misbehaviour? TakeAnswer(string method, string path) => _next.Take(next => Answers.Contains(next.Kind) && Fits(next, method, path));

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

    private static IEnumerable<Misbehaviour> Repeated(Misbehaviour one) => Enumerable.Repeat(one, one.Standing || one.Kind == Misbehaviour.InboundTimes ? 1 : one.Count);

    private static bool Fits(Misbehaviour next, string method, string path) => next.Path is null
        ? method == "POST" && path.EndsWith("/Messages.json", StringComparison.Ordinal)
        : path.Contains(next.Path, StringComparison.Ordinal);

    private Misbehaviour? Take(string kind) => _next.Take(next => next.Kind == kind);
}

/// <inheritdoc cref="CallPlan"/>
internal sealed record DeliveryPlan : CallPlan
{
    public Misbehaviour? Final { get; init; }
}
