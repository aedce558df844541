using System.Diagnostics;

namespace PPMessage.Benchmarks;

/// <summary>What a load did.</summary>
/// <param name="Rate">A second.</param>
/// <param name="P50">In ms.</param>
/// <param name="P99">In ms.</param>
internal sealed record Measured(double Rate, double P50, double P99)
{
    public static Measured Of(long[] ticks, TimeSpan elapsed)
    {
        var sorted = ticks.Order().ToArray();
        return new Measured(ticks.Length / elapsed.TotalSeconds, Milliseconds(sorted, 0.5), Milliseconds(sorted, 0.99));
    }

    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static double Milliseconds(long[] sorted, double part) => sorted[(int)((sorted.Length - 1) * part)] * 1000.0 / Stopwatch.Frequency;
}
