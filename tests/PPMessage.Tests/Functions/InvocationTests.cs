using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Functions;
using Xunit;

namespace PPMessage.Tests.Functions;

public sealed class InvocationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 17, 0, TimeSpan.Zero);

    public static TheoryData<string> Texts =>
    [
        """{"w":"{\"kind\":\"inbound\"}"}""", "plain text", "\"quoted\"", "", "[1,2]", "42", "null", "退订 \U0001F44B \\ \" \n", "\"", "\"\"",
    ];

    [Theory, MemberData(nameof(Texts))]
    public async Task A_queue_message_arrives_as_it_was_enqueued(string text)
    {
        var calls = new Calls();
        await using var app = await TestApp.StartAsync(underFunctionsHost: true, calls.Register);
        var outcome = await SendAsync(app, "Work", FakeHostCall.Queue("Work", "item", text, 3, "id-1", Now));

        Assert.Equal(CallResult.Succeeded, outcome.Result);
        Assert.Equal([("work", text, 3)], calls.Queue);
    }

    [Fact]
    public async Task Work_that_is_not_done_fails_the_call_so_that_the_host_delivers_again()
    {
        var calls = new Calls { Done = false };
        await using var app = await TestApp.StartAsync(underFunctionsHost: true, calls.Register);
        Assert.Equal(CallResult.Failed, (await SendAsync(app, "Work", FakeHostCall.Queue("Work", "item", "x", 1, "id-1", Now))).Result);
        Assert.Single(calls.Queue);
    }

    [Fact]
    public async Task Work_that_throws_and_bodies_that_are_no_calls_fail_with_a_JSON_object()
    {
        var calls = new Calls { Throws = true };
        await using var app = await TestApp.StartAsync(underFunctionsHost: true, calls.Register);
        foreach (var body in new[] { "", "{", "[]", "{}", """{"Data":{}}""", """{"Data":{"item":"x"}}""" })
        {
            using var answer = await app.Client.PostAsync("/Work", new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
        }
    }

    [Fact]
    public async Task A_timer_runs_the_job_of_its_name()
    {
        var calls = new Calls();
        await using var app = await TestApp.StartAsync(underFunctionsHost: true, calls.Register);
        Assert.Equal(CallResult.Succeeded, (await SendAsync(app, "Housekeeping", FakeHostCall.Timer("Housekeeping", "timer", Now, pastDue: true))).Result);
        Assert.Equal(["Housekeeping"], calls.Timers);
    }

    [Theory]
    [InlineData("DeadLetters", "work-poison")]
    [InlineData("BulkDeadLetters", "bulk-poison")]
    public async Task The_poison_queue_is_told_apart_from_its_queue(string function, string queue)
    {
        var calls = new Calls();
        await using var app = await TestApp.StartAsync(underFunctionsHost: true, calls.Register);
        await SendAsync(app, function, FakeHostCall.Queue(function, "item", "x", 1, "id-1", Now));
        Assert.Equal([(queue, "x", 1)], calls.Queue);
    }

    [Fact]
    public async Task A_request_from_outside_never_reaches_a_function_by_its_name()
    {
        var calls = new Calls();
        await using var app = await TestApp.StartAsync(underFunctionsHost: true, calls.Register);
        foreach (var function in new[] { "Work", "Bulk", "DeadLetters", "BulkDeadLetters", "CatchUp", "Housekeeping", "Api", "Hooks", "Health", "Unsubscribe" })
        {
            using var request = FakeHostCall.Request(function, FakeHostCall.Queue(function, "item", "x", 1, "id-1", Now));
            request.Headers.Add("X-Forwarded-For", "192.0.2.1");
            using var answer = await app.Client.SendAsync(request);
            Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{function}: {answer.StatusCode}");
        }

        Assert.Empty(calls.Queue);
        Assert.Empty(calls.Timers);
    }

    [Fact]
    public async Task Stand_alone_there_are_no_functions_to_call()
    {
        var calls = new Calls();
        await using var app = await TestApp.StartAsync(underFunctionsHost: false, calls.Register);
        using var answer = await app.Client.SendAsync(FakeHostCall.Request("Work", FakeHostCall.Queue("Work", "item", "x", 1, "id-1", Now)));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(calls.Queue);
    }

    [Theory]
    [InlineData("Hooks")]
    [InlineData("Api")]
    [InlineData("Health")]
    [InlineData("Unsubscribe")]
    public async Task A_host_that_describes_requests_instead_of_passing_them_on_is_told_why_it_is_refused(string function)
    {
        await using var app = await TestApp.StartAsync(underFunctionsHost: true);
        using var answer = await app.Client.PostAsync($"/{function}", new StringContent("""{"Data":{"req":{"Url":"http://localhost/api/x","Method":"GET"}},"Metadata":{}}"""));
        var outcome = await FakeHostCall.ReadAsync(answer);
        Assert.Equal(CallResult.Succeeded, outcome.Result);

        using var json = JsonDocument.Parse(outcome.Detail);
        var res = json.RootElement.GetProperty("Outputs").GetProperty("res");
        Assert.Equal(501, res.GetProperty("statusCode").GetInt32());
        Assert.Contains("enableProxyingHttpRequest", res.GetProperty("body").GetString());
    }

    [Theory]
    [InlineData("""{"DequeueCount":"7"}""", 7)]
    [InlineData("""{"DequeueCount":"\"7\""}""", 7)]
    [InlineData("""{"DequeueCount":7}""", 7)]
    [InlineData("""{"DequeueCount":"\"many\""}""", 1)]
    [InlineData("""{"DequeueCount":"-1"}""", 1)]
    [InlineData("""{"DequeueCount":null}""", 1)]
    [InlineData("{}", 1)]
    public void The_dequeue_count_comes_as_text_or_quoted_text(string metadata, int count)
    {
        using var call = JsonDocument.Parse($$"""{"Metadata":{{metadata}}}""");
        Assert.Equal(count, Invocation.DequeueCount(call.RootElement));
    }

    private static async Task<CallOutcome> SendAsync(TestApp app, string function, System.Text.Json.Nodes.JsonObject call)
    {
        using var answer = await app.Client.SendAsync(FakeHostCall.Request(function, call));
        return await FakeHostCall.ReadAsync(answer);
    }

    /// <summary>Stands where triggers lead to, and notes what they said.</summary>
    private sealed class Calls
    {
        public bool Done { get; init; } = true;

        public bool Throws { get; init; }

        public List<(string Queue, string Text, int DequeueCount)> Queue { get; } = [];

        public List<string> Timers { get; } = [];

        public void Register(IServiceCollection services)
        {
            services.AddSingleton<QueueCall>((queue, text, count, _) =>
            {
                Queue.Add((queue, text, count));
                return Throws ? throw new InvalidOperationException("no") : Task.FromResult(Done);
            });
            services.AddSingleton<TimerCall>((function, _) =>
            {
                lock (Timers) Timers.Add(function);
                return Task.CompletedTask;
            });
        }
    }
}
