using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PPMessage.Functions;

namespace PPMessage.Benchmarks;

/// <summary>
/// The real app in a process of its own, so that its CPU time is told apart from the client's. A child of this program: it is the published head's code
/// with the head's runtime settings, and says over standard input and output how many storage operations it has made.
/// </summary>
internal sealed class HeadProcess : IAsyncDisposable
{
    public const string Serve = "serve";
    public const string AdminKey = "admin-key-of-the-benchmarks";

    private const string Counted = "ppmessage.storage.operations";

    private readonly Process _process;

    private HeadProcess(Process process, int port)
    {
        (_process, Port) = (process, port);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", AdminKey);
    }

    public int Port { get; }

    /// <summary>With the admin key.</summary>
    public HttpClient Client { get; }

    /// <summary>Used so far by all threads of the app.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The most that it ever had, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>As kill -9.</summary>
    public void Kill() => _process.Kill();

    public static async Task<HeadProcess> StartAsync(IReadOnlyDictionary<string, string> settings, Uri? twilio = null, int? port = null)
    {
        var at = port ?? FreePort();
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Serve]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in settings.Concat(Common(at, twilio))) start.Environment[name] = value;
        var process = Process.Start(start)!;
        if (await process.StandardOutput.ReadLineAsync() != "ready") throw new InvalidOperationException("The app did not start.");
        return new HeadProcess(process, at);
    }

    /// <summary>Storage operations so far, without the looking of an idle queue pump: under the Functions host that is the host's.</summary>
    public async Task<long> OperationsAsync()
    {
        await _process.StandardInput.WriteLineAsync("operations");
        return long.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The child's side; ends with its standard input.</summary>
    public static async Task<int> ServeAsync(string[] args)
    {
        var counted = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener { InstrumentPublished = (instrument, meters) => { if (instrument.Name == Counted) meters.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, number, tags, _) => counted.AddOrUpdate((string)tags[0].Value!, number, (_, before) => before + number));
        listener.Start();
        await using var app = PPMessageApp.Build(args);
        await app.StartAsync();
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is not null) Console.WriteLine(counted.Where(count => count.Key != "dequeue").Sum(count => count.Value));
        await app.StopAsync();
        return 0;
    }

    private static IEnumerable<KeyValuePair<string, string>> Common(int port, Uri? twilio) =>
    [
        new("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"),
        new("PPMessage__PublicBaseUrl", $"http://127.0.0.1:{port}"),
        new("PPMessage__AdminKey", AdminKey),
        new("PPMessage__Limits__RequestsPerSecond", "0"),
        new("PPMessage__Flows__MessagesAnHour", "1000000"),
        new("PPMessage__SecretsKey", "secrets-key-of-the-benchmarks"),
        new("PPMessage__Twilio__BaseUrl", (twilio ?? new Uri("http://127.0.0.1:9")).AbsoluteUri.TrimEnd('/')),
        new("Logging__LogLevel__Default", "Warning"),
        // Its timer finds no Twilio where none plays a part.
        new("Logging__LogLevel__PPMessage.Twilio", "None"),
    ];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
