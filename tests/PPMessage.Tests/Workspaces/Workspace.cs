using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Channels;
using PPMessage.Channels.Setup;
using PPMessage.Flows.Calls;
using PPMessage.Functions;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Mailgun;
using PPMessage.Mailgun.Setup;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using PPMessage.Twilio;
using PPMessage.Webhooks;
using Xunit;

namespace PPMessage.Tests.Workspaces;

/// <summary>
/// The real app over a real store, with the sandbox as Twilio and a clock that stands still until the test moves it. The app's "process" can be
/// killed and started again over the same store; its queue is worked only when the test says so, so that every step is the test's own.
/// </summary>
internal sealed partial class Workspace : IAsyncDisposable
{
    public const string AdminKey = "admin-key-of-the-tests";
    public const string Number = "+15005550006";

    private readonly EmbeddedTestStore? _embedded;
    private readonly HttpClient _plain = new();
    private readonly int _port;
    private WebApplication? _app;
    private FaultPlan? _faults;
    private Life _life = null!;

    private Workspace(EmbeddedTestStore? embedded, IStore store, TwilioSandbox twilio, MailgunSandbox mailgun, FakeTimeProvider time, int port)
    {
        (_embedded, Store, Twilio, Mailgun, Time, _port) = (embedded, store, twilio, mailgun, time, port);
        Client = As(AdminKey);
    }

    /// <summary>The bare store that outlives the app.</summary>
    public IStore Store { get; }

    /// <summary>What lies in its own store.</summary>
    public Underneath Underneath => new(_embedded!.Directory);

    /// <summary>Azure's queues go by the clock on the wall.</summary>
    public bool IsStoreOnTestClock => _embedded is not null;

