using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Channels;
using PPMessage.Functions;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using PPMessage.Twilio;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Workspaces;

/// <summary>
/// The real app over a real store, with the sandbox as Twilio and a clock that stands still until the test moves it. The app's "process" can be
/// killed and started again over the same store; its queue is worked only when the test says so, so that every step is the test's own.
/// </summary>
internal sealed class Workspace : IAsyncDisposable
{
    public const string AdminKey = "admin-key-of-the-tests";
    public const string Number = "+15005550006";

    private readonly EmbeddedTestStore? _embedded;
    private readonly int _port;
    private WebApplication? _app;

    private Workspace(EmbeddedTestStore? embedded, IStore store, TwilioSandbox twilio, FakeTimeProvider time, int port)
    {
        (_embedded, Store, Twilio, Time, _port) = (embedded, store, twilio, time, port);
        Client = As(AdminKey);
    }

    /// <summary>The bare store that outlives the app.</summary>
    public IStore Store { get; }

    public TwilioSandbox Twilio { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>With the admin key.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => _app!.Services;

    public Uri BaseUrl => new($"http://127.0.0.1:{_port}");

    public string ChannelId { get; private set; } = string.Empty;

    public Uri HookUrl { get; private set; } = null!;

    /// <param name="store">A bare store; null: an embedded one of its own.</param>
    public static async Task<Workspace> StartAsync(IStore? store = null, Timing? timing = null, SandboxOptions? sandbox = null)
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-23T08:00:00Z"));
        var embedded = store is null ? TestStores.Embedded(time) : null;
        var workspace = new Workspace(embedded, store ?? embedded!.Store, await TwilioSandbox.StartAsync(sandbox, time), time, FreePort());
        await workspace.StartAppAsync(timing: timing);
        await workspace.MakeChannelAsync();
        return workspace;
    }

    /// <summary>Starts the app, as a new process would.</summary>
    /// <param name="faults">What befalls its calls to the store and to the provider; null: nothing.</param>
    public async Task StartAppAsync(FaultPlan? faults = null, Timing? timing = null)
    {
        _timing = timing ?? _timing;
        _app = PPMessageApp.Build([], Settings(), services => Replace(services, faults));
        await _app.StartAsync();
    }

    /// <summary>The process is gone: whatever it was doing, its memory with it.</summary>
    public async Task KillAppAsync()
    {
        if (_app is null) return;
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _app = null;
    }

    public HttpClient As(string token)
    {
        var client = new HttpClient { BaseAddress = BaseUrl, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A phone texts the channel's number; Twilio calls back.</summary>
    public Task<InboundResult?> TextAsync(string from, string text, IReadOnlyList<PhoneMedia>? media = null) => Twilio.TextAsync(from, Number, text, media);

    /// <summary>Works the queue until nothing is visible.</summary>
    public async Task DrainAsync()
    {
        var runner = Services.GetRequiredService<WorkRunner>();
        while (await Store.DequeueAsync(Queues.Work, 32, Timing.Hidden, default) is { Count: > 0 } messages)
        {
            foreach (var message in messages)
            {
                if (await runner.RunAsync(message.Text, message.DequeueCount, default)) await Store.DeleteAsync(Queues.Work, message.Receipt, default);
                else await Store.HideAsync(Queues.Work, message.Receipt, TimeSpan.FromSeconds(5), default);
            }
        }
    }

    /// <summary>Lets time pass in steps, with all that happens in it: queue and provider's callbacks.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var step = TimeSpan.FromSeconds(31);
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            await DrainAsync();
            await TwilioTellsAsync();
            Time.Advance(step);
        }

        await DrainAsync();
        await TwilioTellsAsync();
    }

    /// <summary>Lets the sandbox say what became of the messages that it has; what it was told to do late stays under way.</summary>
    public async Task TwilioTellsAsync()
    {
        var settled = Twilio.SettleAsync();
        for (var i = 0; i < 20 && !settled.IsCompleted; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(60));
            await Task.WhenAny(settled, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }
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
        if (_embedded is not null) await _embedded.DisposeAsync();
        Client.Dispose();
    }

    private Timing? _timing;

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

    private Dictionary<string, string?> Settings() => new()
    {
        ["PPMessage:AdminKey"] = AdminKey,
        ["PPMessage:SecretsKey"] = "secrets-key-of-the-tests",
        ["PPMessage:PublicBaseUrl"] = BaseUrl.AbsoluteUri.TrimEnd('/'),
        ["PPMessage:Twilio:BaseUrl"] = Twilio.BaseUrl.AbsoluteUri.TrimEnd('/'),
        ["urls"] = BaseUrl.AbsoluteUri,
        ["Logging:LogLevel:Default"] = "None",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "None",
    };

    private void Replace(IServiceCollection services, FaultPlan? faults)
    {
        // The pumps would work by themselves.
        foreach (var pump in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList()) services.Remove(pump);
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IStore>(new GuardedStore(faults is null ? Store : new FaultyStore(Store, faults)));
        if (_timing is { } timing) services.AddSingleton(provider => PPMessageOptions.From(provider.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>()).With(timing));
        if (faults is not null)
            services.AddKeyedSingleton<IChannelSender>(TwilioChannels.SmsOfTwilio, (provider, _) => new FaultySender(ActivatorUtilities.CreateInstance<TwilioSmsSender>(provider), faults));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
