using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class PagingTests : SandboxTest
{
    [Fact]
    public async Task Pages_are_newest_first_follow_each_other_and_do_not_move_when_something_is_added()
    {
        for (var i = 1; i <= 5; i++) await Sandbox.TextAsync(Phone, Demo.Number, $"text {i}");
        await Sandbox.TextAsync("+14155550999", Demo.Number, "somebody else");

        var first = await JsonAsync($"{Account}/Messages.json?From=%2B14155550123&PageSize=2");
        await Sandbox.TextAsync(Phone, Demo.Number, "meanwhile");
        var second = await JsonAsync(first.GetProperty("next_page_uri").GetString()!);
        var third = await JsonAsync(second.GetProperty("next_page_uri").GetString()!);
        var back = await JsonAsync(third.GetProperty("previous_page_uri").GetString()!);

        Assert.Equal(["text 5", "text 4"], Bodies(first));
        Assert.Equal(["text 3", "text 2"], Bodies(second));
        Assert.Equal(["text 1"], Bodies(third));
        Assert.Equal(["text 3", "text 2"], Bodies(back));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, third.GetProperty("next_page_uri").ValueKind);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, first.GetProperty("previous_page_uri").ValueKind);
        Assert.Equal((2, 3, 1, 2), (Number(second, "start"), Number(second, "end"), Number(second, "page"), Number(second, "page_size")));
        Assert.StartsWith($"{Account}/Messages.json?From=%2B14155550123&PageSize=2&Page=1&PageToken=PA", second.GetProperty("uri").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_holds_50_unless_asked_and_never_more_than_1000()
    {
        for (var i = 0; i < 60; i++) await Sandbox.TextAsync(Phone, Demo.Number, "x");

        Assert.Equal(50, Bodies(await JsonAsync($"{Account}/Messages.json")).Count);
        Assert.Equal(1000, Number(await JsonAsync($"{Account}/Messages.json?PageSize=5000"), "page_size"));
    }

    [Fact]
    public async Task A_page_token_outlives_the_message_that_it_names()
    {
        for (var i = 1; i <= 3; i++) await Sandbox.TextAsync(Phone, Demo.Number, $"text {i}");
        var first = await JsonAsync($"{Account}/Messages.json?PageSize=1");
        await Http.DeleteAsync(new Uri(first.GetProperty("messages")[0].GetProperty("uri").GetString()!, UriKind.Relative));

        var second = await JsonAsync(first.GetProperty("next_page_uri").GetString()!);

        Assert.Equal(["text 2"], Bodies(second));
    }

    private static IReadOnlyList<string> Bodies(System.Text.Json.JsonElement page) =>
        [.. page.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("body").GetString()!)];

    private static int Number(System.Text.Json.JsonElement page, string name) => page.GetProperty(name).GetInt32();
}
