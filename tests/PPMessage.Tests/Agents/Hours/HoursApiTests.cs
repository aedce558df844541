using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Agents.Hours;

public sealed class HoursApiTests : IAsyncLifetime
{
    private const string Path = "/api/settings/business-hours";

    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Hours_that_were_never_set_are_always_open()
    {
        var hours = (await _app.Admin.AskAsync(Path)).Json;
        Assert.True(hours.GetProperty("openNow").GetBoolean());
        Assert.Null(hours.GetProperty("closesAt").GetString());
    }

    [Fact]
    public async Task What_was_set_is_shown_with_when_it_opens()
    {
        var put = await _app.Admin.PutAsync(Path, """
            {"timeZone":"Asia/Shanghai","weekly":{"monday":[{"from":"13:00","to":"24:00"},{"from":"09:00","to":"12:00"}]},
             "holidays":[{"date":"2026-10-01","name":"国庆节","to":"2026-10-07"}],"makeUpDays":[{"date":"2026-10-10","name":"国庆节调休","like":"monday"}]}
            """);
        Assert.Equal(200, put.Status);
        var shown = await _app.Admin.AskAsync(Path);
        Assert.Equal((put.Text, "\"1\""), (shown.Text, shown.ETag));
        Assert.Contains("""
            "monday":[{"from":"09:00","to":"12:00"},{"from":"13:00","to":"24:00"}]
            """, shown.Text, StringComparison.Ordinal);
        Assert.Contains("国庆节调休", shown.Text, StringComparison.Ordinal);

        // It is Sunday 22 November, 20:00 in Shanghai.
        Assert.False(shown.Json.GetProperty("openNow").GetBoolean());
        Assert.Equal(("2026-11-23T01:00:00Z", "2026-11-23T04:00:00Z"), (shown["opensAt"], shown["closesAt"]));
    }

    [Theory]
    [InlineData("""{}""", "timeZone", "required")]
    [InlineData("""{"timeZone":"China Standard Time"}""", "timeZone", "IANA")]
    [InlineData("""{"timeZone":"UTC","weekly":{"monday":[{"from":"22:00","to":"06:00"}]}}""", "weekly.monday[0]", "split")]
    [InlineData("""{"timeZone":"UTC","weekly":{"monday":[{"from":"09:00","to":"09:00"}]}}""", "weekly.monday[0]", "begins")]
    [InlineData("""{"timeZone":"UTC","weekly":{"monday":[{"from":"09:00","to":"12:00"},{"from":"11:00","to":"13:00"}]}}""", "weekly.monday", "overlap")]
    [InlineData("""{"timeZone":"UTC","weekly":{"monday":[{"from":"9","to":"12:00"}]}}""", "weekly.monday[0]", "00:00")]
    [InlineData("""{"timeZone":"UTC","weekly":{"monday":[{"from":"24:00","to":"24:00"}]}}""", "weekly.monday[0]", "00:00")]
    [InlineData("""{"timeZone":"UTC","weekly":{"montag":[]}}""", "weekly.montag", "not known")]
    [InlineData("""{"timeZone":"UTC","holidays":[{"date":"2026-10-07","name":"国庆节","to":"2026-10-01"}]}""", "holidays[0].to", "before")]
    [InlineData("""{"timeZone":"UTC","holidays":[{"date":"2026-02-30","name":"x"}]}""", "holidays[0].date", "date")]
    [InlineData("""{"timeZone":"UTC","holidays":[{"date":"2026-02-28"}]}""", "holidays[0].name", "text")]
    [InlineData("""{"timeZone":"UTC","makeUpDays":[{"date":"2026-10-10","name":"调休"}]}""", "makeUpDays[0]", "either")]
    [InlineData("""{"timeZone":"UTC","makeUpDays":[{"date":"2026-10-10","name":"a","like":"monday"},{"date":"2026-10-10","name":"b","like":"friday"}]}""", "makeUpDays", "twice")]
    public async Task A_mistake_is_named(string json, string field, string hint)
    {
        var refused = await _app.Admin.PutAsync(Path, json);
        BodyTests.AssertProblem(refused, 400);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(field, out var messages), refused.Text);
        Assert.Contains(hint, messages[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_team_may_have_its_own()
    {
        var team = await _app.Admin.PostAsync("/api/teams", """{"name":"夜班","businessHours":{"timeZone":"Asia/Shanghai","weekly":{"friday":[{"from":"20:00","to":"24:00"}]}}}""");
        Assert.Equal(201, team.Status);
        Assert.Equal("Asia/Shanghai", team.Json.GetProperty("businessHours").GetProperty("timeZone").GetString());
        var kept = await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", """{"name":"晚班"}""");
        Assert.Equal("Asia/Shanghai", kept.Json.GetProperty("businessHours").GetProperty("timeZone").GetString());
        var cleared = await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", """{"businessHours":null}""");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, cleared.Json.GetProperty("businessHours").ValueKind);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", """{"businessHours":{"timeZone":"UTC","weekly":{"friday":[{"from":"20:00","to":"02:00"}]}}}"""), 400);
    }
}
