using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PPMessage.Flows.Calls;
using PPMessage.Local.Sandbox;

namespace PPMessage.Tests.Flows.Calls;

/// <summary>One request that a program got.</summary>
internal sealed record Asked(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A real server that plays a company's program, and answers as a test wishes.</summary>
internal sealed class ProgramServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly WebApplication _app;

    private ProgramServer(WebApplication app) => _app = app;

    /// <summary>Answers each request; null: an empty 200.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    public IReadOnlyList<Asked> All => [.. _asked];

    public string Origin => _app.Addresses()[0].GetLeftPart(UriPartial.Authority);

    public int Port => _app.Addresses()[0].Port;

    public static async Task<ProgramServer> StartAsync()
    {
        var app = SandboxHost.Build(log: false, 0);
        var server = new ProgramServer(app);
        app.Run(server.TakeAsync);
        await app.StartAsync();
        return server;
    }

    public void AnswerWith(int status, string? header = null, string? value = null) => Answer = context =>
    {
        context.Response.StatusCode = status;
        if (header is not null) context.Response.Headers[header] = value;
        return Task.CompletedTask;
    };

    public void AnswerWith(byte[] body, string? type, string? encoding = null) => Answer = async context =>
    {
        context.Response.ContentType = type;
        if (encoding is not null) context.Response.Headers.ContentEncoding = encoding;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    };

    /// <summary>Leads from each of these paths to somewhere; answers <c>{"at":"…"}</c> at every other.</summary>
    public void Redirect(int status, params (string From, string To)[] ways) => Answer = async context =>
    {
        var to = ways.FirstOrDefault(way => way.From == context.Request.Path).To;
        if (to is null)
        {
            await context.Response.WriteAsync($$"""{"at":"{{context.Request.Path}}"}""", context.RequestAborted);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Location = to;
    };

    public ValueTask DisposeAsync() => new(_app.EndAsync());

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        _asked.Enqueue(new Asked(
            context.Request.Method, context.Request.Path.ToUriComponent() + context.Request.QueryString,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync(context.RequestAborted)));
        if (Answer is { } answer) await answer(context);
    }
}

/// <summary>Calls as flows make them.</summary>
internal static class Programs
{
    public static CallRequest Get(string url, params (string Name, string Value)[] headers) => Request("GET", url, null, headers);

    public static CallRequest Request(string method, string url, string? body = null, params (string Name, string Value)[] headers) =>
        new(method, url, headers.ToDictionary(header => header.Name, header => header.Value), body, TimeSpan.FromSeconds(10), "run_1/ask/1");

    /// <param name="isLocal">As a demo on this machine, which may call this machine.</param>
    public static async Task<CallAnswer> CallAsync(CallRequest request, bool isLocal = true, CancellationToken cancellation = default)
    {
        using var calls = new FlowCalls(new PPMessageOptions { PublicBaseUrl = new Uri(isLocal ? "http://127.0.0.1:7071" : "https://hub.example.com") }, TimeProvider.System);
        return await calls.CallAsync(request, cancellation);
    }
}
