using PPMessage.Conversations.Unsubscribing;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations.Unsubscribing;

public sealed class UnsubscribeLimitsTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Who_guesses_is_slowed_down_and_keeps_nobody_from_unsubscribing()
    {
        var mail = await Workspace.SendLinkedAsync();
        for (var i = 0; i < UnsubscribeLimits.WrongBurst; i++) Assert.Equal(404, (await Workspace.PressAsync($"/u/guess{i}")).Status);
        using var refused = await Workspace.VisitAsync("/u/guess", "de");
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Contains("Einen Moment, bitte", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(200, (await Workspace.PressAsync(mail.Path)).Status);
        Workspace.Time.Advance(refused.Headers.RetryAfter!.Delta!.Value);
        Assert.Equal(404, (await Workspace.PressAsync("/u/guess")).Status);
    }

    [Fact]
    public async Task One_link_is_pressed_so_often_and_the_others_are_not_disturbed()
    {
        var (one, other) = (await Workspace.SendLinkedAsync(), await Workspace.SendLinkedAsync());
        for (var i = 0; i < UnsubscribeLimits.LinkBurst; i++) Assert.Equal(200, (await Workspace.LookAsync(one.Path)).Status);
        Assert.Equal(429, (await Workspace.PressAsync(one.Path)).Status);
        Assert.Equal(200, (await Workspace.PressAsync(other.Path)).Status);
        Workspace.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200, (await Workspace.PressAsync(one.Path)).Status);
        Assert.Single(await Workspace.ChangesAsync(one.Mailbox));
    }
}
