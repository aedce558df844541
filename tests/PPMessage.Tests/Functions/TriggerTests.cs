using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Functions;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Functions;

public sealed partial class TriggerTests
{
    private static readonly string Source = Path.Combine(PublishedHead.Repository, "src", "PPMessage.Functions", "Functions");
    private static readonly IReadOnlyList<Trigger> All = Trigger.ReadAll(Source);

    [Fact]
    public void Every_function_file_names_what_triggers_it()
    {
        Assert.Equal(["Api", "Bulk", "BulkDeadLetters", "CampaignClock", "CatchUp", "DeadLetters", "Health", "Hooks", "Housekeeping", "Unsubscribe", "Webhooks", "Work"], All.Select(t => t.Function));
        Assert.Equal(new Trigger("CatchUp", "timerTrigger", "timer", "0 */5 * * * *", null, null), All[4]);
        Assert.Equal(new Trigger("Work", "queueTrigger", "item", null, "work", null), All[11]);
        Assert.Equal(new Trigger("Api", "httpTrigger", "req", null, null, "res"), All[0]);
    }

    [Fact]
    public void What_is_built_carries_the_same_functions_as_the_source() => Assert.Equal(All, Trigger.ReadAll(AppContext.BaseDirectory));

    [Fact]
    public async Task Each_timer_has_a_job_and_each_job_a_timer()
    {
        await using var app = await TestApp.StartAsync(underFunctionsHost: true);
        var jobs = app.Services.GetServices<ITimerJob>().Select(job => job.Name);
        Assert.Equal(All.Where(t => t.Kind == Trigger.Timer).Select(t => t.Function), jobs.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Http_functions_can_be_proxied_and_stay_behind_their_door()
    {
        foreach (var directory in Directory.EnumerateDirectories(Source))
        {
            using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(directory, "function.json")));
            var bindings = file.RootElement.GetProperty("bindings").EnumerateArray().ToList();
            var trigger = bindings[0];
            if (trigger.GetProperty("type").GetString() != Trigger.Http) continue;

            // Exactly one trigger and one output: otherwise the host describes requests in JSON instead of passing them on.
            Assert.Equal(["httpTrigger", "http"], bindings.Select(b => b.GetProperty("type").GetString()));
            Assert.Equal("anonymous", trigger.GetProperty("authLevel").GetString());
            Assert.Matches(Door(), trigger.GetProperty("route").GetString());
        }
    }

    [Fact]
    public void Host_json_asks_the_host_for_what_the_program_relies_on()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(PublishedHead.Repository, "host.json")));
        var host = file.RootElement;
        var queues = host.GetProperty("extensions").GetProperty("queues");
        Assert.True(host.GetProperty("customHandler").GetProperty("enableProxyingHttpRequest").GetBoolean());
        Assert.Equal(typeof(PPMessageApp).Assembly.GetName().Name, host.GetProperty("customHandler").GetProperty("description").GetProperty("defaultExecutablePath").GetString());
        Assert.Equal("", host.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
        Assert.Equal("base64", queues.GetProperty("messageEncoding").GetString());
        Assert.InRange(queues.GetProperty("maxDequeueCount").GetInt32(), 6, int.MaxValue);
        Assert.InRange(queues.GetProperty("batchSize").GetInt32(), 1, 32);
        Assert.Equal("[4.*, 5.0.0)", host.GetProperty("extensionBundle").GetProperty("version").GetString());
    }

    [GeneratedRegex(@"^[a-z]+/\{\*path\}$", RegexOptions.NonBacktracking)]
    private static partial Regex Door();
}
