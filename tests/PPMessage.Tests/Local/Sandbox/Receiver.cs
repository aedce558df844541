using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PPMessage.Tests.Local.Sandbox;

/// <summary>An application that the sandbox calls: keeps what came and answers as a test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string EmptyTwiml = """<?xml version="1.0" encoding="UTF-8"?><Response/>""";

    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedCall> Calls { get; } = [];

    public Func<ReceivedCall, IResult> Answer { get; set; } = _ => TypedResults.Text(EmptyTwiml, "text/xml");

    public string BaseUrl => _app.Urls.First();

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var call = new ReceivedCall(
            context.Request.Method,
            context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            context.Request.Method == "GET" ? Encoding.UTF8.GetBytes(context.Request.QueryString.Value!) : body.ToArray());
        Calls.Enqueue(call);
        await Answer(call).ExecuteAsync(context);
    }
}

internal sealed record ReceivedCall(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Of the query or of a form that is text.</summary>
    public NameValueCollection Fields => System.Web.HttpUtility.ParseQueryString(Encoding.UTF8.GetString(Body));

    public string Signature => Headers.GetValueOrDefault("X-Twilio-Signature", "");

    public IEnumerable<KeyValuePair<string, string>> Pairs => Fields.AllKeys.SelectMany(key => Fields.GetValues(key)!.Select(value => KeyValuePair.Create(key!, value)));
}
