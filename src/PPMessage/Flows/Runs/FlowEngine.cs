using Microsoft.Extensions.Logging;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Suppressions;

namespace PPMessage.Flows.Runs;

/// <summary>Where a run is moved: an edit of its thread, and what it is decided on.</summary>
/// <param name="Edit">Made of the thread as it was read.</param>
/// <param name="Live">Runs under way in the thread.</param>
/// <param name="Conversation">As the edit has it so far; null: there is none.</param>
/// <param name="Opens">See <see cref="StepScope.Opens"/>.</param>
/// <param name="Sequence">The thread's, as it was read.</param>
internal sealed record Place(ThreadEdit Edit, IReadOnlyList<LiveRun> Live, Conversation? Conversation, bool Opens, long Sequence)
{
    /// <summary>Of the conversation's row, when it lies resolved outside the head.</summary>
    public string? ClosedETag { get; init; }

    /// <summary>The conversation is not in the edit yet: it opens when the run says something.</summary>
    public bool IsFresh { get; init; }

    /// <summary>A message has just arrived.</summary>
    public bool IsInbound { get; init; }

    /// <summary>Runs of other threads that listen here.</summary>
    public IReadOnlyList<StoredWaiter> Waiters { get; init; } = [];

    /// <summary>The contact, where it is just being made, or was read already; null: it is read when it is asked for.</summary>
    public Contact? Contact { get; init; }

    /// <summary>What conditions of flows have asked here is known to the run that starts; null: nobody has asked.</summary>
    public ISurroundings? Surroundings { get; set; }
}

/// <summary>
/// Moves runs within an edit of their thread that the caller commits: whatever a signal makes of a run, its messages and its conversation is one commit. It writes
/// nothing itself but what deciding needs (long texts, promises of rules), all of it idempotent. Thread-safe.
/// </summary>
internal sealed class FlowEngine(FlowLibrary library, Workplaces workplaces, Findings findings, PPMessageOptions options, TimeProvider time, ILogger<FlowEngine> log)
{
    /// <summary>Under way in one thread at a time: they are read with every message.</summary>
    public const int MostLive = 50;

    /// <summary>What an inbound message sets off: it goes to the run that waits for it, else it may start one.</summary>
    /// <returns>What is left to be done (null: no run heard it), and the work for others, whether one heard it or not.</returns>
    public async Task<(Movement? Movement, IReadOnlyList<RunWork> Overtaken)> HearAsync(Place place, ThreadHead? headBefore, Received received, CancellationToken cancellation)
    {
        var conversation = place.Conversation!;
        IReadOnlyList<RunWork> overtaken = [];
        if (received.Word == OptOutWord.Stop)
        {
            overtaken = [.. RunWrites.Overtake(place.Edit, place.Live, conversation.Id, null, EndReasons.OptedOut), .. RunWrites.Overtake(place.Edit, place.Waiters, EndReasons.OptedOut)];
            // Those are written once: what a flow does now leaves them alone.
            place = place with { Live = [.. place.Live.Where(one => overtaken.All(work => work.RunId != one.Run.Id))], Waiters = [] };
        }
        else if (!received.IsAutomatic && place.Live.FirstOrDefault(one => one.Run.HearsReplies(conversation.Id)) is { } waiting)
        {
            var told = await MoveAsync(place, waiting.Run, waiting.ETag, new Signal.Replied(HeardOf(received)), received.MessageId, cancellation);
            return (told, []);
        }

        if (place.Live.Count >= MostLive)
        {
            log.TooManyRuns(received.Thread, MostLive);
            return (null, overtaken);
        }

        var isOptOut = received.Word is OptOutWord.Stop or OptOutWord.Help || (received.Word == OptOutWord.Start && headBefore?.Consent is { Stopped: true });
        foreach (var flow in (await library.ShelfAsync(cancellation)).For(TriggerWord.MessageReceived, received.ChannelKind, received.ChannelId))
        {
            if (await library.FindAsync(flow.Id, flow.Published!.Value, cancellation) is not { } definition) continue;
            if ((isOptOut && !definition.Trigger.IncludeOptOut) || (received.IsAutomatic && !definition.Trigger.IncludeAutomatic)) continue;
            var run = Begin(definition, RunKeys.Id(received.Ulid, received.Thread), conversation.ContactId, TriggerWord.MessageReceived) with
            {
                Message = HeardOf(received),
                ConversationId = conversation.Id,
                ListedBy = ThreadKeys.Conversation(conversation.Id)!.Value.Ulid,
            };
            if (!await MayStartAsync(place, run, definition, cancellation)) continue;
            var begun = await MoveAsync(place, run, null, new Signal.Started(), received.MessageId, cancellation);
            return (begun, overtaken);
        }

        return (null, overtaken);
    }

