namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What is still to go wrong. A mail takes the first of each kind that concerns its recipient, so that kinds combine.</summary>
internal sealed class MailMisbehaviours
{
    private static readonly string[] Afterwards =
        [MailMisbehaviour.Opened, MailMisbehaviour.Clicked, MailMisbehaviour.Unsubscribed, MailMisbehaviour.Complained, MailMisbehaviour.DelayedBounce];

    private readonly Pending<MailMisbehaviour> _next = new(one => one.Standing);

    public IReadOnlyList<MailMisbehaviour> Pending => _next.All;

    public void Add(IEnumerable<MailMisbehaviour> misbehaviours) => _next.Add(misbehaviours.SelectMany(one => Enumerable.Repeat(one, one.Standing ? 1 : Math.Max(1, one.Count))));

    /// <param name="kind">Null: all.</param>
    public void Clear(string? kind) => _next.Clear(one => kind is null || one.Kind == kind);

    public MailMisbehaviour? Take(string kind) => _next.Take(next => next.Kind == kind);

    public MailMisbehaviour? TakeAnswer(string method, string path) =>
        _next.Take(next => MailMisbehaviour.Answers.Contains(next.Kind) && Fits(next, method, path));

    public MailPlan TakePlan(string recipient)
    {
        MailMisbehaviour? TakeFor(string kind) => _next.Take(next => next.Kind == kind && (next.Recipient is null || next.Recipient == recipient));
        return new MailPlan
        {
            Deferral = TakeFor(MailMisbehaviour.TemporaryFail),
            Failure = TakeFor(MailMisbehaviour.PermanentFail) ?? TakeFor(MailMisbehaviour.QqRefusal),
            Afterwards = [.. Afterwards.Select(TakeFor).OfType<MailMisbehaviour>()],
            LateBy = TakeFor(MailMisbehaviour.Late) is { } late ? late.By ?? TimeSpan.FromSeconds(1) : null,
            Doubled = TakeFor(MailMisbehaviour.Doubled) is not null,
            OutOfOrder = TakeFor(MailMisbehaviour.OutOfOrder) is not null,
            Dropped = TakeFor(MailMisbehaviour.DropEvents) is not null,
            BeforeAnswer = TakeFor(MailMisbehaviour.EventBeforeAnswer) is not null,
        };
    }

    private static bool Fits(MailMisbehaviour next, string method, string path) => next.Path is null
        ? method == "POST" && (path.EndsWith("/messages", StringComparison.Ordinal) || path.EndsWith("/messages.mime", StringComparison.Ordinal))
        : path.Contains(next.Path, StringComparison.Ordinal) && (next.Method is null || next.Method == method);
}

/// <inheritdoc cref="CallPlan"/>
internal sealed record MailPlan : CallPlan
{
    public MailMisbehaviour? Deferral { get; init; }
    public MailMisbehaviour? Failure { get; init; }
    public IReadOnlyList<MailMisbehaviour> Afterwards { get; init; } = [];
}
