namespace PPMessage.Flows.Definitions;

/// <summary>What can only be seen of all steps together. Pure.</summary>
internal static class FlowGraph
{
    public static void Check(FlowDefinition flow, Action<string, string> refuse)
    {
        if (!Exist(flow, refuse)) return;
        var reached = Reached(flow);
        foreach (var step in flow.Steps.Keys.Where(step => !reached.Contains(step))) refuse($"steps.{step}", "can't be reached: no outcome leads to it");
        if (RestlessLoop(flow) is { } loop) refuse($"steps.{loop[0]}", $"goes round without ever waiting: {string.Join(" → ", loop.Append(loop[0]))}. Put an ask or a wait into the loop");
    }

    private static bool Exist(FlowDefinition flow, Action<string, string> refuse)
    {
        var complete = true;
        if (flow.Start.Length > 0 && flow.Find(flow.Start) is null) refuse("start", $"there is no step '{flow.Start}'");
        complete &= flow.Find(flow.Start) is not null;
        foreach (var step in flow.Steps.Values)
            foreach (var (outcome, target) in step.Targets.Where(target => target.Value is { } name && flow.Find(name) is null))
            {
                refuse($"steps.{step.Name}.{(step.Outcomes.Count > 0 && outcome == step.Outcomes[0] ? "next" : $"on.{outcome}")}", $"there is no step '{target}'");
                complete = false;
            }

        return complete;
    }

    private static HashSet<string> Reached(FlowDefinition flow)
    {
        var reached = new HashSet<string>();
        var left = new Stack<string>([flow.Start]);
        while (left.TryPop(out var name))
            if (reached.Add(name))
                foreach (var target in flow.Steps[name].Targets.Values.OfType<string>()) left.Push(target);
        return reached;
    }

    /// <summary>Steps that follow one another in a ring in which no run is ever parked; null: there is none.</summary>
    private static List<string>? RestlessLoop(FlowDefinition flow)
    {
        var done = new HashSet<string>();
        foreach (var step in flow.Steps.Values.Where(step => !step.Waits))
            if (LoopFrom(flow, step.Name, [], done) is { } loop) return loop;
        return null;
    }

    // At most 200 steps deep.
    private static List<string>? LoopFrom(FlowDefinition flow, string name, List<string> path, HashSet<string> done)
    {
        if (path.IndexOf(name) is var begin and >= 0) return path[begin..];
        if (flow.Steps[name].Waits || !done.Add(name)) return null;
        path.Add(name);
        foreach (var target in flow.Steps[name].Targets.Values.OfType<string>().Distinct())
            if (LoopFrom(flow, target, path, done) is { } loop) return loop;
        path.RemoveAt(path.Count - 1);
        return null;
    }
}
