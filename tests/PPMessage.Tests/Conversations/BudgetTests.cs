using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>Storage operations are the bill: what each path may cost, with channels and agents in the cache.</summary>
public sealed class BudgetTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_path_costs_more_storage_operations_than_it_may()
    {
        await using var workspace = await Workspace.StartAsync();
        var count = new FaultPlan();
        workspace.Suffer(count);
        var phone = Calls.NewPhone();
        await workspace.SayAsync(await workspace.OpenAsync(Calls.NewPhone()), "warms the caches");
        await workspace.TwilioTellsAsync();

        await MeasureAsync("inbound SMS, new sender", 8, () => workspace.TextAsync(phone, "first"));
        await MeasureAsync("inbound SMS, known sender", 6, () => workspace.TextAsync(phone, "second"));
        var id = (await workspace.OfPhoneAsync(phone))[0].Word("id");
        await MeasureAsync("agent reply", 7, () => workspace.ReplyAsync(id, "answer"));
        await MeasureAsync("inbound SMS again", 6, () => workspace.TextAsync(phone, "third"));
        var callbacks = workspace.Twilio.Callbacks.Count;
        var before = Operations();
        await workspace.TwilioTellsAsync();
        var told = workspace.Twilio.Callbacks.Count - callbacks;
        output.WriteLine($"delivery callback: {(Operations() - before) / (double)told} of 2");
        Assert.True(told > 0);
        Assert.InRange(Operations() - before, 1, 2 * told);

        int Operations() => count.Calls.Count(call => !call.StartsWith("provider", StringComparison.Ordinal));

        async Task MeasureAsync<T>(string path, int budget, Func<Task<T>> act)
        {
            var start = Operations();
            await act();
            output.WriteLine($"{path}: {Operations() - start} of {budget}");
            Assert.True(Operations() - start <= budget, $"{path}: {Operations() - start}, and may cost {budget}");
        }
    }
}
