using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PPMessage.Local;

/// <summary>
/// Azurite, Microsoft's emulator of Azure Storage, as a child process on free ports of 127.0.0.1. Needs Node; installed from npm on its first use
/// (<see cref="AzuriteInstall"/>). It ends with this process, even when this one is killed.
/// </summary>
internal sealed partial class Azurite : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    // The account and key that every Azurite has. Source: learn.microsoft.com, "Connect to Azurite with SDKs and tools".
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Process _process;
    private readonly Task _drained;

    private Azurite(Process process, Dictionary<string, string> endpoints)
    {
        _process = process;
        _drained = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
            + string.Concat(endpoints.Select(endpoint => $"{endpoint.Key}Endpoint={endpoint.Value}/{Account};"));
    }

    /// <summary>For <c>AzureWebJobsStorage</c>.</summary>
    public string ConnectionString { get; }

    /// <param name="directory">Where it keeps its data, saved every 5 s and at the end; null: in memory only.</param>
    /// <exception cref="InvalidOperationException">Node is missing, or Azurite does not install or start; the message says which.</exception>
    public static async Task<Azurite> StartAsync(string? directory, CancellationToken cancellation)
    {
        var folder = await AzuriteInstall.EnsureAsync(cancellation);
        var process = Process.Start(Command(folder, directory)) ?? throw new InvalidOperationException("Node did not start.");
        try
        {
            return new Azurite(process, await EndpointsAsync(process, cancellation));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Lets Azurite save its data and end.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopTimeout, TimeProvider.System);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        await _drained;
        _process.Dispose();
    }

    private static ProcessStartInfo Command(string folder, string? directory)
    {
        string[] ports = ["run.js", "--blobPort", "0", "--queuePort", "0", "--tablePort", "0", "--silent", "--disableTelemetry"];
        string[] place = directory is null ? ["--inMemoryPersistence"] : ["--location", Path.GetFullPath(directory)];
        return new ProcessStartInfo("node", [.. ports, .. place])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
    }

    private static async Task<Dictionary<string, string>> EndpointsAsync(Process process, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(StartTimeout);
        var endpoints = new Dictionary<string, string>(StringComparer.Ordinal);
        while (endpoints.Count < 3)
        {
            var line = await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("Azurite ended before it listened.");
            if (Listening().Match(line) is { Success: true } match) endpoints[match.Groups["service"].Value] = match.Groups["url"].Value;
        }

        return endpoints;
    }

    [GeneratedRegex(@"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at (?<url>\S+)$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
