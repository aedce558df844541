using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Conversations.Erasing;
using PPMessage.Flows.Calls;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Publishing;
using PPMessage.Flows.Runs;
using PPMessage.Flows.Schema;
using PPMessage.Flows.Simulation;
using PPMessage.Flows.Statistics;
using PPMessage.Http;
using PPMessage.Work;

namespace PPMessage.Flows;

internal static class FlowsSlice
{
    public static IServiceCollection AddFlows(this IServiceCollection services) => services.AddRuns().AddDefinitions();

    private static IServiceCollection AddDefinitions(this IServiceCollection services) => services
        .AddSingleton<Simulations>().AddSingleton<FlowTests>().AddSingleton<SimulationApi>()
        .AddSingleton<FlowReferences>().AddSingleton<FlowCheck>().AddSingleton<FlowSwitch>().AddSingleton<Publish>()
        .AddSingleton<FlowsApi>().AddSingleton<DraftsApi>().AddSingleton<PublishingApi>().AddSingleton<VersionsApi>().AddSingleton<StatsApi>()
        .AddSingleton<RunList>().AddSingleton<RunsApi>().AddSingleton<StartRunApi>();

    private static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSingleton<FlowStore>().AddSingleton<FlowLibrary>()
        .AddSingleton<FlowCalls>().AddSingleton<CallProgram>(provider => provider.GetRequiredService<FlowCalls>().CallAsync)
        .AddSingleton<Workplaces>().AddSingleton<Findings>().AddSingleton<FlowEngine>().AddSingleton<RunPlaces>().AddSingleton<FlowRuns>().AddSingleton<RunCalls>().AddSingleton<FarAnswers>().AddSingleton<RunStore>().AddSingleton<ContactWriter>()
        .AddSingleton<OvertakeRuns>((edit, thread, conversation, reason) =>
            RunWrites.Overtake(edit, LiveRun.Of(thread), conversation, null, reason).Count + RunWrites.Overtake(edit, StoredWaiter.Of(thread), reason).Count > 0)
        .AddSingleton<WakeRuns>(provider => async (thread, cancellation) => await provider.GetRequiredService<FlowRuns>().WakeOvertakenAsync(await provider.GetRequiredService<ThreadStore>().StateAsync(thread, cancellation), cancellation))
        .AddSingleton<RunWorkHandler>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<RunWorkHandler>())
        .AddSingleton<RunRemoval>().AddSingleton<EraseRuns>(provider => provider.GetRequiredService<RunRemoval>().OfContactsAsync)
        .AddSingleton<RunHousekeeping>().AddSingleton<CleanUp>(provider => provider.GetRequiredService<RunHousekeeping>().RunAsync)
        .AddSingleton<HomeThreads>().AddSingleton<RunStarter>().AddSingleton<FlowTriggers>().AddSingleton<IWorkHandler, TriggerWorkHandler>()
        .AddSingleton<ConversationHappens>(provider => (conversation, resolved, seed, at, cancellation) => provider.GetRequiredService<FlowTriggers>().TellAsync(
            resolved ? TriggerWord.ConversationResolved : TriggerWord.ConversationOpened, conversation.ContactId, conversation, seed, at, committed: true, cancellation))
        .AddSingleton<ContactHappens>(provider => (contact, created, committed, cancellation) => provider.GetRequiredService<FlowTriggers>().TellAsync(
            created ? TriggerWord.ContactCreated : TriggerWord.ContactUpdated, contact.Id, null, contact.Id, created ? MadeAt(contact) : contact.UpdatedAt, committed, cancellation));

    public static void MapFlows(this IEndpointRouteBuilder routes)
    {
        routes.MapFlowSchema();
        MapDefinitions(routes);
        routes.MapSimulation();
        MapRuns(routes);
    }

    private static void MapDefinitions(IEndpointRouteBuilder routes)
    {
        var (api, drafts) = (routes.ServiceProvider.GetRequiredService<FlowsApi>(), routes.ServiceProvider.GetRequiredService<DraftsApi>());
        var (publishing, versions) = (routes.ServiceProvider.GetRequiredService<PublishingApi>(), routes.ServiceProvider.GetRequiredService<VersionsApi>());
        var flows = routes.MapGroup("/api/flows").RequireAdmin();
        flows.MapGet("", api.ListAsync).Describe(FlowsOperations.List);
        flows.MapPost("", api.CreateAsync).Describe(FlowsOperations.Create);
        flows.MapPost("/import", api.ImportAsync).Describe(FlowsOperations.Import);
        flows.MapGet("/{id}", api.GetAsync).Describe(FlowsOperations.Get);
        flows.MapDelete("/{id}", api.DeleteAsync).Describe(FlowsOperations.Delete);
        flows.MapGet("/{id}/draft", drafts.GetAsync).Describe(FlowsOperations.GetDraft);
        flows.MapPut("/{id}/draft", drafts.PutAsync).Describe(FlowsOperations.PutDraft);
        flows.MapPost("/{id}/validate", drafts.ValidateAsync).Describe(FlowsOperations.Validate);
        flows.MapPost("/{id}/publish", publishing.PublishAsync).Describe(PublishingOperations.Publish);
        flows.MapPost("/{id}/rollback", publishing.RollbackAsync).Describe(PublishingOperations.Rollback);
        flows.MapPost("/{id}/start", publishing.StartAsync).Describe(PublishingOperations.Start);
        flows.MapPost("/{id}/stop", publishing.StopAsync).Describe(PublishingOperations.Stop);
        flows.MapGet("/{id}/versions", versions.ListAsync).Describe(PublishingOperations.Versions);
        flows.MapGet("/{id}/versions/{version}", versions.GetAsync).Describe(PublishingOperations.Version);
        flows.MapGet("/{id}/export", versions.ExportAsync).Describe(PublishingOperations.Export);
    }

    private static void MapRuns(IEndpointRouteBuilder routes)
    {
        var (api, start) = (routes.ServiceProvider.GetRequiredService<RunsApi>(), routes.ServiceProvider.GetRequiredService<StartRunApi>());
        var flows = routes.MapGroup("/api/flows/{id}").RequireAdmin();
        flows.MapGet("/stats", routes.ServiceProvider.GetRequiredService<StatsApi>().GetAsync).Describe(RunsOperations.Stats);
        flows.MapGet("/runs", api.ListAsync).Describe(RunsOperations.List);
        flows.MapPost("/runs", start.StartAsync).Describe(RunsOperations.Start);
        var runs = routes.MapGroup("/api/runs/{id}").RequireAdmin();
        runs.MapGet("", api.GetAsync).Describe(RunsOperations.Get);
        runs.MapPost("/cancel", api.CancelAsync).Describe(RunsOperations.Cancel);
        runs.MapPost("/retry", api.RetryAsync).Describe(RunsOperations.Retry);
        runs.MapPost("/migrate", api.MigrateAsync).Describe(RunsOperations.Migrate);
    }

    // Behind the conversation that may have begun with it: the run is to be found at home there.
    private static DateTimeOffset MadeAt(Contact contact) => ContactKeys.DrawnAt(contact.Id).AddMilliseconds(1);
}
