using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace PPMessage.Tests.Functions;

/// <summary>
/// The published program as a process of its own, under a Functions host or stand-alone: started with an environment, killed as the host kills
/// (SIGKILL, no warning) and started again on the same port and with the same environment.
/// </summary>
internal sealed class HeadProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(25);

    // What the surroundings of the test run must not decide.
    private static readonly string[] Cleared = ["PPMessage", "AzureWebJobs", "ASPNETCORE", "FUNCTIONS", "Logging"];

    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string?> _environment;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly List<Process> _lives = [];

    private HeadProcess(string folder, int port, IReadOnlyDictionary<string, string?> environment)
    {
        (_folder, Port, _environment) = (folder, port, environment);
        Address = new Uri($"http://127.0.0.1:{port}");
        Client = new HttpClient { BaseAddress = Address };
        _lives.Add(Launch());
    }

    public int Port { get; }

    public Uri Address { get; }

    /// <summary>Talks to the process directly.</summary>
    public HttpClient Client { get; }

    /// <summary>What all its lives have written, line by line.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>How often it was started.</summary>
    public int Lives => _lives.Count;

    public bool Running => !Current.HasExited;

    /// <summary>The physical memory that it holds, in bytes. Linux.</summary>
    public long Memory => StatusOf("VmRSS:");

    /// <summary>The most that it has held since <see cref="ForgetPeak"/>, in bytes. Linux.</summary>
    public long PeakMemory => StatusOf("VmHWM:");

    private Process Current => _lives[^1];

    /// <summary>Starts in stand-alone mode and waits until it answers.</summary>
    public static async Task<HeadProcess> StandAloneAsync(IReadOnlyDictionary<string, string?> environment, int? port = null)
    {
        var at = port ?? FreePorts.Next();
        var head = await LaunchAsync(new Dictionary<string, string?>(environment) { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{at}" }, at);
        await head.ReadyAsync();
        return head;
    }

    /// <summary>Starts without waiting; the environment says in which mode.</summary>
    public static async Task<HeadProcess> LaunchAsync(IReadOnlyDictionary<string, string?> environment, int port) =>
        new(await PublishedHead.FolderAsync(), port, environment);

    /// <summary>Asks <c>GET /</c> each 25 ms until any answer comes, as the Functions host does; tells how long it took.</summary>
    public async Task<TimeSpan> ReadyAsync()
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var answer = await Client.GetAsync("/");
                return Stopwatch.GetElapsedTime(begin);
            }
            catch (HttpRequestException) when (Running && Stopwatch.GetElapsedTime(begin) < StartTimeout)
            {
                await Task.Delay(AskEvery, TimeProvider.System);
            }
            catch (HttpRequestException e)
            {
                throw new InvalidOperationException($"PPMessage did not start:\n{string.Join('\n', _output)}", e);
            }
        }
    }

    /// <summary>SIGKILL, as the Functions host does it: nothing in the process gets to run.</summary>
    public void Kill()
    {
        var process = Current;
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>SIGTERM, as a person or an init system does it.</summary>
    public void Terminate() => _ = SendSignal(Current.Id, Terminating);

    /// <summary>Waits for the end of the process; its exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellation)
    {
        var process = Current;
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }

    /// <summary>The same program again: same port, same environment. Waits until it answers.</summary>
    public async Task<TimeSpan> StartAgainAsync()
    {
        _lives.Add(Launch());
        return await ReadyAsync();
    }

    /// <summary>The same, but killed after this time, whether it answers yet or not.</summary>
    public async Task StartAndKillAsync(TimeSpan life)
    {
        _lives.Add(Launch());
        await Task.Delay(life, TimeProvider.System);
        Kill();
    }

    /// <inheritdoc cref="PeakMemory"/>
    public void ForgetPeak() => File.WriteAllText($"/proc/{Current.Id}/clear_refs", "5");

    public ValueTask DisposeAsync()
    {
        if (Running) Kill();
        foreach (var process in _lives) process.Dispose();
        Client.Dispose();
        return ValueTask.CompletedTask;
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, "PPMessage.Functions")) { WorkingDirectory = _folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => Cleared.Any(c => name.StartsWith(c, StringComparison.OrdinalIgnoreCase))).ToList())
            start.Environment.Remove(name);
        start.Environment.TryAdd("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")));
        foreach (var (name, value) in _environment) start.Environment[name] = value;

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // Such as "VmHWM:     81234 kB".
    private long StatusOf(string name)
    {
        var line = File.ReadLines($"/proc/{Current.Id}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    private void Keep(string? line)
    {
        if (line is not null) _output.Enqueue(line);
    }

    private const int Terminating = 15;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
