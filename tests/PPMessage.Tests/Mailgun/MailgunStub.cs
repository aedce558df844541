using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PPMessage.Tests.Mailgun;

/// <summary>A request as it was on the wire.</summary>
internal sealed record StubRequest(string Method, string Target, string? Authorization, string? ContentType, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <param name="Status">0: the connection is cut instead.</param>
internal sealed record StubAnswer(int Status, string Body, params (string Name, string Value)[] Headers);

/// <summary>Stands where Mailgun's API would, keeps what it is asked and answers what a test says.</summary>
internal sealed class MailgunStub : IAsyncDisposable
{
    public const string Queued = """{"id":"<20261122.1@mg.example.com>","message":"Queued. Thank you."}""";

    private readonly WebApplication _app;

    private MailgunStub(WebApplication app) => _app = app;

    public Uri BaseUrl => new(_app.Urls.First());

    public ConcurrentQueue<StubRequest> Requests { get; } = new();

    public Func<StubRequest, StubAnswer> Answer { get; set; } = _ => new(200, Queued);

    public static async Task<MailgunStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var stub = new MailgunStub(app);
        app.Run(stub.AnswerAsync);
        await app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new StubRequest(
            context.Request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, context.Request.Headers.Authorization,
            context.Request.ContentType, body.ToArray());
        Requests.Enqueue(request);
        var answer = Answer(request);
        if (answer.Status == 0)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers) context.Response.Headers[name] = value;
        await context.Response.WriteAsync(answer.Body);
    }
}
