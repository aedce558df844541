using System.Net;
using System.Text;
using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

public sealed class DraftsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Work_under_way_is_kept_whatever_mistakes_it_has()
    {
        var id = await Workspace.FlowAsync(Defined.Waiting("草稿"));
        var odd = Defined.Of("""{"name":"半成品 😀","steps":{"a":{"type":"nonsense","x":[1.50,null,{"":"" }]}},"unknown":{"deep":[[[]]]},"start":7}""");
        Workspace.Time.Advance(TimeSpan.FromSeconds(5));
        var saved = await Workspace.DraftAsync(id, odd);
        Assert.Equal(200, saved.Status);
        Assert.True(JsonElement.DeepEquals(odd, saved.Json.GetProperty("definition")));
        foreach (var place in new[] { "trigger.on", "start", "steps.a.type", "unknown" }) Assert.True(saved.Json.GetProperty("mistakes").TryGetProperty(place, out _), place);
        var read = await Workspace.CallAsync("GET", $"/api/flows/{id}/draft");
        Assert.True(JsonElement.DeepEquals(saved.Json, read.Json));
        Assert.Equal((saved.ETag, "半成品 😀"), (read.ETag, (await Workspace.GetAsync($"/api/flows/{id}")).Word("name")));
    }

    [Fact]
    public async Task Who_saves_over_what_somebody_else_has_saved_is_told_when_he_asks_for_it()
    {
        var id = await Workspace.FlowAsync(Defined.Waiting("一"));
        var first = await Workspace.CallAsync("GET", $"/api/flows/{id}/draft");
        var second = await Workspace.DraftAsync(id, Defined.Waiting("二"), first.ETag);
        Assert.Equal(200, second.Status);
        Assert.NotEqual(first.ETag, second.ETag);
        Assert.Equal(412, (await Workspace.DraftAsync(id, Defined.Waiting("三"), first.ETag)).Status);
        Assert.Equal(200, (await Workspace.DraftAsync(id, Defined.Waiting("四"))).Status);
        // Blanks say nothing.
        using var spaced = new HttpRequestMessage(HttpMethod.Put, $"/api/flows/{id}/draft") { Content = new StringContent($" {Defined.Waiting("四").GetRawText().Replace(",", " ,\n", StringComparison.Ordinal)} ", Encoding.UTF8, "application/json") };
        using var answer = await Workspace.Client.SendAsync(spaced);
        Assert.Equal((await Workspace.CallAsync("GET", $"/api/flows/{id}/draft")).ETag, answer.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task Many_who_save_at_once_leave_one_draft_that_the_flow_knows()
    {
        var id = await Workspace.PublishedAsync(Defined.Waiting("旧"));
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Workspace.DraftAsync(id, Defined.Waiting($"同时 {i}"))));
        Assert.All(all, one => Assert.True(one.Status is 200 or 409));
        Assert.True((await Workspace.GetAsync($"/api/flows/{id}")).Flag("hasDraft"));
        await Workspace.DraftAsync(id, Defined.Waiting("旧"));
        var flow = await Workspace.GetAsync($"/api/flows/{id}");
        Assert.Equal((false, "旧"), (flow.Flag("hasDraft"), flow.Word("name")));
    }

    [Fact]
    public async Task What_can_not_be_kept_is_refused()
    {
        var id = await Workspace.FlowAsync(Defined.Waiting());
        foreach (var (json, status) in new[]
        {
            ("[]", 400), ("null", 400), ("\"x\"", 400), ("", 400), ("{", 400), ("""{"a":"\ud800"}""", 400), ("""{"a":{"\ud800":1}}""", 400), ("""{"a":[{"b":{"\udfff":{}}}]}""", 400),
            (Nested(60), 400), (Nested(100), 400), (Nested(40), 200), (Long(256 * 1024), 200), (Long((256 * 1024) + 1), 413),
        })
        {
            using var content = new StringContent(json, Encoding.UTF8, "application/json");
            using var answer = await Workspace.Client.PutAsync($"/api/flows/{id}/draft", content);
            Assert.True((int)answer.StatusCode == status, $"{json[..Math.Min(json.Length, 40)]}: {answer.StatusCode}");
            if (status == 200) Assert.Equal(HttpStatusCode.OK, (await Workspace.Client.GetAsync($"/api/flows/{id}/draft")).StatusCode);
        }

        using var plain = new StringContent("{}", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await Workspace.Client.PutAsync($"/api/flows/{id}/draft", plain)).StatusCode);
    }

    [Fact]
    public async Task Validating_tells_the_mistakes_of_what_is_given_or_of_the_draft()
    {
        var id = await Workspace.FlowAsync(Defined.Of("""{"name":"x"}"""));
        var own = await Workspace.CallAsync("POST", $"/api/flows/{id}/validate");
        Assert.True(own.Json.GetProperty("mistakes").TryGetProperty("steps", out _));
        var given = await Workspace.CallAsync("POST", $"/api/flows/{id}/validate", new { definition = Defined.Waiting() });
        Assert.Equal((200, """{"mistakes":{},"warnings":{}}"""), (given.Status, given.Json.GetRawText()));
        var gone = await Workspace.CallAsync("POST", $"/api/flows/{id}/validate", new { definition = Defined.Calling(id) });
        Assert.Contains("calls itself", gone.Json.GetProperty("mistakes").GetProperty("steps.call.flowId")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(400, (await Workspace.CallAsync("POST", $"/api/flows/{id}/validate", new { definition = 5 })).Status);
        Assert.Equal(400, (await Workspace.CallAsync("POST", $"/api/flows/{id}/validate", new { other = 5 })).Status);
        Assert.Equal("x", (await Workspace.GetAsync($"/api/flows/{id}/draft")).GetProperty("definition").Word("name"));
    }

    private static string Nested(int levels) => $"{string.Concat(Enumerable.Repeat("{\"a\":", levels - 1))}{{}}{new string('}', levels - 1)}";

    private static string Long(int bytes) => $$"""{"a":"{{new string('x', bytes - 8)}}"}""";
}
