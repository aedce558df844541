using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace PPMessage.Http;

internal static class HttpSlice
{
    public static IServiceCollection AddHttp(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<Idempotency>();
    }

    /// <summary>Put it first: it turns what escapes the others into problem answers.</summary>
    public static IApplicationBuilder UseErrorAnswers(this IApplicationBuilder app) => app.UseMiddleware<ErrorAnswers>();

    /// <summary>Put it behind whoever asks for tokens: strangers are told nothing.</summary>
    public static IApplicationBuilder UseKnownQuery(this IApplicationBuilder app) => app.UseMiddleware<KnownQuery>();
}
