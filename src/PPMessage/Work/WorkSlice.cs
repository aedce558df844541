using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Health;
using PPMessage.Http;

namespace PPMessage.Work;

internal static class WorkSlice
{
    public static IServiceCollection AddWork(this IServiceCollection services) => services
        .AddSingleton<WorkQueue>().AddSingleton<WorkRunner>().AddSingleton<DeadLetters>()
        .AddSingleton<ITimerJob, Housekeeping>()
        .AddSingleton<CountDeadLetters>(provider => provider.GetRequiredService<DeadLetters>().CountAsync);

    public static void MapWork(this IEndpointRouteBuilder routes) => routes.MapGroup("/api/dead-letters").RequireAdmin().MapDeadLetters();
}
