using System.Text.Json;
using PPMessage.Agents;
using PPMessage.Conversations;
using PPMessage.Filters;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Suppressions;

namespace PPMessage.Flows.Simulation;

/// <summary>
/// Plays a flow on a simulated clock: the engine's own transitions, with a described world around them. What the engine does between transitions (who hears a message,
/// what an agent's answer ends, when a call is made again) is done here in the same order. For one simulation; not thread-safe.
/// </summary>
internal sealed class Simulator
{
    /// <summary>Far more than any conversation has.</summary>
    public const int MostTransitions = 1000;

    private readonly Scene _scene;
    private readonly SimulatedSurroundings _surroundings;
    private readonly Trace _trace;
    private readonly List<string> _warnings;
    private readonly List<ScriptAnswer> _answers;

    private DateTimeOffset _now;
    private Run _run;
    private Conversation _conversation;
    private string? _lastAgent;
    private HourCount? _said;

    // Nothing was said yet, and no conversation is there: it opens with what the run does.
    private bool _isFresh;

    private Simulator(Scene scene)
    {
        (_scene, _surroundings, _trace) = (scene, new SimulatedSurroundings(scene), new Trace());
        (_warnings, _answers) = ([.. scene.Warnings], [.. scene.Script.Answers]);
        (_now, _conversation, _lastAgent) = (scene.At, scene.Conversation, scene.LastAgent);
        _isFresh = scene.Message is null && scene.IsNew;
        var variables = new Dictionary<string, JsonElement>(scene.Flow.Variables);
        foreach (var (name, value) in scene.Script.Variables) variables[name] = value;
        _run = new Run
        {
            Id = RunKeys.Id(Ids.SeededUlid(_now, scene.Flow.FlowId), ThreadKeys.Conversation(_conversation.Id)!.Value.Thread), ContactId = scene.Person.Contact.Id, ConversationId = scene.IsNowhere ? null : _conversation.Id,
            Trigger = Triggers.Word(scene.Flow.Trigger.On), Message = scene.Message, FlowId = scene.Flow.FlowId, Version = scene.Flow.Version,
            Frames = [new Frame(scene.Flow.FlowId, scene.Flow.Version, scene.Flow.Start, variables)], StartedAt = _now, UpdatedAt = _now,
        };
    }

    public static async Task<SimulationView> PlayAsync(Scene scene, CancellationToken cancellation)
    {
        var simulator = new Simulator(scene);
        return await simulator.StartAsync(cancellation) is { } why ? simulator.View(SimulationView.NotStarted, why) : await simulator.PlayAsync(cancellation);
    }

    private bool IsAtEnd => _run.IsOver || _run.Transitions >= MostTransitions;

    /// <summary>Null: it has begun; else why it does not begin.</summary>
    private async Task<string?> StartAsync(CancellationToken cancellation)
    {
        var opens = _scene.IsNew || (_scene.Message is not null && !Unassigned);
        var (trigger, word) = (_scene.Flow.Trigger, _scene.Message is { } message ? WordOf(message.Text) : null);
        if (word == OptOutWord.Stop) _surroundings.Stopped = true;
        if (word is OptOutWord.Stop or OptOutWord.Help && !trigger.IncludeOptOut) return "The message is nothing but STOP or HELP, which starts this flow only with includeOptOut.";
        if (trigger.ChannelKind is { } kind && kind != _conversation.ChannelKind) return $"It starts on channels of the kind {kind}, not {_conversation.ChannelKind}.";
        if (trigger.ChannelId is { } channel && channel != _conversation.ChannelId) return $"It starts on the channel {channel} only, and this is another one ({_conversation.ChannelKind}).";
        if (trigger.When is { } when)
        {
            var scope = Scope(opens);
            (scope.Flow, scope.Variables) = (_scene.Flow, new Dictionary<string, JsonElement>(_scene.Flow.Variables));
            var holds = await scope.HoldsAsync(when, cancellation);
            _trace.Add(_now, "trigger", holds ? "started" : SimulationView.NotStarted, scope.Findings);
            if (!holds) return "The trigger's condition does not hold.";
        }

        await TakeAsync(new Signal.Started(), opens, cancellation);
        return null;
    }

