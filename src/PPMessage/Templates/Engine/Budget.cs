using System.Diagnostics;
using DotLiquid;

namespace PPMessage.Templates.Engine;

/// <summary>What one rendering has left of its time, its iterations and its memory. For one thread.</summary>
internal sealed class Budget(RenderLimits limits)
{
    /// <summary>How many characters and list items filters may take and make for each character that may come out.</summary>
    public const int WorkPerCharacter = 50;

    /// <summary>Where the library's context keeps it; no name in a template reaches the registers.</summary>
    public const string Register = "budget";

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _work = (long)limits.MostCharacters * WorkPerCharacter;
    private int _iterations = limits.MostIterations;

    public int MostCharacters => limits.MostCharacters;

    public static Budget Of(Context context) => (Budget)context.Registers[Register];

    public string TooLong => $"The text would be longer than {limits.MostCharacters} characters.";

    public string TooManyIterations => $"The loops go round more than {limits.MostIterations} times.";

    /// <summary>To be called before what is counted is made.</summary>
    public void Spend(long charactersOrItems)
    {
        CheckTime();
        _work -= charactersOrItems;
        if (_work < 0) throw new TemplateMistakeException("The filters make too much text on the way.");
    }

    public void Iterate()
    {
        CheckTime();
        if (--_iterations < 0) throw new TemplateMistakeException(TooManyIterations);
    }

    public void CheckTime()
    {
        if (Stopwatch.GetElapsedTime(_started) <= limits.LongestTime) return;
        throw new TemplateMistakeException($"It takes longer than {limits.LongestTime.TotalMilliseconds} ms.");
    }
}