    /// <summary>
    /// The run of another thread whose answer an inbound message may be, told in the edit: nobody else hears the message then, unless that run refuses it
    /// (<see cref="FarAnswers"/>). Null: there is none, or a run of this thread waits for it.
    /// </summary>
    public static Waiter? Listening(ThreadEdit edit, StoredThread state, Conversation conversation, Received received)
    {
        if (received.IsAutomatic || received.Word == OptOutWord.Stop || LiveRun.Of(state).Any(one => one.Run.HearsReplies(conversation.Id))) return null;
        if (StoredWaiter.Of(state).FirstOrDefault(one => one.Waiter.Listens) is not { } stored) return null;
        edit.Write(Storage.RowWrite.Replace(stored.Row, stored.ETag, stored.Waiter with { AnsweredBy = received.MessageId }, FlowJson.Default.Waiter));
        return stored.Waiter;
    }

    /// <summary>A run at its flow's first step, not entered yet.</summary>
    public Run Begin(FlowDefinition flow, string id, string contactId, TriggerWord trigger) => new()
    {
        Id = id,
        ContactId = contactId,
        Trigger = Triggers.Word(trigger),
        FlowId = flow.FlowId,
        Version = flow.Version,
        Frames = [new Frame(flow.FlowId, flow.Version, flow.Start, flow.Variables)],
        StartedAt = time.GetUtcNow(),
        UpdatedAt = time.GetUtcNow(),
    };

    public async Task<bool> MayStartAsync(Place place, Run run, FlowDefinition flow, CancellationToken cancellation)
    {
        if (flow.Trigger.When is not { } when) return true;
        var scope = await ScopeAsync(place, run, cancellation);
        (scope.Flow, scope.Variables) = (flow, new Dictionary<string, System.Text.Json.JsonElement>(flow.Variables));
        return await scope.HoldsAsync(when, cancellation);
    }

    /// <param name="etag">Of the run's live row; null: it has none.</param>
    /// <param name="by">Whose work does what is left to be done.</param>
    public async Task<Movement> MoveAsync(Place place, Run run, string? etag, Signal signal, string by, CancellationToken cancellation)
    {
        var scope = await ScopeAsync(place, run, cancellation);
        var transition = await RunTransitions.TakeAsync(scope, signal, cancellation);
        if (scope.Fault is { } fault) log.StepBroke(fault, run.Id);
        foreach (var entry in transition.Entries) Telemetry.CountStep(entry.Type, entry.Outcome);
        return Applying.Apply(
            place, transition, etag, by, options.Timing.Claim, scope.Now);
    }

    private async Task<StepScope> ScopeAsync(Place place, Run run, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var head = place.Edit.Head;
        return new StepScope(
            run, place.Conversation, await workplaces.NowAsync(cancellation), options.Flows, place.Surroundings ??= findings.For(head, run.ContactId, place.Contact, place.Sequence, now), library, now)
        {
            LastAgent = head.LastAgent,
            Opens = place.Opens,
            MessagesThisHour = HourCount.At(head.FlowMessages, now),
        };
    }

    /// <summary>A message as runs remember it.</summary>
    public static HeardMessage HeardOf(Received received) => new HeardMessage(
        received.MessageId, received.WholeText ?? received.Content.Text, received.Subject, received.ChannelKind, received.ChannelId, received.Attachments.Count > 0, received.At).Cut();
}
