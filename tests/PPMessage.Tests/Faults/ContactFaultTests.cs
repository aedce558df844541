using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

public sealed class ContactFaultTests
{
    private const int MostTries = 6;

    /// <summary>The look afterwards, and two deaths on the way there.</summary>
    private static readonly TimeSpan LookedAfter = TimeSpan.FromMinutes(8);

    [Fact]
    public Task A_merge_survives_every_fault_at_every_call() =>
        new FaultHarness(new Scenario("merge", TalkAndMeet, Merge) { Look = stage => $"left under the former id: {LeftOf(stage.Former!, stage)}\n" }) { LongEnough = LookedAfter }.ProveAsync();

    [Fact]
    public Task An_erasure_survives_every_fault_at_every_call() =>
        new FaultHarness(new Scenario("erase", TalkAndMeet, EraseAndWriteAgain) { Look = stage => $"left: {LeftOf("秘密", stage)} {LeftOf(stage.Former!, stage)}\n" }) { LongEnough = LookedAfter }.ProveAsync();

    /// <summary>The contact has written; somebody known by a mailbox is the same person.</summary>
    private static async Task TalkAndMeet(Stage stage)
    {
        await Scenario.Talk(stage);
        await stage.Workspace.TextAsync(stage.Phone, "秘密");
        stage.Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        stage.Former = (await stage.Workspace.GetAsync($"/api/conversations/{stage.Conversation}")).Word("contactId");
        stage.Other = (await stage.Workspace.CallAsync("POST", "/api/contacts", new { name = "王芳", emails = new[] { stage.Mailbox } })).Id;
    }

    private static async Task Merge(Stage stage)
    {
        await UntilAsync(stage, () => stage.Workspace.CallAsync("POST", $"/api/contacts/{stage.Former}/merge", new { into = stage.Other }));
        await Scenario.Text("是我")(stage);
    }

    private static async Task EraseAndWriteAgain(Stage stage)
    {
        await UntilAsync(stage, () => stage.Workspace.CallAsync("DELETE", $"/api/contacts/{stage.Former}"));
        stage.Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await Scenario.Text("你好")(stage);
    }

    // A client that gets no answer, or is told that it is not done yet, asks again.
    private static async Task UntilAsync(Stage stage, Func<Task<Called>> call)
    {
        for (var i = 0; i < MostTries; i++)
        {
            try
            {
                if ((await call()).Status is >= 200 and < 500 and not 202) return;
            }
            catch (HttpRequestException)
            {
                // It died.
            }

            await stage.Workspace.ReviveAsync();
        }
    }

    // The contact's own row stays until providers have nothing more to tell; what it says by then is its id.
    private static string LeftOf(string text, Stage stage) => string.Join(' ', stage.Workspace.Underneath.RowsWith(text)
        .Where(place => !place.StartsWith("Audit", StringComparison.Ordinal) && !place.StartsWith("Contacts", StringComparison.Ordinal))
        .Select(place => place[..place.IndexOf('/', StringComparison.Ordinal)]).Distinct().Order(StringComparer.Ordinal));
}
