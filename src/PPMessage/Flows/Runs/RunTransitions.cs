using System.Text.Json;
using PPMessage.Flows.Definitions;

namespace PPMessage.Flows.Runs;

/// <summary>
/// What a signal makes of a run: the one transition function of engine, simulator and tests. It takes steps until the run is parked or over. It writes nothing;
/// what it has to know beyond its arguments it asks the scope's surroundings.
/// </summary>
internal static class RunTransitions
{
    public static async ValueTask<Transition> TakeAsync(StepScope scope, Signal signal, CancellationToken cancellation)
    {
        var before = scope.Run;
        var walk = new Walk(scope, signal);
        if (signal is Signal.Replied replied) scope.Run = scope.Run with { Message = replied.Message };
        scope.Run = scope.Run with { Overtaken = null, UpdatedAt = scope.Now, Transitions = before.Transitions + 1 };
        if (scope.Now - before.StartedAt > TimeSpan.FromDays(scope.Limits.Days)) walk.End(RunState.Ended, EndReasons.Expired, null);
        else await walk.GoAsync(cancellation);
        var heard = signal is Signal.Started ? before.Message : (signal as Signal.Replied)?.Message;
        if (heard is { IsCut: true } && walk.Entries.Count > 0) walk.Entries[0] = walk.Entries[0] with { Cut = true };
        return new Transition(before, scope.Run, walk.Entries, scope.Effects, scope.Conversation, scope.Waits);
    }

    /// <summary>The same run, ended from outside. Pure.</summary>
    public static Transition End(Run run, string reason, string? error, DateTimeOffset now)
    {
        var after = run with
        {
            State = reason == EndReasons.Failed ? RunState.Failed : RunState.Ended,
            Reason = reason,
            Error = error,
            Wait = null,
            Message = run.Message?.Bare(),
            UpdatedAt = now,
            Transitions = run.Transitions + 1,
            Overtaken = null,
        };
        var entry = run.Wait is { } wait && run.Frames is [.., var frame]
            ? new StepEntry(wait.Visit, frame.Step, wait.StepType, run.Frames.Count > 1 ? frame.FlowId : null, wait.Since, now, reason, null, error, [], [], [])
            : null;
        return new Transition(run, after, entry is null ? [] : [entry], [], null, Waits: false);
    }

    /// <summary>One transition under way.</summary>
    private sealed class Walk(StepScope scope, Signal signal)
    {
        // Of all flows that call one another here: who returns goes on in the caller.
        private readonly Dictionary<(string Id, int Version), FlowDefinition> _flows = [];

        private DateTimeOffset _enteredAt = scope.Now;
        private int _effectsBefore;

        public List<StepEntry> Entries { get; } = [];

        public async ValueTask GoAsync(CancellationToken cancellation)
        {
            if (await FirstAsync(cancellation) is not var (step, move)) return;
            for (var taken = 1; ; taken++)
            {
                if (move is Move.Park park)
                {
                    Parked(step, park.Wait);
                    return;
                }

                if (Next(step, move) is not { } next) return;
                step = next;
                if (taken >= scope.Limits.StepsAtOnce || scope.Run.Visit >= scope.Limits.Steps)
                {
                    End(RunState.Failed, EndReasons.TooLong, taken >= scope.Limits.StepsAtOnce ? $"It took {taken} steps without waiting." : $"It took {scope.Run.Visit} steps.");
                    return;
                }

                move = await EnterAsync(step, cancellation);
            }
        }

        /// <summary>Where the signal meets the run; null: it can't go on there.</summary>
        private async ValueTask<(Step Step, Move Move)?> FirstAsync(CancellationToken cancellation)
        {
            var frame = scope.Run.Frames[^1];
            foreach (var one in scope.Run.Frames)
                if (await scope.Library.FindAsync(one.FlowId, one.Version, cancellation) is { } found) _flows[(one.FlowId, one.Version)] = found;
            if (!_flows.TryGetValue((frame.FlowId, frame.Version), out var flow) || flow.Find(frame.Step) is not { } step)
            {
                End(RunState.Failed, EndReasons.Failed, $"Version {frame.Version} of the flow, or its step {frame.Step}, is not there.");
                return null;
            }

            scope.Flow = flow;
            scope.Variables = new Dictionary<string, JsonElement>(frame.Variables);
            if (signal is Signal.Started or Signal.Retried) return (step, await EnterAsync(step, cancellation));
            _enteredAt = scope.Run.Wait!.Since;
            return (step, await GuardedAsync(step, resumed => resumed.ResumeAsync(scope, scope.Run.Wait, signal, cancellation)));
        }

        private ValueTask<Move> EnterAsync(Step step, CancellationToken cancellation)
        {
            _enteredAt = scope.Now;
            scope.Run = scope.Run with { Visit = scope.Run.Visit + 1, Wait = null };
            return GuardedAsync(step, entering => entering.EnterAsync(scope, cancellation));
        }

        /// <summary>
        /// A mistake of ours in a step fails the step: message and run are one commit, and a customer's message must not be lost with it. What a store or a network throws
        /// goes through, for it passes when it is tried again.
        /// </summary>
        private async ValueTask<Move> GuardedAsync(Step step, Func<Step, ValueTask<Move>> take)
        {
            try
            {
                return await take(step);
            }
            catch (Exception e) when (IsOurs(e))
            {
                scope.Fault = e;
                return Move.Failed($"The step broke on something that nobody has foreseen ({e.GetType().Name}).");
            }
        }

