using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PPMessage.Functions;

/// <summary>
/// Sends traces, metrics and logs to Azure Monitor, to an OTLP collector, or both; the standard <c>OTEL_*</c> settings hold. Under the Functions host logs are the
/// host's affair: it sends what the program prints. Metrics and logs are never sampled.
/// </summary>
internal static class OpenTelemetryExport
{
    /// <param name="insights">The connection string; null: not to Azure Monitor.</param>
    public static void Add(WebApplicationBuilder builder, string? insights, bool toCollector, bool isFunctionsHost)
    {
        var azure = insights is null ? null : Azure(insights, builder.Configuration["AzureWebJobsStorage:clientId"]);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => Name(resource, builder.Configuration))
            .WithTracing(tracing => Trace(tracing, azure, toCollector))
            .WithMetrics(metrics => Measure(metrics, azure, toCollector));
        if (!isFunctionsHost) telemetry.WithLogging(logging => Log(logging, azure, toCollector), options => options.IncludeFormattedMessage = true);
    }

    private static void Trace(TracerProviderBuilder tracing, Action<AzureMonitorExporterOptions>? azure, bool toCollector)
    {
        // ASP.NET Core's spans are the parents of ours: without them the sampler would drop both.
        tracing.AddSource(Telemetry.Name).AddAspNetCoreInstrumentation().AddProcessor(new Discretion());
        if (azure is not null) tracing.AddAzureMonitorTraceExporter(azure);
        if (toCollector) tracing.AddOtlpExporter();
    }

    private static void Measure(MeterProviderBuilder metrics, Action<AzureMonitorExporterOptions>? azure, bool toCollector)
    {
        metrics.AddMeter(Telemetry.Name, "Microsoft.AspNetCore.Hosting");
        if (azure is not null) metrics.AddAzureMonitorMetricExporter(azure);
        if (toCollector) metrics.AddOtlpExporter();
    }

    private static void Log(LoggerProviderBuilder logging, Action<AzureMonitorExporterOptions>? azure, bool toCollector)
    {
        if (azure is not null) logging.AddAzureMonitorLogExporter(azure);
        if (toCollector) logging.AddOtlpExporter();
    }

    private static void Name(ResourceBuilder resource, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["OTEL_SERVICE_NAME"])) resource.AddService(Telemetry.Name);
    }

    /// <param name="clientId">Of the identity that the program runs under, which signs what it sends; null: the connection string's key does.</param>
    private static Action<AzureMonitorExporterOptions> Azure(string connection, string? clientId)
    {
        TokenCredential? credential = string.IsNullOrWhiteSpace(clientId) ? null : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId));
        return options =>
        {
            (options.ConnectionString, options.Credential) = (connection, credential);
            // A dead letter's line counts whether or not its trace is kept.
            options.EnableTraceBasedLogsSampler = false;
            options.EnableLiveMetrics = false;
            options.EnablePerformanceCounters = false;
        };
    }
}
