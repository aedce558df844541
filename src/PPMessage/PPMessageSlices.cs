using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Campaigns;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Docs;
using PPMessage.Flows;
using PPMessage.Health;
using PPMessage.Http;
using PPMessage.Inbound;
using PPMessage.Mailgun;
using PPMessage.Segments;
using PPMessage.Storage;
using PPMessage.Twilio;
using PPMessage.Webhooks;
using PPMessage.Work;

namespace PPMessage;

/// <summary>The product's contents page: one line a slice.</summary>
public static class PPMessageSlices
{
    /// <summary>Registers everything but what runs it (pumps, timers, servers: the head's).</summary>
    /// <param name="underFunctionsHost">The store is then always Azure's.</param>
    /// <exception cref="InvalidOperationException">A setting can't be used; the message names it.</exception>
    public static IServiceCollection AddPPMessage(this IServiceCollection services, IConfiguration configuration, bool underFunctionsHost)
    {
        services.AddSingleton(PPMessageOptions.From(configuration));
        return services
            .AddStorage(configuration, underFunctionsHost)
            .AddHttp()
            .AddHealth()
            .AddAudit()
            .AddWork()
            .AddAgents()
            .AddContacts()
            .AddChannels()
            .AddConversations()
            .AddWebhooks()
            .AddSegments()
            .AddFlows()
            .AddCampaigns()
            .AddInbound()
            .AddTwilio()
            .AddMailgun()
            .AddDocs();
    }

    public static WebApplication MapPPMessage(this WebApplication app)
    {
        app.UseErrorAnswers();
        app.UseApiAuthentication();
        app.UseKnownQuery();
        app.MapHealth();
        app.MapAudit();
        app.MapWork();
        app.MapAgents();
        app.MapContacts();
        app.MapChannels();
        app.MapConversations();
        app.MapWebhooks();
        app.MapSegments();
        app.MapFlows();
        app.MapCampaigns();
        app.MapTwilio();
        app.MapMailgun();
        app.MapDocs();
        return app;
    }
}
