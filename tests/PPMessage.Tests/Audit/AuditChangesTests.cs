using System.Text.Json.Serialization;
using PPMessage.Audit;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Audit;

public sealed class AuditChangesTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task An_agents_changed_fields_are_told_before_and_after_and_no_others()
    {
        var team = (await _app.Admin.PostAsync("/api/teams", """{"name":"售后"}"""))["id"];
        var agent = await _app.Admin.PostAsync("/api/agents", $$"""{"name":"王芳","email":"fang@example.com","teams":["{{team}}"]}""");
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await _app.Admin.PatchAsync($"/api/agents/{agent["id"]}", $$"""{"name":"王小芳","email":null,"teams":["{{team}}"]}""");
        Assert.Equal("""{"name":{"before":"王芳","after":"王小芳"},"email":{"before":"fang@example.com","after":null}}""", await NewestAsync("agent.changed"));
        Assert.Equal(
            $$$"""{"name":{"before":null,"after":"王芳"},"email":{"before":null,"after":"fang@example.com"},"role":{"before":null,"after":"agent"},"teams":{"before":null,"after":["{{{team}}}"]},"availability":{"before":null,"after":"ready"},"token":{"before":null,"after":"set"}}""",
            await NewestAsync("agent.created"));
    }

    [Fact]
    public async Task Teams_answers_and_settings_are_told_before_and_after_too()
    {
        var agent = (await _app.Admin.PostAsync("/api/agents", """{"name":"王芳"}"""))["id"];
        var team = await _app.Admin.PostAsync("/api/teams", """{"name":"售后"}""");
        await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", $$"""{"assignment":{"method":"in_turn","capacity":3},"name":"售前","members":["{{agent}}"]}""");
        Assert.Equal(
            $$$"""{"name":{"before":"售后","after":"售前"},"members":{"before":[],"after":["{{{agent}}}"]},"assignment.method":{"before":"all","after":"in_turn"},"assignment.capacity":{"before":null,"after":3}}""",
            await NewestAsync("team.changed"));
        await _app.Admin.RemoveAsync($"/api/teams/{team["id"]}");
        Assert.StartsWith($$$"""{"name":{"before":"售前","after":null},"members":{"before":["{{{agent}}}"],"after":null},""", await NewestAsync("team.deleted"), StringComparison.Ordinal);

        var answer = await _app.Admin.PostAsync("/api/answers", """{"shortcut":"/hi","title":"问候","text":"您好"}""");
        await _app.Admin.PatchAsync($"/api/answers/{answer["id"]}", """{"text":"您好！","locale":"zh-CN"}""");
        Assert.Equal("""{"text":{"before":"您好","after":"您好！"},"locale":{"before":null,"after":"zh-CN"}}""", await NewestAsync("answer.changed"));

        await _app.Admin.PutAsync("/api/settings/assignment", """{"method":"least_busy","capacity":2}""");
        Assert.Equal("""{"method":{"before":"all","after":"least_busy"},"capacity":{"before":null,"after":2}}""", await NewestAsync("setting.changed"));
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await _app.Admin.PutAsync("/api/settings/business-hours", """{"timeZone":"Asia/Shanghai","weekly":{"monday":[{"from":"09:00","to":"18:00"}]}}""");
        Assert.Equal(
            """{"timeZone":{"before":"UTC","after":"Asia/Shanghai"},"weekly.monday":{"before":[],"after":[{"from":"09:00","to":"18:00"}]}}""", await NewestAsync("setting.changed"));
    }

    [Fact]
    public async Task A_rotated_token_is_only_said_to_have_changed()
    {
        var agent = await _app.Admin.PostAsync("/api/agents", """{"name":"A"}""");
        var rotated = await _app.Admin.PostAsync($"/api/agents/{agent["id"]}/token");
        Assert.Equal("""{"token":{"before":"set","after":"changed"}}""", await NewestAsync("agent.token-rotated"));
        Assert.DoesNotContain(rotated["token"]!, (await _app.Admin.AskAsync("/api/audit")).Text);
    }

    [Fact]
    public async Task Of_a_channels_secrets_neither_value_nor_end_is_told()
    {
        var made = await _app.Admin.PostAsync("/api/channels", """{"kind":"sms","provider":"twilio","name":"客服","settings":{"accountSid":"AC1","phoneNumber":"+15550001"},"secrets":{"authToken":"old-secret-1234"}}""");
        Assert.Equal(201, made.Status);
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"name":"售前","secrets":{"authToken":"new-secret-5678"},"inbound":{"enabled":false}}""");
        Assert.Equal(
            """{"name":{"before":"客服","after":"售前"},"secrets.authToken":{"before":"set","after":"changed"},"inbound.enabled":{"before":true,"after":false}}""",
            await NewestAsync("channel.changed"));
        var all = (await _app.Admin.AskAsync("/api/audit")).Text;
        Assert.DoesNotContain("1234", all);
        Assert.DoesNotContain("5678", all);
    }

    [Fact]
    public async Task Values_are_cut_and_fields_are_counted()
    {
        var (before, after) = (Enumerable.Range(0, 100).ToDictionary(i => $"a{i}", _ => "x"), new Dictionary<string, string> { ["long"] = new string('长', 5000) });
        var changes = AuditChanges.Between(new ChannelLike(before), new ChannelLike(after), LikeJson.Default.ChannelLike);
        Assert.Equal(AuditChanges.MostFields, changes.Count);
        Assert.Equal(new string('长', AuditChanges.LongestValue) + "…", changes["settings.long"].After!.Value.GetString());
        await _app.Get<AuditLog>().WriteAsync("test", "did", "x", null, changes);
        Assert.Contains("settings.long", await NewestAsync("did"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_long_values_it_is_told_what_differs()
    {
        var (ids, text) = (Enumerable.Range(10, 50).Select(i => $"ag_{i}").ToList(), new string('长', 500));
        var before = new ListLike(ids, text + "旧");
        var changes = AuditChanges.Between(before, before with { List = [.. ids.Skip(1), "ag_99"], Text = text + "新" }, LikeJson.Default.ListLike);
        Assert.Equal(("""["ag_10"]""", """["ag_99"]"""), (changes["list"].Before!.Value.GetRawText(), changes["list"].After!.Value.GetRawText()));
        Assert.Equal(($"…{new string('长', 40)}旧", $"…{new string('长', 40)}新"), (changes["text"].Before!.Value.GetString(), changes["text"].After!.Value.GetString()));

        var shorter = AuditChanges.Between(before, before with { Text = text }, LikeJson.Default.ListLike)["text"];
        Assert.Equal(($"…{new string('长', 40)}旧", $"…{new string('长', 40)}"), (shorter.Before!.Value.GetString(), shorter.After!.Value.GetString()));
        var sorted = AuditChanges.Between(before, before with { List = [.. Enumerable.Reverse(ids)] }, LikeJson.Default.ListLike)["list"];
        Assert.NotEqual(sorted.Before!.Value.GetString(), sorted.After!.Value.GetString());
    }

    [Theory]
    [InlineData("who=b", "3 1")]
    [InlineData("action=channel", "2 1")]
    [InlineData("action=channel.changed", "2")]
    [InlineData("action=chan", "")]
    [InlineData("subject=s0", "0")]
    [InlineData("who=b&action=channel", "1")]
    [InlineData("from=2026-12-12T12:00:00Z", "3 2 1")]
    [InlineData("to=2026-12-12T12:00:00Z", "0")]
    [InlineData("from=2026-12-12T20:00:00%2B08:00&to=2027-01-21T12:00:00Z", "2 1")]
    [InlineData("from=2026-12-12T20:00:00+08:00&to=2027-01-21T12:00:00Z&who=a", "2")]
    [InlineData("from=2027-01-21T12:00:00Z&to=2026-01-01T00:00:00Z", "")]
    [InlineData("to=0001-01-01T00:00:00Z", "")]
    [InlineData("from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z", "3 2 1 0")]
    public async Task Lines_are_found_by_who_what_and_when(string query, string subjects)
    {
        foreach (var (who, action, i) in new[] { ("a", "agent.created", 0), ("b", "channel.created", 1), ("a", "channel.changed", 2), ("b", "agent.created", 3) })
        {
            await _app.Get<AuditLog>().WriteAsync(who, action, $"s{i}");
            _app.Time.Advance(TimeSpan.FromDays(20));
        }

        foreach (var limit in new[] { 1, 3 }) Assert.Equal(subjects, string.Join(' ', (await AllAsync($"{query}&limit={limit}")).Select(subject => subject[1..])));
    }

    [Fact]
    public async Task A_page_reads_no_more_than_its_share_and_the_next_one_goes_on()
    {
        await _app.Get<AuditLog>().WriteAsync("rare", "did", "first");
        _app.Time.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 2100; i++) await _app.Get<AuditLog>().WriteAsync("test", "did", "x");
        var page = (await _app.Admin.AskAsync("/api/audit?who=rare")).Json;
        Assert.Equal(0, page.GetProperty("items").GetArrayLength());
        Assert.NotNull(page.GetProperty("next").GetString());
        Assert.Equal(["first"], await AllAsync("who=rare"));
    }

    [Theory]
    [InlineData("from=yesterday")]
    [InlineData("to=2026-11-22")]
    [InlineData("to=2026-11-22T12:00:00")]
    public async Task A_time_that_is_none_is_refused(string query) => BodyTests.AssertProblem(await _app.Admin.AskAsync($"/api/audit?{query}"), 400);

    [Fact]
    public async Task What_is_erased_is_blackened_in_changes_too()
    {
        var agent = await _app.Admin.PostAsync("/api/agents", """{"name":"A","email":"fang@example.com"}""");
        await _app.Get<AuditLog>().EraseAsync(_app.Time.GetUtcNow(), text => text.Contains("fang@example.com", StringComparison.Ordinal), CancellationToken.None);
        var line = (await _app.Admin.AskAsync("/api/audit")).Json.GetProperty("items")[0];
        Assert.Equal(("agent.created", agent["id"], "(erased)"), (line.GetProperty("action").GetString(), line.GetProperty("subject").GetString(), line.GetProperty("detail").GetString()));
        Assert.False(line.TryGetProperty("changes", out _));
    }

    private async Task<string> NewestAsync(string action) =>
        (await _app.Admin.AskAsync($"/api/audit?action={action}&limit=1")).Json.GetProperty("items")[0].GetProperty("changes").GetRawText();

    private async Task<IReadOnlyList<string>> AllAsync(string query)
    {
        var seen = new List<string>();
        for (string? cursor = string.Empty; cursor is not null;)
        {
            var page = (await _app.Admin.AskAsync($"/api/audit?{query}{(cursor.Length > 0 ? $"&cursor={cursor}" : string.Empty)}")).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("subject").GetString()!));
            cursor = page.GetProperty("next").GetString();
        }

        return seen;
    }
}

internal sealed record ListLike(IReadOnlyList<string> List, string Text);

internal sealed record ChannelLike(IReadOnlyDictionary<string, string> Settings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChannelLike))]
[JsonSerializable(typeof(ListLike))]
internal sealed partial class LikeJson : JsonSerializerContext;
