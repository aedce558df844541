using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;

namespace PPMessage.Tests.Webhooks;

/// <summary>One request that a receiver got.</summary>
internal sealed record Received(string Id, long Timestamp, string Signature, string Body, string Target, string ContentType)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.Word("type");

    public IReadOnlyList<JsonElement> Changes => [.. Json.GetProperty("data").GetProperty("changes").EnumerateArray()];

    /// <summary>As a receiver verifies, in words of its own.</summary>
    public bool IsSignedWith(string secret)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String(secret.Replace("whsec_", string.Empty, StringComparison.Ordinal)));
        var wanted = "v1," + Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(Id + "." + Timestamp + "." + Body)));
        return Signature.Split(' ').Contains(wanted);
    }
}

/// <summary>A real server that takes webhooks, and answers as a test wishes.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    /// <summary>Answers each request; null: 204.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>The changes of all requests that were changes, in order.</summary>
    public IEnumerable<JsonElement> Changes => All.Where(one => one.Type == "changes").SelectMany(one => one.Changes);

    public string Url => $"{_app.Addresses()[0].GetLeftPart(UriPartial.Authority)}/in";

    public static async Task<Receiver> StartAsync()
    {
        var app = SandboxHost.Build(log: false, 0);
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Answers so from now on.</summary>
    public void AnswerWith(int status, string? header = null, string? value = null) => Answer = context =>
    {
        context.Response.StatusCode = status;
        if (header is not null) context.Response.Headers[header] = value;
        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => new(_app.EndAsync());

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var headers = context.Request.Headers;
        _received.Enqueue(new Received(
            headers["webhook-id"].ToString(), long.Parse(headers["webhook-timestamp"].ToString(), System.Globalization.CultureInfo.InvariantCulture), headers["webhook-signature"].ToString(),
            await reader.ReadToEndAsync(context.RequestAborted), context.Request.Path + context.Request.QueryString, context.Request.ContentType ?? string.Empty));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (Answer is { } answer) await answer(context);
    }
}

internal static class WebhookCalls
{
    /// <summary>A webhook that is enabled. The answer has its secret.</summary>
    public static async Task<Called> HookAsync(this Workspace workspace, string url, string name = "客户系统", params string[] events)
    {
        var made = await workspace.CallAsync("POST", "/api/webhooks", new { name, url, events });
        Xunit.Assert.True(made.Status == 201, $"{made.Status} {made.Json}");
        return made;
    }

    /// <summary>The timer that looks whether the clock goes.</summary>
    public static Task WatchAsync(this Workspace workspace) => workspace.Services.GetServices<ITimerJob>().Single(job => job.Name == "Webhooks").RunAsync(default);

    /// <summary>The clock beats once, five seconds later.</summary>
    public static Task BeatAsync(this Workspace workspace) => workspace.BeatAsync(TimeSpan.FromSeconds(5));

    /// <summary>The clock beats, after so long.</summary>
    public static async Task BeatAsync(this Workspace workspace, TimeSpan later)
    {
        workspace.Time.Advance(later);
        await workspace.DrainAsync();
    }
}
