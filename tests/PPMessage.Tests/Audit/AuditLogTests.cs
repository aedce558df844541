using PPMessage.Audit;
using PPMessage.Storage;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Audit;

public sealed class AuditLogTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Changes_leave_lines_that_say_who_and_what()
    {
        var admin = await _app.Admin.PostAsync("/api/agents", """{"name":"王芳","role":"admin"}""");
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await _app.As(admin["token"]).PatchAsync($"/api/agents/{admin["id"]}", """{"name":"王"}""");
        var lines = (await _app.Admin.AskAsync("/api/audit")).Json.GetProperty("items");
        Assert.Equal(
            [$"{admin["id"]} agent.changed {admin["id"]} 王", $"admin-key agent.created {admin["id"]} 王芳"],
            lines.EnumerateArray().Select(line => $"{line.GetProperty("who")} {line.GetProperty("action")} {line.GetProperty("subject")} {line.GetProperty("detail")}"));
        Assert.Equal("2026-11-22T12:00:01Z", lines[0].GetProperty("at").GetString());
    }

    [Fact]
    public async Task Pages_go_back_through_all_months()
    {
        var log = _app.Get<AuditLog>();
        for (var i = 0; i < 9; i++)
        {
            await log.WriteAsync("test", "did", $"{i}");
            _app.Time.Advance(TimeSpan.FromDays(20));
        }

        foreach (var limit in new[] { 1, 2, 4, 9, 200 })
        {
            var seen = new List<string?>();
            for (string? cursor = string.Empty; cursor is not null;)
            {
                var page = (await _app.Admin.AskAsync($"/api/audit?limit={limit}{(cursor.Length > 0 ? $"&cursor={cursor}" : string.Empty)}")).Json;
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("subject").GetString()));
                cursor = page.GetProperty("next").GetString();
            }

            Assert.Equal(Enumerable.Range(0, 9).Select(i => $"{8 - i}"), seen);
        }
    }

    [Theory]
    [InlineData("cursor=x")]
    [InlineData("cursor=2026-13.01KAQ000000000000000000000")]
    [InlineData("cursor=months.01KAQ0000000000000000000000")]
    [InlineData("cursor=2026-11.01KAQ000000000000000000%2F%2F%2F")]
    [InlineData("limit=0")]
    public async Task A_page_out_of_range_is_refused(string query) => BodyTests.AssertProblem(await _app.Admin.AskAsync($"/api/audit?{query}"), 400);

    [Fact]
    public async Task A_line_that_cant_be_written_does_not_fail_the_request()
    {
        _app.Store.BeforeCommit = (table, _) => { if (table == Tables.Audit) throw new StoreException("down"); };
        Assert.Equal(201, (await _app.Admin.PostAsync("/api/agents", """{"name":"A"}""")).Status);
        Assert.Contains("400 The audit line 'admin-key agent.created", _app.Log.Text);
    }

    [Fact]
    public async Task A_long_detail_is_cut()
    {
        await _app.Get<AuditLog>().WriteAsync("test", "did", "x", new string('长', 5000));
        Assert.Equal(1000, (await _app.Admin.AskAsync("/api/audit")).Json.GetProperty("items")[0].GetProperty("detail").GetString()!.Length);
    }
}
