using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;

namespace PPMessage.Agents;

internal static class AgentsSlice
{
    public static IServiceCollection AddAgents(this IServiceCollection services) =>
        services.AddSingleton<AgentDirectory>().AddSingleton<AgentStore>().AddSingleton<FailedLogins>().AddSingleton<AgentsApi>();

    /// <summary>Put it behind <c>UseErrorAnswers</c> and before every endpoint.</summary>
    public static IApplicationBuilder UseApiAuthentication(this IApplicationBuilder app) => app.UseMiddleware<Authentication>();

    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<AgentsApi>();
        var agents = routes.MapGroup("/api/agents");
        agents.MapGet("", api.ListAsync).Describe(AgentsOperations.List);
        agents.MapGet("/me", api.GetMeAsync).Describe(AgentsOperations.GetMe);
        agents.MapPut("/me/availability", api.SetMyAvailabilityAsync).Describe(AgentsOperations.SetMyAvailability);
        agents.MapGet("/{id}", api.GetAsync).Describe(AgentsOperations.Get);
        agents.MapPost("", api.CreateAsync).RequireAdmin().Describe(AgentsOperations.Create);
        agents.MapPatch("/{id}", api.ChangeAsync).RequireAdmin().Describe(AgentsOperations.Change);
        agents.MapDelete("/{id}", api.DeleteAsync).RequireAdmin().Describe(AgentsOperations.Delete);
        agents.MapPost("/{id}/token", api.RotateTokenAsync).RequireAdmin().Describe(AgentsOperations.RotateToken);
    }
}
