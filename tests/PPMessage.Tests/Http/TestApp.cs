using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Health;
using PPMessage.Http;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Http;

/// <summary>The real endpoints on Kestrel over the embedded store; the clock stands still until a test moves it.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    public const string AdminKey = "the-admin-key-of-the-tests";
    public const string SecretsKey = "the-secrets-key-of-the-tests";

    private readonly WebApplication _app;
    private readonly EmbeddedStore _embedded;
    private readonly string _directory;
    private readonly List<HttpClient> _clients = [];

    private TestApp(WebApplication app, EmbeddedStore embedded, FaultStore store, FakeTimeProvider time, CapturedLog log, string directory)
    {
        (_app, _embedded, Store, Time, Log, _directory) = (app, embedded, store, time, log, directory);
        Admin = As(AdminKey);
        Stranger = As(null);
    }

    public HttpClient Admin { get; }

    public HttpClient Stranger { get; }

    public FaultStore Store { get; }

    public FakeTimeProvider Time { get; }

    public CapturedLog Log { get; }

    public static async Task<TestApp> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, string? directory = null)
    {
        directory ??= Directory.CreateTempSubdirectory("ppmessage-").FullName;
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        var embedded = new EmbeddedStore(directory, time);
        var store = new FaultStore(new GuardedStore(embedded));
        var log = new CapturedLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Configuration.AddInMemoryCollection(settings ?? Settings());
        builder.Services.AddSingleton(PPMessageOptions.From(builder.Configuration)).AddSingleton<TimeProvider>(time).AddSingleton<IStore>(store).AddSingleton<IStartupFilter>(new OnlyDocumentedAnswers());
        builder.Services.AddHttp().AddAgents().AddChannels().AddAudit().AddHealth().AddSingleton<IChannelKind, SmsKind>();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseErrorAnswers();
        app.UseApiAuthentication();
        app.UseKnownQuery();
        app.MapAgents();
        app.MapChannels();
        app.MapAudit();
        app.MapHealth();
        map?.Invoke(app);
        await app.StartAsync();
        return new TestApp(app, embedded, store, time, log, directory);
    }

    public static Dictionary<string, string?> Settings(string? adminKey = AdminKey, string? secretsKey = SecretsKey) => new()
    {
        ["PPMessage:AdminKey"] = adminKey,
        ["PPMessage:SecretsKey"] = secretsKey,
        ["PPMessage:PublicBaseUrl"] = "https://hub.example.com",
        // The clock stands still, so a bucket would never fill.
        ["PPMessage:Limits:RequestsPerSecond"] = "0",
    };

    public T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public HttpClient As(string? token)
    {
        var address = _app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = new Uri(address) };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _clients.Add(client);
        return client;
    }

    /// <summary>Ends the process's part and leaves the data, as a restart does.</summary>
    public async Task<string> StopAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.DisposeAsync();
        await _embedded.DisposeAsync();
        return _directory;
    }

    public async ValueTask DisposeAsync() => Directory.Delete(await StopAsync(), recursive: true);
}

/// <summary>One answer, read.</summary>
internal sealed record Reply(HttpResponseMessage Message, string Text)
{
    public int Status => (int)Message.StatusCode;

    public string? ContentType => Message.Content.Headers.ContentType?.MediaType;

    public string? ETag => Message.Headers.ETag?.Tag;

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? this[string name] => Json.GetProperty(name).ToString();
}

internal static class Requests
{
    public static Task<Reply> AskAsync(this HttpClient client, string path) => SendAsync(client, HttpMethod.Get, path, null);

    public static Task<Reply> PostAsync(this HttpClient client, string path, string? json = null, string? key = null) =>
        SendAsync(client, HttpMethod.Post, path, json, null, key);

    public static Task<Reply> PatchAsync(this HttpClient client, string path, string json, string? ifMatch = null) => SendAsync(client, HttpMethod.Patch, path, json, ifMatch);

    public static Task<Reply> PutAsync(this HttpClient client, string path, string json) => SendAsync(client, HttpMethod.Put, path, json);

    public static Task<Reply> RemoveAsync(this HttpClient client, string path, string? ifMatch = null) => SendAsync(client, HttpMethod.Delete, path, null, ifMatch);

    public static Task<Reply> SendAsync(this HttpClient client, HttpMethod method, string path, string? json, string? ifMatch = null, string? key = null) =>
        SendBytesAsync(client, method, path, json is null ? null : Encoding.UTF8.GetBytes(json), "application/json", ifMatch, key);

    public static async Task<Reply> SendBytesAsync(
        this HttpClient client, HttpMethod method, string path, byte[]? body, string? contentType, string? ifMatch = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new ByteArrayContent(body);
        if (body is not null && contentType is not null) request.Content!.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        var message = await client.SendAsync(request);
        return new Reply(message, await message.Content.ReadAsStringAsync());
    }
}

/// <summary>Everything that was logged, with exceptions.</summary>
internal sealed class CapturedLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");

    public void Dispose() { }
}
