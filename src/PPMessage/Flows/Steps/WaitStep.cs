using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Segments;

namespace PPMessage.Flows.Steps;

/// <summary>
/// Lets time pass: a duration (<c>for</c>), until a clock shows a time (<c>until</c>, in the contact's zone), or until somebody is there (<c>untilOpen</c>). It may listen
/// meanwhile (<c>unless</c>) to the contact or to the agents.
/// </summary>
internal sealed class WaitStep : Step
{
    public const string Word = "wait";
    public const string Elapsed = "elapsed";
    public const string Replied = "replied";
    public const string AgentActed = "agent";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    public override string Type => Word;

    public override bool Waits => true;

    public override IReadOnlyList<string> Outcomes => [Elapsed, .. UnlessReply ? [Replied] : Array.Empty<string>(), .. UnlessAgent ? [AgentActed] : Array.Empty<string>()];

    public required TimeSpan? For { get; init; }

    public required TimeOnly? Until { get; init; }

    /// <summary>Until business hours: the conversation's team's, else the workspace's.</summary>
    public required bool UntilOpen { get; init; }

    public required bool UnlessReply { get; init; }

    public required bool UnlessAgent { get; init; }

    public static WaitStep Read(StepReader reader)
    {
        var unless = reader.Fields.Texts("unless", [], 2, 10);
        foreach (var word in unless.Where(word => word is not ("reply" or "agent"))) reader.Refuse("unless", $"'{word}' can't be listened to: it may be reply and agent");
        var step = new WaitStep
        {
            Name = reader.Name,
            For = reader.Duration("for", Shortest, Longest),
            Until = ClockTime(reader),
            UntilOpen = reader.Fields.Flag("untilOpen", false),
            UnlessReply = unless.Contains("reply"),
            UnlessAgent = unless.Contains("agent"),
        };
        var ways = new[] { reader.Has("for"), reader.Has("until"), step.UntilOpen }.Count(one => one);
        if (ways != 1) reader.Refuse("for", "name one of: for (a duration), until (a time such as 09:00), untilOpen (true)");
        return step;
    }

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        if (await DueAsync(scope, cancellation) is not { } due) return Move.Failed("There are no business hours within a year.");
        if (due <= scope.Now) return new Move.On(Elapsed);
        var kind = UnlessAgent && !UnlessReply ? WaitKind.Agent : UnlessReply ? WaitKind.Reply : WaitKind.Time;
        return new Move.Park(new Wait(kind, scope.Run.Visit, scope.Now, due, UnlessReply, UnlessAgent));
    }

    public override ValueTask<Move> ResumeAsync(StepScope scope, Wait wait, Signal signal, CancellationToken cancellation) => new(new Move.On(signal switch
    {
        Signal.Replied => Replied,
        Signal.AgentActed => AgentActed,
        _ => Elapsed,
    }));

    private async ValueTask<DateTimeOffset?> DueAsync(StepScope scope, CancellationToken cancellation)
    {
        if (For is { } duration) return scope.Now + duration;
        if (UntilOpen) return scope.Workplace.NextOpening(scope.Conversation?.Team, scope.Now);
        var person = await scope.PersonAsync(withPresence: false, cancellation);
        return LocalTimes.Next(Until!.Value, ContactFields.Zone(person?.Contact.TimeZone, scope.Workplace.Hours.TimeZone), scope.Now);
    }

    private static TimeOnly? ClockTime(StepReader reader)
    {
        if (reader.Fields.OptionalText("until", null, 5) is not { } text) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time)) return time;
        reader.Refuse("until", "must be a time of the day such as 09:00");
        return null;
    }
}

internal static class LocalTimes
{
    /// <summary>
    /// The next instant after this one at which clocks of the zone show the time. Where a change of the clock skips it, the first instant behind the gap; where it
    /// comes twice, the first of the two. Pure.
    /// </summary>
    public static DateTimeOffset Next(TimeOnly time, TimeZoneInfo zone, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        for (var day = today; ; day = day.AddDays(1))
            if (InstantOf(day.ToDateTime(time), zone) is var instant && instant > now) return instant;
    }

    private static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
