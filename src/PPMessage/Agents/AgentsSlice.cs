using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents.Answers;
using PPMessage.Agents.Hours;
using PPMessage.Agents.Teams;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Agents;

internal static class AgentsSlice
{
    public static IServiceCollection AddAgents(this IServiceCollection services) =>
        services
        .AddSingleton<AgentDirectory>().AddSingleton<AgentStore>().AddSingleton<FailedLogins>().AddSingleton<CallerLimits>().AddSingleton<AgentsApi>().AddSingleton(ByJwt)
        .AddSingleton<TeamDirectory>().AddSingleton<TeamStore>().AddSingleton<TeamsApi>().AddSingleton<AssignmentApi>()
        .AddSingleton<HoursApi>().AddSingleton<AnswerStore>().AddSingleton<AnswersApi>()
        .AddSetting("assignment", TeamJson.Default.AssignmentSetting).AddSetting("business-hours", HoursJson.Default.BusinessHours);

    public static IServiceCollection AddSetting<T>(this IServiceCollection services, string key, JsonTypeInfo<T> type) where T : Setting, new() =>
        services.AddSingleton(provider => new SettingStore<T>(
            provider.GetRequiredService<IStore>(), provider.GetRequiredService<PPMessageOptions>(), provider.GetRequiredService<TimeProvider>(), key, type));

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
        agents.MapGet("", api.ListAsync).Describe(AgentsOperations.List);
        agents.MapGet("/me", api.GetMeAsync).Describe(AgentsOperations.GetMe);
        agents.MapPut("/me/availability", api.SetMyAvailabilityAsync).Describe(AgentsOperations.SetMyAvailability);
        agents.MapGet("/{id}", api.GetAsync).Describe(AgentsOperations.Get);
        agents.MapPost("", api.CreateAsync).RequireAdmin().Describe(AgentsOperations.Create);
        agents.MapPatch("/{id}", api.ChangeAsync).RequireAdmin().Describe(AgentsOperations.Change);
        agents.MapDelete("/{id}", api.DeleteAsync).RequireAdmin().Describe(AgentsOperations.Delete);
        agents.MapPost("/{id}/token", api.RotateTokenAsync).RequireAdmin().Describe(AgentsOperations.RotateToken);
        MapTeams(routes);
        MapAnswers(routes);
        MapSettings(routes);
    }

    private static void MapTeams(IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<TeamsApi>();
        var teams = routes.MapGroup("/api/teams");
        teams.MapGet("", api.ListAsync).Describe(TeamsOperations.List);
        teams.MapGet("/{id}", api.GetAsync).Describe(TeamsOperations.Get);
        teams.MapPost("", api.CreateAsync).RequireAdmin().Describe(TeamsOperations.Create);
        teams.MapPatch("/{id}", api.ChangeAsync).RequireAdmin().Describe(TeamsOperations.Change);
        teams.MapDelete("/{id}", api.DeleteAsync).RequireAdmin().Describe(TeamsOperations.Delete);
    }

    private static void MapAnswers(IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<AnswersApi>();
        var answers = routes.MapGroup("/api/answers");
        answers.MapGet("", api.ListAsync).Describe(AnswersOperations.List);
        answers.MapGet("/{id}", api.GetAsync).Describe(AnswersOperations.Get);
        answers.MapPost("", api.CreateAsync).RequireAdmin().Describe(AnswersOperations.Create);
        answers.MapPatch("/{id}", api.ChangeAsync).RequireAdmin().Describe(AnswersOperations.Change);
        answers.MapDelete("/{id}", api.DeleteAsync).RequireAdmin().Describe(AnswersOperations.Delete);
    }

    private static void MapSettings(IEndpointRouteBuilder routes)
    {
        var assignment = routes.ServiceProvider.GetRequiredService<AssignmentApi>();
        var hours = routes.ServiceProvider.GetRequiredService<HoursApi>();
        var settings = routes.MapGroup("/api/settings");
        settings.MapGet("/assignment", assignment.GetAsync).Describe(AssignmentOperations.Get);
        settings.MapPut("/assignment", assignment.PutAsync).RequireAdmin().Describe(AssignmentOperations.Put);
        settings.MapGet("/business-hours", hours.GetAsync).Describe(HoursOperations.Get);
        settings.MapPut("/business-hours", hours.PutAsync).RequireAdmin().Describe(HoursOperations.Put);
    }
}
