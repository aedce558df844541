using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Sending;
using PPMessage.Campaigns.Settings;
using PPMessage.Conversations;
using PPMessage.Conversations.Unsubscribing;
using PPMessage.Http;
using PPMessage.Segments;
using PPMessage.Work;

namespace PPMessage.Campaigns;

internal static class CampaignsSlice
{
    public static IServiceCollection AddCampaigns(this IServiceCollection services) => services
        .AddCampaignSettings()
        .AddSingleton<CampaignStore>().AddSingleton<CampaignReading>().AddSingleton<CampaignsApi>().AddSingleton<ActionsApi>().AddSingleton<Preview.PreviewApi>()
        .AddSingleton<OccurrenceStore>().AddSingleton<OccurrenceControl>().AddSingleton<OccurrencesApi>().AddSingleton<RecipientsApi>().AddSingleton<StatsApi>()
        .AddSingleton<LedgerReader>().AddSingleton<Counts>().AddSingleton<CampaignWords>().AddSingleton<IWorkHandler, CountWorkHandler>()
        .AddSingleton<Plans>().AddSingleton<Beginning>().AddSingleton<ITimerJob, CampaignClock>().AddSingleton<IWorkHandler, OccurrenceWorkHandler>()
        .AddSingleton<ShardStore>().AddSingleton<Scanning>().AddSingleton<Retrying>().AddSingleton<IWorkHandler, ShardWorkHandler>()
        .AddSingleton<Lanes>().AddSingleton<Letters>().AddSingleton<FlowStarts>().AddSingleton<BatchCalls>().AddSingleton<ChunkStore>().AddSingleton<ChunkSending>().AddSingleton<IWorkHandler, ChunkWorkHandler>()
        .AddSingleton<CampaignHousekeeping>().AddSingleton<CleanUp>(provider => provider.GetRequiredService<CampaignHousekeeping>().RunAsync)
        .AddSingleton<TellCampaign>(provider => provider.GetRequiredService<CampaignWords>().TellAsync)
        .AddSingleton<CampaignAnswered>(provider => provider.GetRequiredService<CampaignWords>().AnsweredAsync)
        .AddSingleton<Unsubscribed>(provider => (message, at, cancellation) => message.Campaign is { } campaign
            ? provider.GetRequiredService<CampaignWords>().AnsweredAsync(campaign.Tag, stops: true, at, cancellation) : Task.CompletedTask)
        .AddSingleton<SegmentInUse>(provider => async (segmentId, cancellation) =>
            (await provider.GetRequiredService<CampaignStore>().AllAsync(cancellation)).FirstOrDefault(campaign => campaign.SegmentId == segmentId) is { } campaign ? $"The campaign '{campaign.Name}' is for it." : null);

    public static IServiceCollection AddCampaignSettings(this IServiceCollection services) =>
        services.AddSetting("campaigns", CampaignSettingsJson.Default.CampaignSettings).AddSingleton<SettingsApi>();

    public static void MapCampaigns(this IEndpointRouteBuilder routes)
    {
        var (campaigns, actions) = (routes.ServiceProvider.GetRequiredService<CampaignsApi>(), routes.ServiceProvider.GetRequiredService<ActionsApi>());
        var group = routes.MapGroup("/api/campaigns");
        group.MapGet("", campaigns.ListAsync).Describe(CampaignsOperations.List);
        group.MapPost("", campaigns.CreateAsync).RequireAdmin().Describe(CampaignsOperations.Create);
        group.MapGet("/{id}", campaigns.GetAsync).Describe(CampaignsOperations.Get);
        group.MapPatch("/{id}", campaigns.ChangeAsync).RequireAdmin().Describe(CampaignsOperations.Change);
        group.MapDelete("/{id}", campaigns.DeleteAsync).RequireAdmin().Describe(CampaignsOperations.Delete);
        group.MapPost("/{id}/preview", routes.ServiceProvider.GetRequiredService<Preview.PreviewApi>().PreviewAsync).RequireAdmin().Describe(CampaignsOperations.Preview);
        group.MapPost("/{id}/start", actions.StartAsync).RequireAdmin().Describe(CampaignsOperations.Start);
        group.MapPost("/{id}/pause", actions.PauseAsync).RequireAdmin().Describe(CampaignsOperations.Pause);
        group.MapPost("/{id}/resume", actions.ResumeAsync).RequireAdmin().Describe(CampaignsOperations.Resume);
        group.MapPost("/{id}/cancel", actions.CancelAsync).RequireAdmin().Describe(CampaignsOperations.Cancel);
        routes.MapRuns(group);
        routes.MapCampaignSettings();
    }

    public static void MapCampaignSettings(this IEndpointRouteBuilder routes)
    {
        var settings = routes.ServiceProvider.GetRequiredService<SettingsApi>();
        var defaults = routes.MapGroup("/api/settings/campaigns").RequireAdmin();
        defaults.MapGet("", settings.GetAsync).Describe(SettingsOperations.Get);
        defaults.MapPut("", settings.PutAsync).Describe(SettingsOperations.Put);
    }

    private static void MapRuns(this IEndpointRouteBuilder routes, RouteGroupBuilder campaigns)
    {
        var (api, recipients, stats) = (
            routes.ServiceProvider.GetRequiredService<OccurrencesApi>(), routes.ServiceProvider.GetRequiredService<RecipientsApi>(), routes.ServiceProvider.GetRequiredService<StatsApi>());
        campaigns.MapGet("/{id}/runs", api.ListAsync).Describe(OccurrencesOperations.List);
        campaigns.MapGet("/{id}/stats", stats.OfCampaignAsync).Describe(OccurrencesOperations.StatsOfCampaign);
        var runs = routes.MapGroup("/api/campaign-runs");
        runs.MapGet("/{id}", api.GetAsync).Describe(OccurrencesOperations.Get);
        runs.MapGet("/{id}/stats", stats.OfRunAsync).Describe(OccurrencesOperations.StatsOfRun);
        runs.MapGet("/{id}/recipients", recipients.ListAsync).Describe(OccurrencesOperations.Recipients);
        runs.MapGet("/{id}/recipients/export", recipients.ExportAsync).RequireAdmin().Describe(OccurrencesOperations.Export);
        runs.MapPost("/{id}/pause", api.PauseAsync).RequireAdmin().Describe(OccurrencesOperations.Pause);
        runs.MapPost("/{id}/resume", api.ResumeAsync).RequireAdmin().Describe(OccurrencesOperations.Resume);
        runs.MapPost("/{id}/cancel", api.CancelAsync).RequireAdmin().Describe(OccurrencesOperations.Cancel);
        runs.MapPost("/{id}/retry-failed", api.RetryFailedAsync).RequireAdmin().Describe(OccurrencesOperations.RetryFailed);
    }
}
