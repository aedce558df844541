using PPMessage.Flows.Definitions;
using PPMessage.Flows.Steps;
using PPMessage.Suppressions;
using PPMessage.Templates;

namespace PPMessage.Flows.Publishing;

/// <summary>
/// What a definition says that can be read, and yet never works (mistakes), or works only where others help (warnings); by place. It keeps a draft from being published
/// and no published version from being run: that may be older than what is known here. Pure.
/// </summary>
internal sealed class FlowSense
{
    private const string Message = "message";
    private const string Variables = "vars";

    private readonly HashSet<string> _known;
    private readonly IReadOnlySet<string> _heard;
    private readonly Dictionary<string, string[]> _mistakes = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _warnings = [];

    // By which it is answered; null: that is not said.
    private readonly string? _kind;
    private readonly Func<string, bool> _readsOptOut;

    private FlowSense(FlowDefinition flow, Func<string, bool> readsOptOut) => (_known, _heard, _kind, _readsOptOut) =
        ([.. flow.KnownVariables, .. flow.Tests.SelectMany(test => test.Given.Variables.Keys)], FlowHearing.StepsOf(flow), flow.Trigger.ChannelKind, readsOptOut);

    /// <param name="readsOptOut">Whether STOP and its like are understood on a kind of channel.</param>
    public static (IReadOnlyDictionary<string, string[]> Mistakes, IReadOnlyDictionary<string, IReadOnlyList<string>> Warnings) Of(FlowDefinition flow, Func<string, bool> readsOptOut)
    {
        var sense = new FlowSense(flow, readsOptOut);
        sense.AtTrigger(flow.Trigger);
        foreach (var step in flow.Steps.Values) sense.AtStep(step);
        return (sense._mistakes, sense._warnings);
    }

    private void AtTrigger(Trigger trigger)
    {
        if (trigger.On != TriggerWord.MessageReceived && trigger.When?.Fields.Any(IsOfMessage) == true)
            Warn("trigger.when", $"looks at the message, and there is none: '{Triggers.Word(trigger.On)}' starts the flow");
    }

    private void AtStep(Step step)
    {
        foreach (var (place, text) in step.Texts)
        {
            if (IsSaid(step, place) && text.IsPlain && string.IsNullOrWhiteSpace(text.Text)) Refuse(place, "is nothing but blanks: it can't be said");
            foreach (var look in text.Looks)
                if (FlowObjects.MistakeOf(look) is { } mistake) Refuse(place, mistake);
            AtVariables(place, text);
            if (text.Looks.Any(look => look.Root == Message)) AtMessage(step, place);
        }

        foreach (var (place, when) in step.Conditions)
            if (when.Fields.Any(IsOfMessage)) AtMessage(step, place);
        if (step is AskStep ask) AtOptions(ask);
        if (step is MatchStep { LooksAtMessage: true }) AtMessage(step, $"steps.{step.Name}.text", "is left out, so that the step ");
    }

    private void AtVariables(string place, Template text)
    {
        var unknown = text.Looks.Where(look => look is { Root: Variables, Members: [{ } name, ..] } && !_known.Contains(name)).Select(look => $"{Variables}.{look.Members[0]}").Distinct().ToList();
        if (unknown.Count > 0) Warn(place, $"shows {string.Join(", ", unknown)}, which nothing here sets: empty, unless who starts the flow gives it. Say in variables what it holds otherwise");
    }

    private void AtMessage(Step step, string place, string how = "")
    {
        if (!_heard.Contains(step.Name)) Warn(place, $"{how}looks at the message, and none is heard before it: nothing is there, unless another flow calls this one and has heard one");
    }

    private void AtOptions(AskStep ask)
    {
        if ((ask.Speech.ChannelKind ?? _kind) is { } kind && !_readsOptOut(kind)) return;
        foreach (var (i, option) in ask.Options.Index())
        {
            if (option.Words.Prepend(option.Key).FirstOrDefault(Stops) is { } word) Refuse($"steps.{ask.Name}.options[{i}]", $"'{word}' unsubscribes: who answers so gets no more messages. Take another word");
            if (option.Label is { } label && Stops(label)) Warn($"steps.{ask.Name}.options[{i}].label", $"'{label}' unsubscribes, where it is answered instead of the key");
        }
    }

    private static bool Stops(string answer) => OptOutWords.Read(answer) == OptOutWord.Stop;

    private static bool IsOfMessage(string field) => field.StartsWith($"{Message}.", StringComparison.Ordinal);

    private static bool IsSaid(Step step, string place) => step is (SendStep or AskStep or NoteStep) && place[$"steps.{step.Name}.".Length..] is "text" or "invalidText";

    private void Refuse(string place, string message) => _mistakes.TryAdd(place, [message]);

    private void Warn(string place, string message) => _warnings[place] = [.. _warnings.GetValueOrDefault(place, []), message];
}
