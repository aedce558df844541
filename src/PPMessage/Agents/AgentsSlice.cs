using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Http;

namespace PPMessage.Agents;

internal static class AgentsSlice
{
    public static IServiceCollection AddAgents(this IServiceCollection services) =>
        services.AddSingleton<AgentDirectory>().AddSingleton<AgentStore>().AddSingleton<FailedLogins>().AddSingleton<CallerLimits>().AddSingleton<AgentsApi>().AddSingleton(ByJwt);

    private static FindByJwt ByJwt(IServiceProvider services) =>
        services.GetRequiredService<PPMessageOptions>().Oidc is { } oidc ? ByOidc(services, oidc) : static (_, _) => new ValueTask<Caller?>((Caller?)null);

    // Apart, so that what reads JWTs is loaded only where it is asked for.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static FindByJwt ByOidc(IServiceProvider services, OidcOptions oidc) => ActivatorUtilities.CreateInstance<OidcSignIn>(services, oidc).FindAsync;

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