    private async Task<SimulationView> PlayAsync(CancellationToken cancellation)
    {
        foreach (var happening in _scene.Script.Events)
        {
            var at = _now + happening.After;
            await PassAsync(at, cancellation);
            if (IsAtEnd)
            {
                _warnings.Add($"The run is over at {Shown(_now)}: what the script has after that did not happen.");
                break;
            }

            _now = at;
            await HappenAsync(happening, cancellation);
        }

        await PassAsync(_scene.At + ScriptReader.Longest, cancellation);
        if (!_run.IsOver) _warnings.Add(_run.Transitions >= MostTransitions ? $"It was left after {MostTransitions} transitions." : $"It was left after {ScriptReader.Longest.TotalDays} days.");
        if (_answers.Count > 0) _warnings.Add($"{_answers.Count} of the script's http answers were not asked for.");
        return View(Http.Words<RunState>.Of(_run.State), null);
    }

    /// <summary>Time goes by: whatever is due until then happens.</summary>
    private async Task PassAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        while (!IsAtEnd && _run.Wait is { Due: { } due } wait && due <= until)
        {
            if (due > _now) _now = due;
            await TakeAsync(wait.Kind == WaitKind.Callback ? new Signal.CallAnswered(AnswerTo(wait).AsCall) : new Signal.TimePassed(), _isFresh || IsHeld, cancellation);
        }
    }

    private async Task HappenAsync(ScriptEvent happening, CancellationToken cancellation)
    {
        if (_scene.IsNowhere && happening is not ScriptEvent.Passing) _warnings.Add($"What is said at {Shown(_now)} changes nothing for this run: there is no conversation.");
        else if (happening is ScriptEvent.Reply reply) await HearAsync(reply.Text, cancellation);
        else if (happening is ScriptEvent.AgentActs acts) await ActAsync(acts.Agent, cancellation);
    }

    /// <summary>As the engine: STOP ends whatever listens; else whoever listens hears it.</summary>
    private async Task HearAsync(string text, CancellationToken cancellation)
    {
        if (_conversation.Status == ConversationStatus.Resolved)
        {
            _warnings.Add($"The message at {Shown(_now)} comes when the conversation is resolved: it is another one's, and this run does not hear it.");
            return;
        }

        var (word, opens) = (WordOf(text), _isFresh || !Unassigned);
        _isFresh = false;
        _conversation = _conversation with { Status = ConversationStatus.Open, MessageCount = _conversation.MessageCount + 1, LastActivityAt = _now };
        if (word is OptOutWord.Stop or OptOutWord.Start) _surroundings.Stopped = word == OptOutWord.Stop;
        if (!_run.HearsReplies(_conversation.Id)) _warnings.Add($"The message at {Shown(_now)} is not heard by this run, which does not listen then.");
        else if (word == OptOutWord.Stop) await ApplyAsync(RunTransitions.End(_run, EndReasons.OptedOut, null, _now), null, cancellation);
        else await TakeAsync(new Signal.Replied(MessageOf(text)), opens, cancellation);
    }

    /// <summary>As an agent's answer: a run that listens to agents goes on, one that listens to the contact is over.</summary>
    private async Task ActAsync(string? named, CancellationToken cancellation)
    {
        var agent = named is not null ? Staging.Find(_scene.Workplace, named)
            : _scene.Workplace.Find(_conversation.Assignee) ?? _scene.Workplace.Agents.FirstOrDefault(one => one.Availability != Availability.Away);
        var status = _conversation.Status == ConversationStatus.Resolved ? ConversationStatus.Open : _conversation.Status;
        _conversation = _conversation with { Status = status, Assignee = _conversation.Assignee ?? agent?.Id, HeldBy = null, MessageCount = _conversation.MessageCount + 1, LastActivityAt = _now };
        (_lastAgent, _isFresh) = (agent?.Id ?? _lastAgent, false);
        if (_run.HearsAgents(_conversation.Id)) await TakeAsync(new Signal.AgentActed(), false, cancellation);
        else if (_run.HearsReplies(_conversation.Id)) await ApplyAsync(RunTransitions.End(_run, EndReasons.TakenOver, null, _now), null, cancellation);
        else _warnings.Add($"What the agent does at {Shown(_now)} changes nothing for this run, which does not listen then.");
    }

    private async Task TakeAsync(Signal signal, bool opens, CancellationToken cancellation)
    {
        var scope = Scope(opens);
        await ApplyAsync(await RunTransitions.TakeAsync(scope, signal, cancellation), scope.Flow, cancellation);
    }

    private StepScope Scope(bool opens)
    {
        var scope = new StepScope(_run, _scene.IsNowhere ? null : _conversation, _scene.Workplace, _scene.World.Limits, _surroundings, _scene.World.Library, _now)
        {
            LastAgent = _lastAgent, Opens = opens, MessagesThisHour = HourCount.At(_said, _now),
        };
        _surroundings.Begin(scope);
        return scope;
    }

    /// <param name="flow">Where the run is now; null: it was ended from outside.</param>
    private async Task ApplyAsync(Transition transition, FlowDefinition? flow, CancellationToken cancellation)
    {
        _run = transition.After;
        foreach (var change in transition.Effects.OfType<Effect.Change>()) _surroundings.Change(change.What);
        if (!_scene.IsNowhere) await ConverseAsync(transition, cancellation);
        _trace.Add(transition, flow, _surroundings.TakeNotes);
    }

    private async Task ConverseAsync(Transition transition, CancellationToken cancellation)
    {
        var before = _conversation;
        var (said, noted) = (transition.Effects.OfType<Effect.Say>().Count(), transition.Effects.OfType<Effect.Note>().Count());
        if (said > 0) _said = HourCount.After(_said, said, _now);
        _conversation = Applying.Held(transition.Conversation ?? _conversation, transition);
        if (said + noted > 0) _conversation = _conversation with { MessageCount = _conversation.MessageCount + said + noted, LastActivityAt = _now };
        _isFresh &= said + noted == 0 && !Applying.IsChanged(before, _conversation);
        if (FlowRuns.MayBeHandedOut(before, _conversation, transition.Waits)) _conversation = await _surroundings.HandOutAsync(_conversation, _run.Visit, cancellation);
    }

    private ScriptAnswer AnswerTo(Wait wait)
    {
        var given = _answers.FirstOrDefault(answer => answer.Step is null || answer.Step == _run.Frames[^1].Step);
        if (given is not null) _answers.Remove(given);
        var answer = given ?? (_scene.Script.CallsWork ? ScriptAnswer.Empty : ScriptAnswer.None);
        var said = answer.Status == 0 ? "no answer" : $"{answer.Status} {answer.Body}";
        _surroundings.Note(wait.Visit, $"{wait.Call!.Method} {wait.Call.Url}: {said}{(given is null ? " (the script has no answer left)" : string.Empty)}");
        return answer;
    }

    private SimulationView View(string state, string? why) => new(
        state, _run.Reason, why ?? _run.Error, _run.Value, _run.Frames[0].Variables, SimulatedConversation.Of(_conversation, _scene.Workplace),
        new SimulatedContact(_surroundings.Contact.Name, _surroundings.Contact.Tags, _surroundings.Contact.Attributes), _surroundings.Texts, _trace.Entries, _now,
        [.. _warnings, .. _surroundings.Unchecked.Select(kind => $"No channel of the kind {kind} is active: whether the texts can be sent there was not checked, and without one nothing is sent.")]);

    // Who had nobody, and is open, does not begin anew; but where a flow was talking, nobody could have it.
    private bool Unassigned => _conversation is { Status: ConversationStatus.Open, Assignee: null, HeldBy: null };

    private bool IsHeld => _conversation is { Assignee: null, HeldBy: not null };

    private OptOutWord? WordOf(string text) => _scene.ReadsOptOut ? OptOutWords.Read(text) : null;

    private HeardMessage MessageOf(string text) => new HeardMessage(string.Empty, text, null, _conversation.ChannelKind, _conversation.ChannelId, false, _now).Cut();

    private static string Shown(DateTimeOffset time) => FieldValue.Of((DateTimeOffset?)time).ToString();
}
