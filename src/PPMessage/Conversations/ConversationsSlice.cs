using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents;
using PPMessage.Agents.Teams;
using PPMessage.Channels;
using PPMessage.Channels.Setup;
using PPMessage.Contacts;
using PPMessage.Conversations.Assigning;
using PPMessage.Conversations.Erasing;
using PPMessage.Conversations.Merging;
using PPMessage.Conversations.Offline;
using PPMessage.Conversations.Sending;
using PPMessage.Conversations.Unsubscribing;
using PPMessage.Http;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations;

internal static class ConversationsSlice
{
    public static IServiceCollection AddConversations(this IServiceCollection services) => services
        .AddSingleton<ThreadKeys>().AddSingleton<ThreadStore>().AddSingleton<FeedSignal>().AddSingleton<Inbox>().AddSingleton<InboxList>()
        .AddSingleton<MessageList>().AddSingleton<ChangeFeed>().AddSingleton<ChannelUse>().AddSingleton<Reply>()
        .AddSingleton<Routes>().AddSingleton<Composing>().AddSingleton<Contents>().AddSingleton<Consents>().AddSingleton<ConsentCopy>()
        .AddSingleton<ChangeConversation>().AddSingleton<Deliveries>().AddSingleton<MessageSender>().AddSingleton<CampaignPost>().AddSingleton<Outbound>().AddSingleton<RetrySend>()
        .AddSingleton<ConversationsApi>().AddSingleton<MessagesApi>().AddSingleton<StartApi>().AddSingleton<SuppressionsApi>().AddSingleton<EventsApi>().AddSingleton<Activity>().AddSingleton<AttachmentsApi>()
        .AddSetting("offline-messages", OfflineJson.Default.OfflineSettings).AddSingleton<OfflineApi>()
        .AddSingleton<AnswerAddresses>(provider => async cancellation => (await provider.GetRequiredService<SettingStore<OfflineSettings>>().ReadAsync(cancellation)).AnswerAddresses())
        .AddSingleton<SendWorkHandler>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<SendWorkHandler>()).AddSingleton<IWorkHandler, InboxWorkHandler>().AddSingleton<IWorkHandler, MediaWorkHandler>()
        .AddSingleton<Assigner>().AddSingleton<InboxMarks>().AddSingleton<HandOut>().AddSingleton<TakeApi>()
        .AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<HandOut>())
        .AddSingleton<Leaving>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<Leaving>())
        .AddSingleton<AgentLeaves>(provider => provider.GetRequiredService<Leaving>().SoonAsync)
        .AddSingleton<HandOutSoon>(provider => provider.GetRequiredService<HandOut>().SoonAsync)
        .AddSingleton<ContactThreads>().AddSingleton<Repointing>().AddSingleton<LateComers>().AddSingleton<MergeApi>().AddSingleton<ThreadErasure>().AddSingleton<ErasedRecords>().AddSingleton<EraseApi>()
        .AddSingleton<Merge>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<Merge>())
        .AddSingleton<Erase>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<Erase>())
        .AddSingleton<Naming>().AddSingleton<IWorkHandler>(provider => provider.GetRequiredService<Naming>())
        .AddSingleton<ContactNamed>(provider => provider.GetRequiredService<Naming>().PutAsync)
        .AddSingleton<CleanUp>(provider => (now, cancellation) => FeedRetention.RunAsync(provider.GetRequiredService<IStore>(), now, cancellation))
        .AddUnsubscribing()
        .AddSingleton<FindActivity>(provider => provider.GetRequiredService<Activity>().OfAsync)
        .AddSingleton<ChannelInUse>(provider => provider.GetRequiredService<ChannelUse>().IsUsedAsync)
        .AddSingleton<AvailabilityChanged>(provider => provider.GetRequiredService<Inbox>().TellOfAsync);

    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        var conversations = routes.ServiceProvider.GetRequiredService<ConversationsApi>();
        var messages = routes.ServiceProvider.GetRequiredService<MessagesApi>();
        var attachments = routes.ServiceProvider.GetRequiredService<AttachmentsApi>();
        var group = routes.MapGroup("/api/conversations");
        group.MapGet("", conversations.ListAsync).Describe(ConversationsOperations.List);
        group.MapPost("", routes.ServiceProvider.GetRequiredService<StartApi>().StartAsync).Describe(ConversationsOperations.Start);
        group.MapGet("/{id}", conversations.GetAsync).Describe(ConversationsOperations.Get);
        group.MapPatch("/{id}", conversations.ChangeAsync).Describe(ConversationsOperations.Change);
        group.MapPost("/{id}/take", routes.ServiceProvider.GetRequiredService<TakeApi>().TakeAsync).Describe(ConversationsOperations.Take);
        group.MapGet("/{id}/messages", messages.ListAsync).Describe(MessagesOperations.List);
        group.MapPost("/{id}/messages", messages.SendAsync).Describe(MessagesOperations.Send);
        group.MapGet("/{id}/messages/{messageId}", messages.GetAsync).Describe(MessagesOperations.Get);
        group.MapPost("/{id}/messages/{messageId}/retry", messages.RetryAsync).Describe(MessagesOperations.Retry);
        group.MapGet("/{id}/messages/{messageId}/raw", attachments.RawAsync).Describe(MessagesOperations.Raw);
        routes.MapGet("/api/events", routes.ServiceProvider.GetRequiredService<EventsApi>().GetAsync).Describe(ConversationsOperations.Events);
        routes.MapGet("/api/attachments/{id}/{messageId}/{attachmentId}", attachments.GetAsync).Describe(MessagesOperations.File);
        var offline = routes.ServiceProvider.GetRequiredService<OfflineApi>();
        var settings = routes.MapGroup("/api/settings/offline-messages").RequireAdmin();
        settings.MapGet("", offline.GetAsync).Describe(OfflineOperations.Get);
        settings.MapPut("", offline.PutAsync).Describe(OfflineOperations.Put);
        routes.MapPost("/api/contacts/{id}/merge", routes.ServiceProvider.GetRequiredService<MergeApi>().MergeAsync).Describe(PersonOperations.Merge);
        routes.MapDelete("/api/contacts/{id}", routes.ServiceProvider.GetRequiredService<EraseApi>().EraseAsync).RequireAdmin().Describe(PersonOperations.Erase);
        var suppressions = routes.ServiceProvider.GetRequiredService<SuppressionsApi>();
        var suppressed = routes.MapGroup("/api/suppressions");
        suppressed.MapGet("", suppressions.GetAsync).Describe(SuppressionsOperations.Get);
        suppressed.MapPost("", suppressions.StopAsync).Describe(SuppressionsOperations.Note);
        suppressed.MapDelete("", suppressions.LiftAsync).Describe(SuppressionsOperations.Lift);
        routes.MapUnsubscribing();
    }
}
