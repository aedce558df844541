using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using PPMessage.Work;

namespace PPMessage
{
    /// <summary>Holds the place of the product's registration until it is merged.</summary>
    public static class Temporary
    {
        public static IServiceCollection AddPPMessage(this IServiceCollection services, IConfiguration configuration, bool underFunctionsHost)
        {
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton<WorkRunner>();
            if (!underFunctionsHost)
                services.AddSingleton<IStore>(p => new EmbeddedStore(configuration["PPMessage:DataDirectory"] ?? "./data", p.GetRequiredService<TimeProvider>()));
            return services;
        }

        public static WebApplication MapPPMessage(this WebApplication app)
        {
            app.MapGet("/health/live", (HttpContext context) => context.Response.WriteAsync("live"));
            return app;
        }
    }
}

namespace PPMessage.Work
{
    internal sealed class WorkRunner
    {
        public Task<bool> RunAsync(string queue, string text, int dequeueCount, CancellationToken cancellation) => throw new NotSupportedException();

        public Task KeepPoisonAsync(string queue, string text, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
