using Xunit;

namespace PPMessage.Tests.Functions;

internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits (real time, up to 30 s) until it is so.</summary>
    public static async Task TrueAsync(Func<bool> condition, string what = "condition")
    {
        for (var begin = TimeProvider.System.GetTimestamp(); !condition() && TimeProvider.System.GetElapsedTime(begin) < Patience;)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.True(condition(), $"It never came about: {what}");
    }
}
