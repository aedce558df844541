using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PPMessage;

/// <summary>Bounds of every run of a flow (<c>PPMessage__Flows__Steps</c> and so on).</summary>
internal sealed record FlowLimits
{
    /// <summary>All variables of a run together, in characters of JSON.</summary>
    public const int VariablesSize = 32_000;

    /// <summary>Of sub-flows, the first flow included.</summary>
    public const int Depth = 5;

    /// <summary>Taken in a run's life.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Taken between two waits.</summary>
    public int StepsAtOnce { get; init; } = 100;

    /// <summary>How old a run may grow, in days: what wakes it then ends it.</summary>
    public int Days { get; init; } = 365;

    /// <summary>Messages that flows send in a thread within an hour: two machines that answer each other come to an end.</summary>
    public int MessagesAnHour { get; init; } = 20;

    /// <summary>How long lists and histories of runs that are over are kept, in days.</summary>
    public int KeptDays { get; init; } = 90;

    /// <exception cref="InvalidOperationException">A number can't be used.</exception>
    public static FlowLimits From(IConfigurationSection section)
    {
        var defaults = new FlowLimits();
        return new FlowLimits
        {
            Steps = Number(section, nameof(Steps), defaults.Steps),
            StepsAtOnce = Number(section, nameof(StepsAtOnce), defaults.StepsAtOnce),
            Days = Number(section, nameof(Days), defaults.Days),
            MessagesAnHour = Number(section, nameof(MessagesAnHour), defaults.MessagesAnHour),
            KeptDays = Number(section, nameof(KeptDays), defaults.KeptDays),
        };
    }

    private static int Number(IConfigurationSection section, string name, int fallback)
    {
        if (string.IsNullOrWhiteSpace(section[name])) return fallback;
        return int.TryParse(section[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new InvalidOperationException($"PPMessage__Flows__{name} is not a whole number above 0: '{section[name]}'.");
    }
}