    public TwilioSandbox Twilio { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>With the admin key.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app!.Services;

    public Uri BaseUrl => new($"http://127.0.0.1:{_port}");

    public string ChannelId { get; private set; } = string.Empty;

    public Uri HookUrl { get; private set; } = null!;

    /// <param name="settings">More of them.</param>
    /// <param name="store">A bare store; null: an embedded one of its own.</param>
    public static async Task<Workspace> StartAsync(
        IStore? store = null, Timing? timing = null, SandboxOptions? sandbox = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-23T08:00:00Z"));
        var embedded = store is null ? TestStores.Embedded(time, inMemory: true) : null;
        var mailgun = await MailgunSandbox.StartAsync(null, time);
        var workspace = new Workspace(embedded, store ?? embedded!.Store, await TwilioSandbox.StartAsync(sandbox, time), mailgun, time, FreePorts.Next()) { _timing = timing, _more = settings ?? new Dictionary<string, string?>() };
        await workspace.StartAppAsync();
        await workspace.MakeChannelAsync();
        return workspace;
    }

    /// <summary>Starts the app, as a new process would.</summary>
    public async Task StartAppAsync()
    {
        var life = _life = new Life(() => _faults);
        _app = PPMessageApp.Build([], Settings(), services => Replace(services, life));
        await _app.StartAsync();
    }

    /// <summary>Decides what befalls the app's calls to the store and to the provider from now on, whichever process makes them; null: nothing.</summary>
    public void Suffer(FaultPlan? faults) => Volatile.Write(ref _faults, faults);

    /// <summary>The process is gone: whatever it was doing, its memory with it.</summary>
    public async Task KillAppAsync()
    {
        if (_app is null) return;
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Starts another process where the last one has died.</summary>
    public async Task ReviveAsync()
    {
        if (!_life.IsDead) return;
        await KillAppAsync();
        await StartAppAsync();
    }

    public HttpClient As(string token)
    {
        var client = new HttpClient { BaseAddress = BaseUrl, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A phone texts the channel's number; Twilio calls back.</summary>
    public Task<InboundResult?> TextAsync(string from, string text, IReadOnlyList<PhoneMedia>? media = null) => Twilio.TextAsync(from, Number, text, media);

    /// <summary>Takes a message away from Twilio's list, as its owner may.</summary>
    public async Task DeleteAtTwilioAsync(string sid)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(Twilio.BaseUrl, $"/2010-04-01/Accounts/{Demo.AccountSid}/Messages/{sid}.json"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Demo.AccountSid}:{Demo.AuthToken}")));
        using var answer = await _plain.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        var answer = await Client.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>All items of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, int limit = 200)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}limit={limit}{(cursor is null ? string.Empty : "&cursor=" + Uri.EscapeDataString(cursor))}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return items;
    }

    public Task<IReadOnlyList<JsonElement>> ConversationsAsync() => ListAsync("/api/conversations");

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<JsonElement>> MessagesAsync(string conversationId) => ListAsync($"/api/conversations/{conversationId}/messages");

    public async Task<HttpResponseMessage> ReplyAsync(string conversationId, string text, string? key = null, string kind = "reply", HttpClient? by = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/conversations/{conversationId}/messages") { Content = JsonContent.Create(new { kind, text }) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await (by ?? Client).SendAsync(request);
    }

    public async Task<JsonElement> PostAsync(string path, object body, HttpStatusCode expected = HttpStatusCode.Created)
    {
        var answer = await Client.PostAsJsonAsync(path, body);
        Assert.True(answer.StatusCode == expected, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>An agent with a token of its own.</summary>
    public async Task<(string Id, HttpClient Client)> HireAsync(string name)
    {
        var agent = await PostAsync("/api/agents", new { name, email = $"{name}@example.com".ToLowerInvariant(), role = "agent" });
        return (agent.GetProperty("id").GetString()!, As(agent.GetProperty("token").GetString()!));
    }

    public async ValueTask DisposeAsync()
    {
        await KillAppAsync();
        await Twilio.DisposeAsync();
        await Mailgun.DisposeAsync();
        if (_embedded is not null) await _embedded.DisposeAsync();
        Client.Dispose();
        _plain.Dispose();
    }

    private Timing? _timing;

    private IReadOnlyDictionary<string, string?> _more = new Dictionary<string, string?>();

    private Timing Timing => _timing ?? new Timing();

    private async Task MakeChannelAsync()
    {
        var settings = new { accountSid = Demo.AccountSid, phoneNumber = Number };
        var channel = await PostAsync("/api/channels", new { kind = "sms", provider = "twilio", name = "客服 SMS", settings, secrets = new { authToken = Demo.AuthToken }, inbound = new { enabled = true } });
        ChannelId = channel.GetProperty("id").GetString()!;
        HookUrl = new Uri(channel.GetProperty("inbound").GetProperty("url").GetString()!);
        await PostAsync($"/api/channels/{ChannelId}/activate", new { }, HttpStatusCode.OK);
        Twilio.Put(Twilio.Number(Number)! with { SmsUrl = HookUrl.AbsoluteUri });
    }

    private Dictionary<string, string?> Settings() => new(_more)
    {
        ["PPMessage:AdminKey"] = AdminKey,
        ["PPMessage:Limits:RequestsPerSecond"] = "0",
        ["PPMessage:SecretsKey"] = "secrets-key-of-the-tests",
        ["PPMessage:PublicBaseUrl"] = _more.GetValueOrDefault("PPMessage:PublicBaseUrl") ?? BaseUrl.AbsoluteUri.TrimEnd('/'),
        ["PPMessage:Twilio:BaseUrl"] = Twilio.BaseUrl.AbsoluteUri.TrimEnd('/'),
        ["PPMessage:Mailgun:BaseUrl"] = Mailgun.BaseUrl.AbsoluteUri.TrimEnd('/'),
        ["PPMessage:Dns:Server"] = Mailgun.DnsAddress.ToString(),
        ["urls"] = BaseUrl.AbsoluteUri,
        ["Logging:LogLevel:Default"] = "None",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "None",
    };

    private void Replace(IServiceCollection services, Life life)
    {
        // The pumps would work by themselves.
        foreach (var pump in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList()) services.Remove(pump);
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IStore>(new GuardedStore(new FaultyStore(Store, life)));
        if (_timing is { } timing) services.AddSingleton(provider => PPMessageOptions.From(provider.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>()).With(timing));
        services.AddSingleton<IStartupFilter>(new DeadDoNotAnswer(life)).AddSingleton<IStartupFilter>(new OnlyDocumentedAnswers());
        services.AddKeyedSingleton<IChannelSender>(TwilioChannels.SmsOfTwilio, (provider, _) => new FaultySender(ActivatorUtilities.CreateInstance<TwilioSmsSender>(provider), life));
        services.AddKeyedSingleton<IChannelSetup>(TwilioChannels.SmsOfTwilio, (provider, _) => new FaultySetup(ActivatorUtilities.CreateInstance<TwilioSetup>(provider), life));
        services.AddSingleton(provider => FaultyReceiver.Before(provider.GetRequiredService<WebhookClient>().CallAsync, life));
        services.AddSingleton(provider => FaultyProgram.Before(provider.GetRequiredService<FlowCalls>().CallAsync, life));
        services.AddKeyedSingleton<IChannelSender>(MailgunChannels.EmailOfMailgun, (provider, _) => new FaultySender(ActivatorUtilities.CreateInstance<MailgunSender>(provider), life));
        services.AddKeyedSingleton<BatchSending>(MailgunChannels.EmailOfMailgun, (provider, _) => FaultyBatches.Before(provider.GetRequiredService<MailgunBatches>().Sending, life));
        services.AddKeyedSingleton<IChannelSetup>(MailgunChannels.EmailOfMailgun, (provider, _) => new FaultySetup(ActivatorUtilities.CreateInstance<MailgunSetup>(provider), life));
    }
}