        private static bool IsOurs(Exception e) => e is ArgumentException or ArithmeticException or FormatException or IndexOutOfRangeException or InvalidCastException
            or JsonException or KeyNotFoundException or NotSupportedException or NullReferenceException or (InvalidOperationException and not ObjectDisposedException);

        private void Parked(Step step, Wait wait)
        {
            At(step.Name);
            scope.Run = scope.Run with { Wait = wait with { StepType = step.Type }, State = wait.Kind == WaitKind.Callback ? RunState.Running : RunState.Waiting };
            // What it has said so far is told now, and how the waiting ended when it has.
            if (scope.Effects.Count > _effectsBefore) Record(step, null, null, null);
        }

        /// <summary>The step that follows; null: the run is over.</summary>
        private Step? Next(Step step, Move move) => move switch
        {
            Move.On on => Follow(step, on.Outcome, on.Error),
            Move.Call call => Begin(step, call),
            _ => Return(step),
        };

        private Step? Follow(Step step, string outcome, string? error)
        {
            var connected = step.Targets.ContainsKey(outcome) ? outcome : step.Targets.ContainsKey(Step.Failed) && outcome != Step.Failed ? Step.Failed : null;
            Count(step, outcome);
            if (connected is null)
            {
                Record(step, outcome, null, error);
                // Nothing went wrong where the contact wants no messages.
                if (outcome == Steps.SendStep.Suppressed) End(RunState.Ended, EndReasons.OptedOut, error);
                else End(RunState.Failed, EndReasons.Failed, error ?? $"The outcome {outcome} of {step.Name} leads nowhere.");
                return null;
            }

            var next = scope.Flow.Find(step.Targets[connected]);
            Record(step, outcome, next?.Name, error);
            return next is null ? Return(null) : At(next.Name, next);
        }

        private Step? Begin(Step step, Move.Call call)
        {
            if (scope.Run.Frames.Count >= FlowLimits.Depth) return Follow(step, Step.Failed, $"Sub-flows may be {FlowLimits.Depth - 1} deep.");
            At(step.Name);
            Record(step, null, call.Flow.Name, null);
            var variables = new Dictionary<string, JsonElement>(call.Flow.Variables);
            foreach (var (name, value) in call.Arguments) variables[name] = value;
            _flows[(call.Flow.FlowId, call.Flow.Version)] = call.Flow;
            (scope.Flow, scope.Variables) = (call.Flow, variables);
            scope.Run = scope.Run with { Frames = [.. scope.Run.Frames, new Frame(call.Flow.FlowId, call.Flow.Version, call.Flow.Start, variables)] };
            return call.Flow.Find(call.Flow.Start);
        }

        /// <summary>A flow is over: who called it goes on.</summary>
        private Step? Return(Step? last)
        {
            if (last is not null) Record(last, null, null, null);
            if (scope.Run.Frames.Count == 1)
            {
                End(RunState.Completed, EndReasons.Completed, null);
                return null;
            }

            scope.Run = scope.Run with { Frames = [.. scope.Run.Frames.SkipLast(1)] };
            var frame = scope.Run.Frames[^1];
            if (!_flows.TryGetValue((frame.FlowId, frame.Version), out var caller) || caller.Find(frame.Step) is not Steps.SubflowStep step)
            {
                End(RunState.Failed, EndReasons.Failed, $"Version {frame.Version} of the flow that called, or its step {frame.Step}, is not there.");
                return null;
            }

            (scope.Flow, scope.Variables, _enteredAt) = (caller, new Dictionary<string, JsonElement>(frame.Variables), scope.Now);
            return step.Returned(scope) is { } why ? Follow(step, Step.Failed, why) : Follow(step, step.Outcomes[0], null);
        }

        public void End(RunState state, string reason, string? error)
        {
            if (scope.Flow is not null && scope.Run.Frames.Count > 0) At(scope.Run.Frames[^1].Step);
            // The message itself lies in the conversation; only who may go on needs its words.
            var message = state == RunState.Failed ? scope.Run.Message : scope.Run.Message?.Bare();
            scope.Run = scope.Run with { State = state, Reason = reason, Error = error, Wait = null, Message = message };
        }

        private void At(string step) =>
            scope.Run = scope.Run with { Frames = [.. scope.Run.Frames.SkipLast(1), scope.Run.Frames[^1] with { Step = step, Variables = scope.Variables }] };

        private Step At(string name, Step step)
        {
            At(name);
            return step;
        }

        private void Count(Step step, string outcome)
        {
            if (scope.Run.Frames.Count > 1) return;
            var key = $"{step.Name}:{outcome}";
            scope.Run = scope.Run with { Counts = new Dictionary<string, int>(scope.Run.Counts) { [key] = scope.Run.Counts.GetValueOrDefault(key) + 1 } };
        }

        private void Record(Step step, string? outcome, string? next, string? error)
        {
            var done = scope.Effects.Skip(_effectsBefore).ToList();
            _effectsBefore = scope.Effects.Count;
            var said = done.OfType<Effect.Say>().ToList();
            Entries.Add(new StepEntry(
                scope.Run.Visit, step.Name, step.Type, scope.Run.Frames.Count > 1 ? scope.Flow.FlowId : null, _enteredAt, scope.Now, outcome, next, error,
                [.. said.Select(say => say.Plan.MessageId)], [.. done.Select(TextOf).OfType<string>()], scope.Findings));
            scope.Findings = [];
        }

        private static string? TextOf(Effect effect) => effect switch
        {
            Effect.Say say => say.Text,
            Effect.Note note => note.Text,
            _ => null,
        };
    }
}
