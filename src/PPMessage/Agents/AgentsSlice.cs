using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;

namespace PPMessage.Agents;

internal static class AgentsSlice
{
    public static IServiceCollection AddAgents(this IServiceCollection services) =>
        services.AddSingleton<AgentDirectory>().AddSingleton<AgentStore>().AddSingleton<FailedLogins>().AddSingleton<CallerLimits>().AddSingleton<AgentsApi>();

    /// <summary>Put it behind <c>UseErrorAnswers</c> and before every endpoint.</summary>
    public static IApplicationBuilder UseApiAuthentication(this IApplicationBuilder app) => app.UseMiddleware<Authentication>();

    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<AgentsApi>();
        var agents = routes.MapGroup("/api/agents");
        agents.MapGet("", api.ListAsync);
        agents.MapGet("/me", api.GetMeAsync);
        agents.MapPut("/me/availability", api.SetMyAvailabilityAsync);
        agents.MapGet("/{id}", api.GetAsync);
        agents.MapPost("", api.CreateAsync).RequireAdmin();
        agents.MapPatch("/{id}", api.ChangeAsync).RequireAdmin();
        agents.MapDelete("/{id}", api.DeleteAsync).RequireAdmin();
        agents.MapPost("/{id}/token", api.RotateTokenAsync).RequireAdmin();
    }
}
