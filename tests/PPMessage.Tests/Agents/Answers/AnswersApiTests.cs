using System.Text.Json;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Agents.Answers;

public sealed class AnswersApiTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("/HOURS", true)]
    [InlineData("营业", true)]
    [InlineData("周一至", true)]
    [InlineData("退款", false)]
    public async Task An_answer_is_found_by_shortcut_title_and_text(string words, bool found)
    {
        await MakeAsync("""{"shortcut":"/hours","title":"营业时间","text":"您好！\n周一至周五 9:00–18:00。","locale":"zh-CN"}""");
        var list = await _app.Admin.AskAsync($"/api/answers?q={Uri.EscapeDataString(words)}");
        Assert.Equal(found ? 1 : 0, list.Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Agents_see_everybodys_and_their_teams_and_change_none()
    {
        var (own, other) = (await TeamAsync("售后"), await TeamAsync("售前"));
        await MakeAsync("""{"shortcut":"/a","title":"A","text":"a"}""");
        await MakeAsync($$"""{"shortcut":"/b","title":"B","text":"b","teams":["{{own}}"]}""");
        await MakeAsync($$"""{"shortcut":"/c","title":"C","text":"c","teams":["{{other}}"]}""");
        var agent = _app.As((await _app.Admin.PostAsync("/api/agents", $$"""{"name":"A","teams":["{{own}}"]}"""))["token"]);
        Assert.Equal(["/a", "/b"], Shortcuts(await agent.AskAsync("/api/answers")));
        Assert.Equal(["/a", "/b", "/c"], Shortcuts(await _app.Admin.AskAsync("/api/answers")));
        BodyTests.AssertProblem(await agent.PostAsync("/api/answers", """{"shortcut":"/d","title":"D","text":"d"}"""), 403);
    }

    [Fact]
    public async Task A_shortcut_means_one_answer_in_each_language()
    {
        var first = await MakeAsync("""{"shortcut":"/hi","title":"A","text":"Hello","locale":"en"}""");
        await MakeAsync("""{"shortcut":"/hi","title":"A","text":"您好","locale":"zh-CN"}""");
        BodyTests.AssertProblem(await _app.Admin.PostAsync("/api/answers", """{"shortcut":"/HI","title":"B","text":"b","locale":"en"}"""), 409);
        Assert.Equal(204, (await _app.Admin.RemoveAsync($"/api/answers/{first["id"]}")).Status);
        await MakeAsync("""{"shortcut":"/hi","title":"B","text":"b","locale":"en"}""");
    }

    [Fact]
    public async Task A_change_names_what_it_changes_and_a_stale_one_is_refused()
    {
        var made = await MakeAsync("""{"shortcut":"/hi","title":"A","text":"Hello","locale":"en"}""");
        var changed = await _app.Admin.PatchAsync($"/api/answers/{made["id"]}", """{"text":"您好","locale":null}""", made.ETag);
        Assert.Equal(("您好", "/hi"), (changed["text"], changed["shortcut"]));
        Assert.Equal(JsonValueKind.Null, changed.Json.GetProperty("locale").ValueKind);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/answers/{made["id"]}", """{"text":"x"}""", made.ETag), 412);
        Assert.Equal(changed.Text, (await _app.Admin.AskAsync($"/api/answers/{made["id"]}")).Text);
    }

    [Fact]
    public async Task The_list_comes_in_pages()
    {
        foreach (var n in Enumerable.Range(1, 5)) await MakeAsync($$"""{"shortcut":"/{{n}}","title":"A","text":"a"}""");
        var first = await _app.Admin.AskAsync("/api/answers?limit=3");
        Assert.Equal(3, Shortcuts(first).Count());
        var second = await _app.Admin.AskAsync($"/api/answers?limit=3&cursor={first["next"]}");
        Assert.Equal(2, Shortcuts(second).Count());
        Assert.Equal(JsonValueKind.Null, second.Json.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("""{"title":"A","text":"a"}""", "shortcut")]
    [InlineData("""{"shortcut":"/a b","title":"A","text":"a"}""", "shortcut")]
    [InlineData("""{"shortcut":"/a","title":"A"}""", "text")]
    [InlineData("""{"shortcut":"/a","title":"A","text":" "}""", "text")]
    [InlineData("""{"shortcut":"/a","title":"A","text":"a","teams":["tm_1"]}""", "teams")]
    public async Task A_wrong_answer_is_refused(string json, string field)
    {
        var refused = await _app.Admin.PostAsync("/api/answers", json);
        BodyTests.AssertProblem(refused, 400);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(field, out _), refused.Text);
    }

    private async Task<Reply> MakeAsync(string json)
    {
        var made = await _app.Admin.PostAsync("/api/answers", json);
        Assert.True(made.Status == 201, made.Text);
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        return made;
    }

    private async Task<string> TeamAsync(string name) => (await _app.Admin.PostAsync("/api/teams", $$"""{"name":"{{name}}"}"""))["id"]!;

    private static IEnumerable<string> Shortcuts(Reply list) => list.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("shortcut").GetString()!);
}
