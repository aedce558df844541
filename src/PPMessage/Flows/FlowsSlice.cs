using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Conversations;
using PPMessage.Flows.Calls;
using PPMessage.Flows.Runs;
using PPMessage.Flows.Schema;
using PPMessage.Flows.Simulation;
using PPMessage.Work;

namespace PPMessage.Flows;

internal static class FlowsSlice
{
    public static IServiceCollection AddFlows(this IServiceCollection services) => services
        .AddSingleton<FlowStore>().AddSingleton<FlowLibrary>()
        .AddSingleton<FlowCalls>().AddSingleton<CallProgram>(provider => provider.GetRequiredService<FlowCalls>().CallAsync)
        .AddSingleton<Simulations>().AddSingleton<FlowTests>().AddSingleton<SimulationApi>()
        .AddSingleton<Workplaces>().AddSingleton<Findings>().AddSingleton<FlowEngine>().AddSingleton<FlowRuns>().AddSingleton<RunStore>().AddSingleton<ContactWriter>()
        .AddSingleton<OvertakeRuns>((edit, thread, conversation, reason) => RunWrites.Overtake(edit, LiveRun.Of(thread), conversation, null, reason).Count > 0)
        .AddSingleton<WakeRuns>(provider => async (thread, cancellation) => await provider.GetRequiredService<FlowRuns>().WakeOvertakenAsync(await provider.GetRequiredService<ThreadStore>().StateAsync(thread, cancellation), cancellation))
        .AddSingleton<IWorkHandler, RunWorkHandler>();

    public static void MapFlows(this IEndpointRouteBuilder routes)
    {
        routes.MapFlowSchema();
        routes.MapSimulation();
    }
}
