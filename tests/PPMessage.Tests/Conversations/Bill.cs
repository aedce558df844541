using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>Counts the storage operations of what is done in a workspace, one thing at a time.</summary>
internal sealed class Bill
{
    private readonly FaultPlan _count = new();
    private readonly ITestOutputHelper _output;

    public Bill(Workspace workspace, ITestOutputHelper output)
    {
        _output = output;
        workspace.Suffer(_count);
    }

    private int Operations => _count.Calls.Count(call => !call.StartsWith("provider", StringComparison.Ordinal));

    public Task MeasureAsync<T>(string path, int budget, Func<Task<T>> act) => MeasureAsync(path, budget, async () =>
    {
        await act();
        return 1;
    });

    /// <param name="budget">Of each.</param>
    /// <param name="act">Does it; tells how often.</param>
    public async Task MeasureAsync(string path, int budget, Func<Task<int>> act)
    {
        var start = Operations;
        var times = await act();
        var each = (Operations - start) / (double)times;
        _output.WriteLine($"{path}: {each} of {budget}");
        Assert.True(each > 0, $"{path}: nothing was done");
        Assert.True(each <= budget, $"{path}: {each}, and may cost {budget}");
    }
}
