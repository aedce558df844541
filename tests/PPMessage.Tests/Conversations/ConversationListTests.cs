using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>One workspace with 120 conversations, the later ones on top.</summary>
public sealed class ConversationListTests(ManyConversations many) : IClassFixture<ManyConversations>
{
    private Workspace Workspace => many.Workspace;

    [Theory]
    [InlineData(200)]
    [InlineData(50)]
    [InlineData(7)]
    public async Task All_are_listed_once_last_activity_first_whatever_the_pages_size(int limit)
    {
        var listed = (await Workspace.ListAsync("/api/conversations", limit)).Select(c => c.Word("address")).ToList();
        Assert.Equal(ManyConversations.Count, listed.Count);
        Assert.Equal(many.NewestFirst, listed);
    }

    [Theory]
    [InlineData("?q=%E9%80%80%E6%AC%BE", 40)] // 退款
    [InlineData("?q=order%20NO.7", 8)]
    [InlineData("?q=no-such-words", 0)]
    [InlineData("?status=open", 110)]
    [InlineData("?status=resolved", 10)]
    [InlineData("?status=all", 120)]
    [InlineData("?status=open&assignee=none", 110)]
    [InlineData("?channel=ch_none", 0)]
    public async Task Filters_find_all_and_only_what_fits_page_by_page(string query, int count)
    {
        foreach (var limit in new[] { 200, 9 })
        {
            var listed = (await Workspace.ListAsync("/api/conversations" + query, limit)).Select(c => c.Word("address")).ToList();
            Assert.Equal((count, count), (listed.Count, listed.Distinct().Count()));
            Assert.Equal(many.NewestFirst.Where(listed.Contains), listed);
        }
    }

    [Fact]
    public async Task A_channel_has_its_own_conversations() =>
        Assert.Equal(ManyConversations.Count, (await Workspace.ListAsync($"/api/conversations?channel={Workspace.ChannelId}")).Count);

    [Fact]
    public async Task What_moves_up_while_somebody_turns_pages_hides_nothing_that_stays()
    {
        await using var workspace = await Workspace.StartAsync();
        var phones = Enumerable.Range(0, 12).Select(_ => Calls.NewPhone()).ToList();
        foreach (var phone in phones) await workspace.OpenAsync(phone);
        var page = await workspace.GetAsync("/api/conversations?limit=5");
        await workspace.OpenAsync(phones[0], "on top now");
        var rest = await workspace.ListAsync($"/api/conversations?cursor={Uri.EscapeDataString(page.Word("next"))}");

        var seen = page.GetProperty("items").EnumerateArray().Concat(rest).Select(c => c.Word("address")).ToList();
        Assert.Equal(phones.Skip(1).Reverse(), seen);
    }
}

public sealed class ManyConversations : IAsyncLifetime
{
    public const int Count = 120;

    internal Workspace Workspace { get; private set; } = null!;

    public IReadOnlyList<string> NewestFirst { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Workspace = await Workspace.StartAsync();
        var phones = Enumerable.Range(0, Count).Select(_ => Calls.NewPhone()).ToList();
        for (var i = 0; i < Count; i++)
        {
            InboundResult? told = await Workspace.TextAsync(phones[i], i % 3 == 0 ? $"我要退款 {i}" : $"Order no.{i}");
            Assert.Equal(200, told!.Callback!.StatusCode);
            Workspace.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        // Resolving is an activity of the list.
        foreach (var c in (await Workspace.ListAsync("/api/conversations")).Take(10).Reverse().ToList())
        {
            await Workspace.CallAsync("PATCH", $"/api/conversations/{c.Word("id")}", new { status = "resolved" });
            Workspace.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        NewestFirst = [.. phones.AsEnumerable().Reverse()];
    }

    public ValueTask DisposeAsync() => Workspace.DisposeAsync();
}
