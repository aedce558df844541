using PPMessage.Http;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Http;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private const string Body = """{"name":"张伟"}""";

    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_repeat_gets_the_same_resource_without_the_secret()
    {
        var first = await PostAsync("k1");
        var repeat = await PostAsync("k1");
        Assert.Equal((201, 201), (first.Status, repeat.Status));
        Assert.Equal(first["id"], repeat["id"]);
        Assert.Equal(first.Message.Headers.Location, repeat.Message.Headers.Location);
        Assert.Equal(first.ETag, repeat.ETag);
        Assert.StartsWith("agent_", first["token"]);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, repeat.Json.GetProperty("token").ValueKind);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Without_a_key_each_request_makes_one_and_nothing_is_kept()
    {
        var tables = new List<string>();
        _app.Store.BeforeCommit = (table, _) => tables.Add(table);
        Assert.NotEqual((await PostAsync(null))["id"], (await PostAsync(null))["id"]);
        Assert.DoesNotContain(tables, table => table.StartsWith(Tables.Requests, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_refused()
    {
        await PostAsync("k1");
        BodyTests.AssertProblem(await _app.Admin.PostAsync("/api/agents", """{"name":"Other"}""", "k1"), 422);
    }

    [Fact]
    public async Task Keys_are_apart_by_address_and_by_caller()
    {
        var first = await PostAsync("k1");
        Assert.Equal(200, (await _app.Admin.PostAsync($"/api/agents/{first["id"]}/token", key: "k1")).Status);
        var admin = await _app.Admin.PostAsync("/api/agents", """{"name":"B","role":"admin"}""", "k2");
        var other = await _app.As(admin["token"]).PostAsync("/api/agents", Body, "k1");
        Assert.NotEqual(first["id"], other["id"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("schlüssel")]
    public async Task A_key_must_be_printable(string key) => BodyTests.AssertProblem(await PostAsync(key), 400);

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        Assert.Equal(201, (await PostAsync(new string('k', 255))).Status);
        BodyTests.AssertProblem(await PostAsync(new string('k', 256)), 400);
    }

    [Fact]
    public async Task Many_at_once_make_one()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync("k1")));
        Assert.All(replies, reply => Assert.True(reply.Status is 201 or 409, reply.Text));
        Assert.Single(replies.Where(reply => reply.Status == 201).Select(reply => reply["id"]).Distinct());
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task While_the_first_still_runs_a_repeat_is_told_so()
    {
        var (entered, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        _app.Store.AfterCommit = async (table, _) =>
        {
            if (table != Tables.Config) return;
            entered.TrySetResult();
            await gate.Task;
        };
        var first = PostAsync("k1");
        await entered.Task;
        var repeat = await PostAsync("k1");
        BodyTests.AssertProblem(repeat, 409);
        Assert.Equal(TimeSpan.FromSeconds(5), repeat.Message.Headers.RetryAfter?.Delta);
        gate.SetResult();
        Assert.Equal(201, (await first).Status);
        Assert.Equal(201, (await PostAsync("k1")).Status);
    }

    [Fact]
    public async Task What_a_crash_left_is_taken_over_after_a_minute_with_the_same_ids()
    {
        // The process dies behind its first effect: nothing after it is written, the close of the record included.
        var dead = false;
        _app.Store.BeforeCommit = (_, _) => { if (dead) throw new StoreException("dead"); };
        _app.Store.AfterCommit = (table, _) => (dead = table == Tables.Config) ? throw new StoreException("dead") : Task.CompletedTask;
        BodyTests.AssertProblem(await PostAsync("k1"), 503);
        var made = Assert.Single((await ListAsync()).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString();
        (_app.Store.BeforeCommit, _app.Store.AfterCommit) = (null, null);

        _app.Time.Advance(Idempotency.GivenUpAfter - TimeSpan.FromSeconds(1.5));
        var early = await PostAsync("k1");
        BodyTests.AssertProblem(early, 409);
        Assert.Equal(TimeSpan.FromSeconds(2), early.Message.Headers.RetryAfter?.Delta);
        _app.Time.Advance(TimeSpan.FromSeconds(2));
        var repeat = await PostAsync("k1");
        Assert.Equal(201, repeat.Status);
        Assert.Equal(made, repeat["id"]);
        Assert.Equal(1, await CountAsync());
        Assert.Equal(repeat.Text, (await PostAsync("k1")).Text);
    }

    [Fact]
    public async Task A_try_that_failed_can_be_repeated_at_once_with_the_same_ids()
    {
        _app.Store.AfterCommit = (table, _) => table == Tables.Config ? throw new StoreException("the answer was lost") : Task.CompletedTask;
        BodyTests.AssertProblem(await PostAsync("k1"), 503);
        var made = Assert.Single((await ListAsync()).Json.GetProperty("items").EnumerateArray()).GetProperty("id").GetString();
        _app.Store.AfterCommit = null;
        _app.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(made, (await PostAsync("k1"))["id"]);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_refused_request_leaves_the_key_free()
    {
        await _app.Admin.PostAsync("/api/agents", """{"name":"A","email":"a@example.com"}""");
        BodyTests.AssertProblem(await _app.Admin.PostAsync("/api/agents", """{"name":"B","email":"a@example.com"}""", "k1"), 409);
        Assert.Equal(201, (await _app.Admin.PostAsync("/api/agents", """{"name":"B","email":"b@example.com"}""", "k1")).Status);
    }

    [Fact]
    public async Task A_key_lasts_a_day_across_the_end_of_a_week()
    {
        // The clock of the tests stands on a Sunday noon; 13 hours later is another ISO week.
        var first = await PostAsync("k1");
        _app.Time.Advance(TimeSpan.FromHours(13));
        Assert.Equal(first["id"], (await PostAsync("k1"))["id"]);
        _app.Time.Advance(TimeSpan.FromHours(11));
        Assert.NotEqual(first["id"], (await PostAsync("k1"))["id"]);
    }

    [Fact]
    public async Task A_repeat_is_one_though_its_instances_clock_is_still_in_the_week_before()
    {
        _app.Time.Advance(TimeSpan.FromHours(12));
        var first = await PostAsync("k1");
        _app.Time.AdjustTime(_app.Time.GetUtcNow() - TimeSpan.FromSeconds(1));
        Assert.Equal(first["id"], (await PostAsync("k1"))["id"]);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_key_is_free_again_after_a_day_in_the_same_week()
    {
        _app.Time.Advance(TimeSpan.FromDays(1));
        var first = await PostAsync("k1");
        _app.Time.Advance(Idempotency.ValidFor);
        var second = await PostAsync("k1");
        Assert.NotEqual(first["id"], second["id"]);
        Assert.Equal(second["id"], (await PostAsync("k1"))["id"]);
    }

    [Fact]
    public async Task A_record_that_cant_be_closed_does_not_fail_what_was_done()
    {
        var commits = 0;
        _app.Store.BeforeCommit = (table, _) => { if (table.StartsWith(Tables.Requests, StringComparison.Ordinal) && ++commits == 2) throw new StoreException("down"); };
        var first = await PostAsync("k1");
        Assert.Equal(201, first.Status);
        _app.Time.Advance(Idempotency.GivenUpAfter);
        Assert.Equal(first["id"], (await PostAsync("k1"))["id"]);
    }

    private Task<Reply> PostAsync(string? key) => _app.Admin.PostAsync("/api/agents", Body, key);

    private Task<Reply> ListAsync() => _app.Admin.AskAsync("/api/agents?limit=200");

    private async Task<int> CountAsync() => (await ListAsync()).Json.GetProperty("items").GetArrayLength();
}
