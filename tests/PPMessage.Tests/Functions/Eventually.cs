using Xunit;

namespace PPMessage.Tests.Functions;

internal static class Eventually
{
    /// <summary>Waits (real time, up to 10 s) until it is so.</summary>
    public static async Task TrueAsync(Func<bool> condition, string what = "condition")
    {
        for (var i = 0; i < 1000 && !condition(); i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.True(condition(), $"It never came about: {what}");
    }
}
