using PPMessage.Flows.Steps;

namespace PPMessage.Flows.Definitions;

/// <summary>The installed types of steps: one line each.</summary>
internal static class StepTypes
{
    private static readonly Dictionary<string, Func<StepReader, Step>> Readers = new()
    {
        [SendStep.Word] = SendStep.Read,
        [AskStep.Word] = AskStep.Read,
        [WaitStep.Word] = WaitStep.Read,
        [BranchStep.Word] = BranchStep.Read,
        [MatchStep.Word] = MatchStep.Read,
        [SetStep.Word] = SetStep.Read,
        [AssignStep.Word] = AssignStep.Read,
        [NoteStep.Word] = NoteStep.Read,
        [ResolveStep.Word] = ResolveStep.Read,
        [HttpStep.Word] = HttpStep.Read,
        [SplitStep.Word] = SplitStep.Read,
        [SubflowStep.Word] = SubflowStep.Read,
        [EndStep.Word] = EndStep.Read,
    };

    public static IEnumerable<string> All => Readers.Keys;

    public static Func<StepReader, Step>? Find(string type) => Readers.GetValueOrDefault(type);
}
