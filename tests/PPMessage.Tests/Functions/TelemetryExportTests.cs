using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using PPMessage.Functions;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>What a collector gets, byte by byte.</summary>
public sealed class TelemetryExportTests : IAsyncLifetime
{
    private const string HookKey = "hook-key-of-nobody-else";

    private readonly ConcurrentQueue<string> _collected = [];
    private WebApplication _collector = null!;

    public async ValueTask InitializeAsync()
    {
        _collector = Builder([]).Build();
        _collector.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body, Encoding.Latin1);
            _collected.Enqueue(await reader.ReadToEndAsync());
        });
        await _collector.StartAsync();
    }

    public ValueTask DisposeAsync() => _collector.DisposeAsync();

    [Fact]
    public async Task A_span_leaves_with_its_route_and_without_what_else_the_address_holds()
    {
        await using var app = await StartAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.Urls.Single(), ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" });
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("TheAgent/1.0");
        Assert.Equal("ok", await client.GetStringAsync($"/hooks/{HookKey}/sms?From=%2B8613812345678"));

        await Eventually.TrueAsync(() =>
        {
            app.Services.GetRequiredService<TracerProvider>().ForceFlush();
            return Has(Telemetry.CallbackSpan) && Has("/hooks/{key}/sms"); // Not of one letter: the request's own span ends after its answer is out.
        });
        Assert.All(_collected, spans =>
        {
            foreach (var unsaid in new[] { HookKey, "8613812345678", "TheAgent" }) Assert.DoesNotContain(unsaid, spans, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Unless_a_setting_asks_nothing_is_traced(string endpoint)
    {
        await using var app = await StartAsync(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint, ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = endpoint });
        Assert.Null(app.Services.GetService<TracerProvider>());
    }

    private bool Has(string text) => _collected.Any(spans => spans.Contains(text, StringComparison.Ordinal));

    private static async Task<WebApplication> StartAsync(Dictionary<string, string?> settings)
    {
        var builder = Builder(settings);
        builder.AddExporters(isFunctionsHost: true);
        var app = builder.Build();
        app.MapGet("/hooks/{key}/sms", (string key) =>
        {
            using var span = Telemetry.StartCallback("sms");
            return "ok";
        });
        await app.StartAsync();
        return app;
    }

    private static WebApplicationBuilder Builder(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        return builder;
    }
}
