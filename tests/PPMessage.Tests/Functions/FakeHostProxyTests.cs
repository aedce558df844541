using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>That the fake does to a request what the real host does to it.</summary>
public sealed class FakeHostProxyTests
{
    [Fact]
    public async Task A_request_arrives_byte_for_byte_with_the_hosts_own_forwarding_headers()
    {
        var lines = await ExchangeAsync("PUT /api/a%2Fb/%7Ec?x=1&x=2&y=%e9+ HTTP/1.1\r\nHost: example.org\r\nX-Forwarded-For: 192.0.2.9\r\nX-Azure-Functions-InvocationId: fake\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 207", lines);
        Assert.Contains("PUT /api/a%2Fb/%7Ec?x=1&x=2&y=%e9+\n", lines);
        Assert.Contains("For=127.0.0.1 Host=example.org Proto=http Own=127.0.0.1", lines);
        Assert.Contains("Body=abc", lines);
        Assert.DoesNotContain("fake", lines);
        Assert.Contains("Set-Cookie: a=1\r\nSet-Cookie: b=2", lines);
    }

    [Theory]
    [InlineData("POST /Work")]
    [InlineData("DELETE /hooks/x")]
    [InlineData("GET /")]
    public async Task What_no_function_is_for_is_not_found(string request) =>
        Assert.StartsWith("HTTP/1.1 404", await ExchangeAsync($"{request} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));

    private static async Task<string> ExchangeAsync(string request)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var program = builder.Build();
        program.Run(EchoAsync);
        await program.StartAsync();
        await using var proxy = new FakeHostProxy(new Uri(program.Urls.First()));
        await proxy.StartAsync(AppContext.BaseDirectory);

        using var client = new TcpClient();
        await client.ConnectAsync(proxy.Address.Host, proxy.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        using var body = new StreamReader(context.Request.Body);
        context.Response.StatusCode = StatusCodes.Status207MultiStatus;
        context.Response.Headers.SetCookie = new[] { "a=1", "b=2" };
        await context.Response.WriteAsync(
            $"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}\n" +
            $"For={headers["X-Forwarded-For"]} Host={headers["X-Forwarded-Host"]} Proto={headers["X-Forwarded-Proto"]} Own={context.Request.Host.Host} Id={headers["X-Azure-Functions-InvocationId"]}\n" +
            $"Body={await body.ReadToEndAsync()}");
    }
}
