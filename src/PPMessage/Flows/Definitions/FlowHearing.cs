using PPMessage.Flows.Steps;

namespace PPMessage.Flows.Definitions;

/// <summary>Where in a flow a message may have been heard: the one that started it, or an answer. Pure.</summary>
internal static class FlowHearing
{
    /// <summary>Names of steps. At any other one there is no message, unless another flow calls this one and has heard one.</summary>
    public static IReadOnlySet<string> StepsOf(FlowDefinition flow)
    {
        var heard = new HashSet<string>();
        var left = new Stack<string>(flow.Trigger.On == TriggerWord.MessageReceived ? [flow.Start] : flow.Steps.Values.SelectMany(AnsweredTo));
        while (left.TryPop(out var name))
            if (heard.Add(name))
                foreach (var target in flow.Steps[name].Targets.Values.OfType<string>()) left.Push(target);
        return heard;
    }

    private static IEnumerable<string> AnsweredTo(Step step) => step.Targets.Where(target => MayHear(step, target.Key)).Select(target => target.Value).OfType<string>();

    private static bool MayHear(Step step, string outcome) => step switch
    {
        // Before it gives up it may have heard what is none of its options.
        AskStep ask => outcome is not (AskStep.Timeout or SendStep.Suppressed) || (ask.Options.Count > 0 && ask.Attempts > 1),
        WaitStep => outcome == WaitStep.Replied,
        SubflowStep => true,
        _ => false,
    };
}
