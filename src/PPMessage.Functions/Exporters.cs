namespace PPMessage.Functions;

/// <summary>Whether, and where, telemetry is sent. Unless a setting asks for it (what <c>infra</c> deploys does) nothing of OpenTelemetry is loaded: cold starts are paid for in time.</summary>
internal static class Exporters
{
    private const string Insights = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddExporters(this WebApplicationBuilder builder, bool isFunctionsHost)
    {
        var (insights, toCollector) = (builder.Configuration[Insights], !string.IsNullOrWhiteSpace(builder.Configuration[Otlp]));
        if (!string.IsNullOrWhiteSpace(insights) || toCollector) OpenTelemetryExport.Add(builder, string.IsNullOrWhiteSpace(insights) ? null : insights, toCollector, isFunctionsHost);
    }
}
