using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Calls;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Work;

namespace PPMessage.Flows;

internal static class FlowsSlice
{
    public static IServiceCollection AddFlows(this IServiceCollection services) => services
        .AddSingleton<FlowStore>().AddSingleton<FlowLibrary>()
        .AddSingleton<FlowCalls>().AddSingleton<CallProgram>(provider => provider.GetRequiredService<FlowCalls>().CallAsync)
        .AddSingleton<Workplaces>().AddSingleton<Findings>().AddSingleton<FlowEngine>().AddSingleton<FlowRuns>().AddSingleton<RunStore>().AddSingleton<ContactWriter>()
        .AddSingleton<OvertakeRuns>((edit, thread, conversation, reason) => RunWrites.Overtake(edit, LiveRun.Of(thread), conversation, null, reason).Count > 0)
        .AddSingleton<WakeRuns>(provider => async (thread, cancellation) => await provider.GetRequiredService<FlowRuns>().WakeOvertakenAsync(await provider.GetRequiredService<ThreadStore>().StateAsync(thread, cancellation), cancellation))
        .AddSingleton<RunWorkHandler>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<RunWorkHandler>())
        .AddSingleton<HomeThreads>().AddSingleton<RunStarter>().AddSingleton<FlowTriggers>().AddSingleton<IWorkHandler, TriggerWorkHandler>()
        .AddSingleton<ConversationHappens>(provider => (conversation, resolved, seed, at, cancellation) => provider.GetRequiredService<FlowTriggers>().TellAsync(
            resolved ? TriggerWord.ConversationResolved : TriggerWord.ConversationOpened, conversation.ContactId, conversation, seed, at, committed: true, cancellation))
        .AddSingleton<ContactHappens>(provider => (contact, created, committed, cancellation) => provider.GetRequiredService<FlowTriggers>().TellAsync(
            created ? TriggerWord.ContactCreated : TriggerWord.ContactUpdated, contact.Id, null, contact.Id, created ? MadeAt(contact) : contact.UpdatedAt, committed, cancellation));

    // Behind the conversation that may have begun with it: the run is to be found at home there.
    private static DateTimeOffset MadeAt(Contact contact) => ContactKeys.DrawnAt(contact.Id).AddMilliseconds(1);
}
