using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using PPMessage.Tests.Functions;
using Xunit;

namespace PPMessage.Tests.Local;

internal sealed record LocalPorts(int App, int Sandbox, int MailSandbox, int Dns)
{
    public static LocalPorts Free() => new(FreePorts.Next(), FreePorts.Next(), FreePorts.Next(), FreePorts.Next());
}

/// <summary>The launcher as a process of its own, on free ports.</summary>
internal sealed partial class LocalProcess : IDisposable
{
    /// <summary>The first run on Azurite installs it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalProcess(ProcessStartInfo start, LocalPorts ports)
    {
        App = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports.App}") };
        Sandbox = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports.Sandbox}") };
        MailSandbox = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports.MailSandbox}") };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The app, as an admin once it is ready.</summary>
    public HttpClient App { get; }

    public HttpClient Sandbox { get; }

    public HttpClient MailSandbox { get; }

    public string Output => string.Join('\n', _output);

    /// <summary>The output of the build, in its own process.</summary>
    public static LocalProcess Start(string data, LocalPorts ports, params string[] more)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "PPMessage.Local"), Arguments(data, ports, more));
        return new LocalProcess(Prepared(start), ports);
    }

    /// <summary>By <c>dotnet run</c>, as the README starts it, but without building.</summary>
    public static LocalProcess StartByDotnetRun(string data, LocalPorts ports)
    {
        var configuration = Directory.GetParent(AppContext.BaseDirectory)!.Parent!.Name;
        string[] run = ["run", "--no-build", "-c", configuration, "--project", Path.Combine(PublishedHead.Repository, "src", "PPMessage.Local"), "--"];
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [.. run, .. Arguments(data, ports)]);
        return new LocalProcess(Prepared(start), ports);
    }

    public static async Task<LocalProcess> ReadyAsync(string data, LocalPorts ports, params string[] more)
    {
        var process = Start(data, ports, more);
        await process.ReadyAsync();
        return process;
    }

    /// <summary>Waits until it has printed its examples.</summary>
    public async Task ReadyAsync()
    {
        var first = await Task.WhenAny(_ready.Task, _process.WaitForExitAsync(), Task.Delay(Patience, TimeProvider.System));
        Assert.True(first == _ready.Task, $"The launcher did not get ready:\n{Output}");
        App.DefaultRequestHeaders.Authorization = new("Bearer", AdminToken().Match(Output).Groups["token"].Value);
    }

    public async Task<int> ExitCodeAsync()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Terminate() => Assert.Equal(0, SendSignal(_process.Id, 15));

    public void Kill() => Assert.Equal(0, SendSignal(_process.Id, 9));

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        App.Dispose();
        Sandbox.Dispose();
        MailSandbox.Dispose();
    }

    private static string[] Arguments(string data, LocalPorts ports, params string[] more) =>
        ["--data", data, "--port", $"{ports.App}", "--sandbox-port", $"{ports.Sandbox}", "--mail-sandbox-port", $"{ports.MailSandbox}", "--dns-port", $"{ports.Dns}", .. more];

    private static ProcessStartInfo Prepared(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PPMessage", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        start.Environment.TryAdd("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")));
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true);
        return start;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        var isLastOfDemo = line.StartsWith("curl -sS http", StringComparison.Ordinal) && line.EndsWith("/sandbox/webhooks/demo", StringComparison.Ordinal);
        var isLastOfGuide = line.Contains("\"overwrite\":true", StringComparison.Ordinal);
        if (isLastOfDemo || isLastOfGuide) _ready.TrySetResult();
    }

    [GeneratedRegex(@"^Admin token +(?<token>\S+)$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AdminToken();

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
