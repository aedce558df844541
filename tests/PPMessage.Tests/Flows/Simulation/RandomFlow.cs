using System.Text.Json.Nodes;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>
/// Makes up a definition that can be published: every step can be reached, every outcome is connected, and a ring has a step in it at which a run may wait. It goes back
/// from such steps only, so that most runs come to an end before the bounds do it.
/// </summary>
internal sealed class RandomFlow
{
    private readonly Dice _dice;
    private readonly RandomSteps _steps;
    private readonly string _prefix;
    private readonly int _count;
    private readonly HashSet<int> _reached = [0];

    private RandomFlow(Dice dice, RandomSteps steps, string prefix, int count) => (_dice, _steps, _prefix, _count) = (dice, steps, prefix, count);

    /// <param name="prefix">Of the steps' names: sub-flows have others, since a script names the step that a program answers.</param>
    /// <param name="opens">Whether it begins by saying something.</param>
    public static JsonObject Of(Dice dice, RandomSteps steps, string name, JsonObject trigger, string prefix, int count, bool opens)
    {
        var flow = new RandomFlow(dice, steps, prefix, count);
        var all = new JsonObject();
        for (var at = 0; at < count; at++) all[flow.Name(at)] = flow.StepAt(at, at == 0 && opens);
        return new JsonObject { ["name"] = name, ["trigger"] = trigger, ["start"] = flow.Name(0), ["variables"] = JsonNode.Parse("""{"n":1,"choice":"","num":null,"答案":null}"""), ["steps"] = all };
    }

    private string Name(int at) => $"{_prefix}{at}";

    private JsonObject StepAt(int at, bool says)
    {
        var mayEnd = at == _count - 1 || _reached.Contains(at + 1);
        var (step, outcomes, more) = says ? _steps.Send() : _steps.Any(Name(at), mayEnd);
        if (outcomes.Count == 0) return step;
        var on = new JsonObject();
        // The next step is led to by one of the outcomes at least.
        var sure = _reached.Contains(at + 1) ? -1 : _dice.Below(outcomes.Count);
        var waits = step["type"]!.GetValue<string>() is "ask" or "wait";
        for (var i = 0; i < outcomes.Count; i++) on[outcomes[i]] = Target(at, i == sure, waits);
        foreach (var outcome in more.Where(_ => _dice.Falls(35))) on[outcome] = Target(at, false, waits);
        if (_dice.Falls(50) && on.Remove(outcomes[0], out var first)) step["next"] = first;
        step["on"] = on;
        return step;
    }

    /// <returns>Null: the flow ends there.</returns>
    private JsonNode? Target(int at, bool isNext, bool mayGoBack)
    {
        if (!isNext && mayGoBack && _dice.Falls(15)) return Name(_dice.Below(at + 1));
        var left = _count - 1 - at;
        if (left == 0 || (!isNext && _dice.Falls(12))) return null;
        var target = isNext ? at + 1 : at + 1 + _dice.Below(Math.Min(3, left));
        _reached.Add(target);
        return Name(target);
    }
}
