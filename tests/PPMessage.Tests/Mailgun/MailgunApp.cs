using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows;
using PPMessage.Http;
using PPMessage.Inbound;
using PPMessage.Mailgun;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using PPMessage.Work;

namespace PPMessage.Tests.Mailgun;

/// <summary>The Mailgun slice on Kestrel over the embedded store, with a stub as Mailgun.</summary>
internal sealed class MailgunApp : IAsyncDisposable
{
    public const string HookKey = "hook0000000000000000000000000key";
    public const string ApiKey = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0";
    public const string SigningKey = "TEST_WEBHOOK_SIGNING_KEY";
    public const string Domain = "mg.example.com";
    public const string Address = "support@mg.example.com";

    private readonly WebApplication _app;
    private readonly EmbeddedStore _embedded;
    private readonly string _directory;

    private MailgunApp(WebApplication app, MailgunStub stub, EmbeddedStore embedded, WatchedStore store, FakeTimeProvider time, string directory) =>
        (_app, Stub, _embedded, Store, Time, _directory, Client) = (app, stub, embedded, store, time, directory, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });

    public MailgunStub Stub { get; }

    public WatchedStore Store { get; }

    public FakeTimeProvider Time { get; }

    public HttpClient Client { get; }

    public MailgunSender Sender => (MailgunSender)_app.Services.GetRequiredKeyedService<IChannelSender>(MailgunChannels.EmailOfMailgun);

    public BatchSending Batches => _app.Services.GetRequiredKeyedService<BatchSending>(MailgunChannels.EmailOfMailgun);

    public LiftSuppression Lift => _app.Services.GetRequiredKeyedService<LiftSuppression>(MailgunChannels.EmailOfMailgun);

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    /// <param name="realTime">For what waits for a provider.</param>
    public static async Task<MailgunApp> StartAsync(Uri? mailgunBaseUrl = null, TimeProvider? realTime = null, TimeSpan? providerCall = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        var stub = await MailgunStub.StartAsync();
        var directory = Directory.CreateTempSubdirectory("ppmessage-").FullName;
        var embedded = new EmbeddedStore(directory, time);
        var store = new WatchedStore(new GuardedStore(embedded));
        PPMessageOptions? options = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(_ => options!).AddSingleton(realTime ?? time).AddSingleton<IStore>(store).AddSingleton<WorkspaceKey>()
            .AddHttp().AddAudit().AddWork().AddAgents().AddContacts().AddChannels().AddConversations().AddFlows().AddInbound().AddMailgun();
        var app = builder.Build();
        app.UseErrorAnswers();
        app.MapMailgun();
        await app.StartAsync();
        options = new PPMessageOptions
        {
            PublicBaseUrl = new Uri(app.Urls.First()),
            MailgunBaseUrl = mailgunBaseUrl ?? stub.BaseUrl,
            SecretsKey = "the-secrets-key-of-the-tests",
            Timing = new Timing { ProviderCall = providerCall ?? TimeSpan.FromSeconds(20), CacheFor = TimeSpan.Zero },
        };
        return new MailgunApp(app, stub, embedded, store, time, directory);
    }

    /// <summary>Stores a channel; the settings come on top, an empty one removes.</summary>
    public async Task<Channel> ChannelAsync(
        IReadOnlyDictionary<string, string>? settings = null, IReadOnlyDictionary<string, string>? secrets = null, Func<Channel, Channel>? change = null)
    {
        var now = Time.GetUtcNow();
        var id = "ch_" + Ids.NewUlid(now);
        var all = new Dictionary<string, string> { [MailgunChannels.Domain] = Domain, [MailgunChannels.Address] = Address };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) all[name] = value;
        var channel = new Channel
        {
            Id = id,
            Kind = "email",
            Provider = "mailgun",
            Name = "Support mail",
            Settings = all.Where(s => s.Value.Length > 0).ToDictionary(),
            Secrets = (secrets ?? new Dictionary<string, string> { [MailgunChannels.ApiKey] = ApiKey, [MailgunChannels.WebhookSigningKey] = SigningKey })
                .ToDictionary(s => s.Key, s => Get<SecretBox>().Wrap(id, s.Key, s.Value)),
            HookKey = HookKey,
            InboundEnabled = true,
            CreatedAt = now,
            UpdatedAt = now,
        };
        channel = change?.Invoke(channel) ?? channel;
        await Get<ChannelStore>().CreateAsync(channel, CancellationToken.None);
        return channel;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await Stub.DisposeAsync();
        await _embedded.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
