using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Channels.Setup;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows;
using PPMessage.Http;
using PPMessage.Inbound;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using PPMessage.Twilio;
using PPMessage.Work;

namespace PPMessage.Tests.Twilio;

/// <summary>The Twilio slice on Kestrel over the embedded store, with the sandbox as Twilio.</summary>
internal sealed class TwilioApp : IAsyncDisposable
{
    public const string HookKey = "hook0000000000000000000000000key";

    private readonly WebApplication _app;
    private readonly EmbeddedStore _store;
    private readonly string _directory;

    private TwilioApp(WebApplication app, TwilioSandbox sandbox, EmbeddedStore store, string directory) =>
        (_app, Sandbox, _store, _directory, Client) = (app, sandbox, store, directory, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });

    public TwilioSandbox Sandbox { get; }

    public HttpClient Client { get; }

    public string BaseUrl => _app.Urls.First();

    public TwilioSmsSender Sender => (TwilioSmsSender)_app.Services.GetRequiredKeyedService<IChannelSender>(TwilioChannels.SmsOfTwilio);

    public IChannelSetup Setup => _app.Services.GetRequiredKeyedService<IChannelSetup>(TwilioChannels.SmsOfTwilio);

    public TwilioCatchUp CatchUp => _app.Services.GetServices<ITimerJob>().OfType<TwilioCatchUp>().Single();

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<TwilioApp> StartAsync(TimeProvider? time = null, SandboxOptions? sandbox = null, Uri? twilioBaseUrl = null, TimeSpan? providerCall = null, ILoggerProvider? log = null)
    {
        time ??= TimeProvider.System;
        var twilio = await TwilioSandbox.StartAsync(sandbox ?? new SandboxOptions { SentAfter = TimeSpan.FromMilliseconds(1), DeliveredAfter = TimeSpan.FromMilliseconds(1) }, time);
        var directory = Directory.CreateTempSubdirectory("ppmessage-").FullName;
        var store = new EmbeddedStore(directory, time);
        PPMessageOptions? options = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (log is not null) builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(_ => options!).AddSingleton(time).AddSingleton<IStore>(new GuardedStore(store)).AddSingleton<WorkspaceKey>()
            .AddHttp().AddAudit().AddWork().AddAgents().AddContacts().AddChannels().AddConversations().AddFlows().AddInbound().AddTwilio();
        var app = builder.Build();
        app.MapTwilio();
        await app.StartAsync();
        options = new PPMessageOptions
        {
            PublicBaseUrl = new Uri(app.Urls.First()),
            TwilioBaseUrl = twilioBaseUrl ?? twilio.BaseUrl,
            SecretsKey = "the-secrets-key-of-the-tests",
            Timing = new Timing { ProviderCall = providerCall ?? TimeSpan.FromSeconds(20), CacheFor = TimeSpan.Zero },
        };
        return new TwilioApp(app, twilio, store, directory);
    }

    /// <summary>Stores a channel of the sandbox's demo account; the settings come on top, an empty one removes.</summary>
    public async Task<Channel> ChannelAsync(
        IReadOnlyDictionary<string, string>? settings = null, IReadOnlyDictionary<string, string>? secrets = null, Func<Channel, Channel>? change = null)
    {
        var now = Get<TimeProvider>().GetUtcNow();
        var id = "ch_" + Ids.NewUlid(now);
        var all = new Dictionary<string, string> { [TwilioChannels.AccountSid] = Demo.AccountSid, [TwilioChannels.PhoneNumber] = Demo.Number };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) all[name] = value;
        var channel = new Channel
        {
            Id = id,
            Kind = "sms",
            Provider = "twilio",
            Name = "Support line",
            Settings = all.Where(s => s.Value.Length > 0).ToDictionary(),
            Secrets = (secrets ?? new Dictionary<string, string> { [TwilioChannels.AuthToken] = Demo.AuthToken })
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
        await Sandbox.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
