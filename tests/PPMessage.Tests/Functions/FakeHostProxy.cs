using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace PPMessage.Tests.Functions;

/// <summary>The public door of the Functions host: routes by the <c>function.json</c> files, proxies as <c>enableProxyingHttpRequest</c> does.</summary>
internal sealed class FakeHostProxy(Uri program) : IAsyncDisposable
{
    private const int Tries = 10;

    private static readonly UriCreationOptions ByteForByte = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private static readonly string[] NotCopied = ["Host", "Connection", "Transfer-Encoding", "Keep-Alive", "Upgrade", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Azure-Functions-InvocationId", "X-Azure-Functions-HostVersion"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private WebApplication? _server;

    public Uri Address => new(_server!.Urls.First());

    /// <param name="port">0: a free one.</param>
    public async Task StartAsync(string folder, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}").ConfigureKestrel(kestrel => (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, 104_857_600));
        builder.Logging.ClearProviders();
        _server = builder.Build();
        foreach (var file in Directory.EnumerateDirectories(folder).Select(d => Path.Combine(d, "function.json")).Where(File.Exists)) Map(_server, file);
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _client.Dispose();
    }

    private void Map(WebApplication server, string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var trigger = document.RootElement.GetProperty("bindings")[0];
        if (trigger.GetProperty("type").GetString() != "httpTrigger") return;
        var methods = trigger.GetProperty("methods").EnumerateArray().Select(m => m.GetString()!.ToUpperInvariant()).ToHashSet();
        // A method that is not in the list is not found, rather than not allowed.
        server.Map("/" + trigger.GetProperty("route").GetString(), (RequestDelegate)(context => methods.Contains(context.Request.Method) ? ProxyAsync(context) : NotFound(context)));
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task ProxyAsync(HttpContext context)
    {
        using var answer = await SendAsync(context);
        if (answer is null) { context.Response.StatusCode = StatusCodes.Status500InternalServerError; return; }
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => !NotCopied.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
            context.Response.Headers[name] = values.ToArray();
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        await CopyAsync(await answer.Content.ReadAsStreamAsync(context.RequestAborted), context.Response.Body, context.RequestAborted);
    }

    /// <summary>Connection failures are tried again, whatever the method; a request whose body is used up only when it never got a connection. Null: given up.</summary>
    private async Task<HttpResponseMessage?> SendAsync(HttpContext context)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = Outgoing(context);
            try
            {
                return await _client.SendAsync(request, context.RequestAborted);
            }
            catch (HttpRequestException e) when (attempt < Tries && (request.Content is null || e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(250, 50 * attempt)), TimeProvider.System, context.RequestAborted);
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }

    private HttpRequestMessage Outgoing(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri($"{program.GetLeftPart(UriPartial.Authority)}{target}", ByteForByte));
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()!.CanHaveBody) request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers.Where(h => !NotCopied.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)) request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        var invocation = Guid.NewGuid().ToString();
        request.Headers.Add("X-Forwarded-For", $"{context.Connection.RemoteIpAddress}");
        request.Headers.Add("X-Forwarded-Host", $"{context.Request.Host}");
        request.Headers.Add("X-Forwarded-Proto", context.Request.Scheme);
        request.Headers.Add("X-Azure-Functions-InvocationId", invocation);
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1037.0.0");
        request.Headers.Add("x-ms-invocation-id", invocation);
        return request;
    }

    /// <summary>Piece by piece, so that a stream arrives as it is written.</summary>
    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        for (var read = await from.ReadAsync(buffer, cancellation); read > 0; read = await from.ReadAsync(buffer, cancellation))
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
            await to.FlushAsync(cancellation);
        }
    }
}
