using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using PPMessage.Functions;
using PPMessage.Storage;

namespace PPMessage.Tests.Functions;

/// <summary>
/// Plays the Azure Functions host to the published program: starts it, proxies HTTP to it, posts timers and queue messages, takes its answers as the
/// host takes them, starts it again when it died, and gives up after the third error. Source: azure-functions-host 4.1037.
/// </summary>
internal sealed class FakeFunctionsHost : IAsyncDisposable
{
    private const int StartMeAgain = 200;
    private const int ErrorsUntilEnd = 3;

    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task> _running = [];
    private readonly IReadOnlyList<Trigger> _triggers;
    private readonly FakeHostProxy _proxy;
    private int _errors;
    private int _starts;

    private FakeFunctionsHost(HeadProcess program, string folder)
    {
        Program = program;
        _triggers = Trigger.ReadAll(folder);
        _proxy = new FakeHostProxy(program.Address);
    }

    /// <summary>The program's process; its <c>Client</c> reaches the port that only the host should reach.</summary>
    public HeadProcess Program { get; }

    /// <summary>The door that the world reaches.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>False when the program ended with 0, or died for the third time: from then on every request fails.</summary>
    public bool Alive { get; private set; } = true;

    /// <summary>Answers that would have made the real host wait until the function timeout and kill the program.</summary>
    public ConcurrentQueue<CallOutcome> Hangs { get; } = [];

    /// <param name="environment">The app settings.</param>
    /// <param name="publicPort">Of the door that the world reaches; 0: a free one.</param>
    public static async Task<FakeFunctionsHost> StartAsync(IReadOnlyDictionary<string, string?> environment, int publicPort = 0)
    {
        var (folder, port) = (await PublishedHead.FolderAsync(), FreePorts.Next());
        var program = await HeadProcess.LaunchAsync(Variables(environment, folder, port), port);
        var host = new FakeFunctionsHost(program, folder);
        await program.ReadyAsync();
        await host._proxy.StartAsync(folder, publicPort);
        host.Client.BaseAddress = host._proxy.Address;
        host._running.Add(host.WatchAsync());
        return host;
    }

    public Task<CallOutcome> FireAsync(string function, bool pastDue = false) =>
        CallAsync(function, FakeHostCall.Timer(function, Of(function).Binding, TimeProvider.System.GetUtcNow(), pastDue));

    /// <summary>One delivery of one message.</summary>
    public Task<CallOutcome> DeliverAsync(string function, string text, int dequeueCount = 1, string messageId = "00000000-0000-0000-0000-000000000001") =>
        CallAsync(function, FakeHostCall.Queue(function, Of(function).Binding, text, dequeueCount, messageId, TimeProvider.System.GetUtcNow()));

    /// <summary>Listens to a queue for the function that it triggers, until this host ends.</summary>
    public void Listen(FakeHostQueue queue, FakeQueueSettings? settings = null) =>
        _running.Add(ListenAsync(_triggers.Single(t => t.Queue == queue.Name).Function, queue, settings ?? new()));

    /// <summary>Kills the program; returns when the host has started it again, or has given up.</summary>
    public async Task CrashAsync()
    {
        var starts = Volatile.Read(ref _starts);
        Program.Kill();
        while (Alive && Volatile.Read(ref _starts) == starts) await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, _ended.Token);
    }

    /// <summary>Ends host and program at once, as when the machine goes: messages in work stay leased.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await Program.DisposeAsync();
        await _proxy.DisposeAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Client.Dispose();
        _ended.Dispose();
    }

    private static Dictionary<string, string?> Variables(IReadOnlyDictionary<string, string?> environment, string folder, int port) => new(environment)
    {
        ["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{port}",
        ["FUNCTIONS_HTTPWORKER_PORT"] = $"{port}",
        ["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = Guid.NewGuid().ToString(),
        ["FUNCTIONS_HTTPWORKER_ID"] = Guid.NewGuid().ToString(),
        ["FUNCTIONS_APP_ROOT_PATH"] = folder,
        ["FUNCTIONS_WORKER_RUNTIME"] = "custom",
    };

    private Trigger Of(string function) => _triggers.Single(t => t.Function == function);

    private async Task<CallOutcome> CallAsync(string function, JsonObject call)
    {
        using var request = FakeHostCall.Request(function, call);
        try
        {
            using var answer = await Program.Client.SendAsync(request, _ended.Token);
            return await FakeHostCall.ReadAsync(answer);
        }
        catch (HttpRequestException e)
        {
            return new CallOutcome(CallResult.Failed, e.Message);
        }
    }

    /// <summary>Starts the program again on its port after it ended with an error (or with 200, which is no error); never after it ended with 0.</summary>
    private async Task WatchAsync()
    {
        while (Alive)
        {
            var code = await Program.ExitAsync(_ended.Token);
            if (code != StartMeAgain && code != 0) _errors++;
            Alive = code != 0 && _errors < ErrorsUntilEnd;
            if (!Alive) return;
            await Program.StartAgainAsync();
            Interlocked.Increment(ref _starts);
        }
    }

    private async Task ListenAsync(string function, FakeHostQueue queue, FakeQueueSettings settings)
    {
        while (!_ended.IsCancellationRequested)
        {
            var messages = await queue.Take(settings.BatchSize, settings.Lease, _ended.Token);
            await Task.WhenAll(messages.Select(message => WorkAsync(function, queue, settings, message)));
            if (messages.Count == 0) await Task.Delay(settings.PollingInterval, TimeProvider.System, _ended.Token);
        }
    }

    private async Task WorkAsync(string function, FakeHostQueue queue, FakeQueueSettings settings, QueueMessage message)
    {
        var outcome = await DeliverAsync(function, message.Text, message.DequeueCount, message.Receipt.MessageId);
        _ended.Token.ThrowIfCancellationRequested();
        if (outcome.Result == CallResult.Hung) { Hangs.Enqueue(outcome); return; }
        if (outcome.Result == CallResult.Failed && message.DequeueCount < settings.MaxDequeueCount)
        {
            await queue.Hide(message.Receipt, settings.VisibilityTimeout);
            return;
        }

        if (outcome.Result == CallResult.Failed) await queue.Poison(message.Text);
        await queue.Delete(message.Receipt);
    }
}
