namespace PPMessage.Flows.Statistics;

internal enum StatsBy
{
    Hour,
    Day,
}

/// <summary>What came of a flow's runs that began in a stretch of time.</summary>
/// <param name="From">The beginning of an hour or a day, in UTC.</param>
/// <param name="Exact">False: there were more runs than are counted at once, and the oldest are missing.</param>
/// <param name="Runs">How many began.</param>
/// <param name="States">How many are in which state now.</param>
/// <param name="Reasons">How many are over for which reason.</param>
internal sealed record FlowStats(
    DateTimeOffset From, DateTimeOffset To, StatsBy By, bool Exact, int Runs, IReadOnlyDictionary<string, int> States, IReadOnlyDictionary<string, int> Reasons, IReadOnlyList<StepStats> Steps,
    IReadOnlyList<StatsPoint> Series);

/// <param name="Outcomes">How often each came.</param>
/// <param name="Waiting">How many runs wait there now.</param>
internal sealed record StepStats(string Step, IReadOnlyDictionary<string, int> Outcomes, int Waiting);

/// <summary>The runs that began within one hour or day, and in which state they are now.</summary>
internal sealed record StatsPoint(DateTimeOffset From, int Started, int Waiting, int Running, int Completed, int Failed, int Ended);

/// <summary>What is to be counted: from the beginning of an hour or a day (UTC) to an instant.</summary>
internal sealed record StatsSpan(DateTimeOffset From, DateTimeOffset To, StatsBy By)
{
    /// <summary>Of a series.</summary>
    public const int MostPoints = 1000;

    public TimeSpan Step => By == StatsBy.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);

    public int Points => (int)Math.Min(Math.Ceiling((To - From) / Step), int.MaxValue);

    public static DateTimeOffset Begin(DateTimeOffset at, StatsBy by) => new(at.UtcDateTime.Date.AddHours(by == StatsBy.Hour ? at.UtcDateTime.Hour : 0), TimeSpan.Zero);

    /// <summary>Which point of the series; null: it is outside.</summary>
    public int? PointOf(DateTimeOffset at) => at >= From && at < To ? (int)((at - From) / Step) : null;
}
