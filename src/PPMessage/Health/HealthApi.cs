using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;

namespace PPMessage.Health;

internal static class HealthApi
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<Readiness>();

    /// <summary>Needs no key and names no secret: <c>live</c> says that the process answers, <c>ready</c> that it can work (503 when not).</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var readiness = routes.ServiceProvider.GetRequiredService<Readiness>();
        routes.MapMethods("/health/live", Methods, () => TypedResults.Json(new HealthReport(CheckStatus.Pass, []), HealthJson.Default.HealthReport)).Describe(HealthOperations.Live);
        routes.MapMethods("/health/ready", Methods, async (CancellationToken cancellation) =>
        {
            var health = await readiness.AskAsync(cancellation);
            return TypedResults.Json(health, HealthJson.Default.HealthReport, statusCode: health.Status == CheckStatus.Fail ? 503 : 200);
        }).Describe(HealthOperations.Ready);
    }
}

internal enum CheckStatus
{
    Pass,

    /// <summary>It works, and somebody should look.</summary>
    Warn,

    Fail,
}

internal sealed record Check(string Name, CheckStatus Status, string? Message = null);

/// <param name="Status">The worst of the checks.</param>
internal sealed record HealthReport(CheckStatus Status, IReadOnlyList<Check> Checks)
{
    public static HealthReport Of(IReadOnlyList<Check> checks) => new(checks.Max(check => check.Status), checks);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(Words<CheckStatus>)])]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext;
