using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Flows.Calls;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Steps;
using PPMessage.Http;
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

    private readonly SenseOfPlace _here;
    private readonly string? _usualKind;

    private FlowSense(FlowDefinition flow, SenseOfPlace here)
    {
        (_known, _heard) = ([.. flow.KnownVariables, .. flow.Tests.SelectMany(test => test.Given.Variables.Keys)], FlowHearing.StepsOf(flow));
        (_here, _usualKind) = (here, flow.Trigger.ChannelKind);
    }

    public static (IReadOnlyDictionary<string, string[]> Mistakes, IReadOnlyDictionary<string, IReadOnlyList<string>> Warnings) Of(FlowDefinition flow, SenseOfPlace here)
    {
        var sense = new FlowSense(flow, here);
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
            if (IsSaid(step, place) && text.IsPlain && WrittenText.IsInvisible(text.Text)) Refuse(place, "is nothing but blanks: it can't be said");
            foreach (var look in text.Looks)
                if (FlowObjects.MistakeOf(look) is { } mistake) Refuse(place, mistake);
            AtVariables(place, text);
            if (text.Looks.Any(look => look.Root == Message)) AtMessage(step, place);
        }

        foreach (var (place, when) in step.Conditions)
            if (when.Fields.Any(IsOfMessage)) AtMessage(step, place);
        if (step is AskStep ask) AtOptions(ask);
        if (step is MatchStep { LooksAtMessage: true }) AtMessage(step, $"steps.{step.Name}.text", "is left out, so that the step ");
        AtWhatItDoes(step, $"steps.{step.Name}");
    }

    // By the rules by which it is done: what those say of a text without Liquid they say every time.
    private void AtWhatItDoes(Step step, string path)
    {
        if ((step as SendStep)?.Speech is { } said) AtSpeech($"{path}.text", said, said.Text, path);
        if (step is AskStep ask)
        {
            AtSpeech($"{path}.text", ask.Speech, ask.Speech.Text, path);
            AtSpeech($"{path}.invalidText", ask.Speech, ask.InvalidText, path);
        }

        if (step is SetStep { ContactName: { IsPlain: true } name } && ContactEdit.NameMistake(name.Text.Trim()) is { } unnamed) Refuse($"{path}.contact.name", unnamed);
        if (step is HttpStep { Url: { IsPlain: true } url } && CallMistakes.OfUrl(url.Text.Trim(), _here.IsLoopback) is { } bad) Refuse($"{path}.url", bad);
    }

    private void AtSpeech(string place, Speech speech, Template? text, string path)
    {
        if ((speech.ChannelKind ?? _usualKind) is not { } kind) return;
        if (speech.Subject is not null && _here.MistakeOf(kind, OutboundContent.Of("x") with { Subject = "x" }) is { Problem: { } subject }) Refuse($"{path}.subject", subject);
        if (text is { IsPlain: true } && _here.MistakeOf(kind, OutboundContent.Of(WrittenText.WithoutControls(text.Text).Trim())) is { Problem: { } mistake }) Refuse(place, mistake);
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
        if ((ask.Speech.ChannelKind ?? _usualKind) is { } kind && !_here.ReadsOptOut(kind)) return;
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

/// <summary>What it is that flows are published to.</summary>
/// <param name="IsLoopback">Whether we ourselves are only known on this machine.</param>
/// <param name="MistakeOf">See <see cref="ContentChecks.MistakeOf"/>.</param>
/// <param name="ReadsOptOut">Whether STOP and its like are understood on a kind of channel.</param>
internal sealed record SenseOfPlace(bool IsLoopback, Func<string, OutboundContent, ContentCheck?> MistakeOf, Func<string, bool> ReadsOptOut);
