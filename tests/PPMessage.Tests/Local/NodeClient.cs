using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace PPMessage.Tests.Local;

/// <summary>A vendor's Node client, from npm as the folder's <c>package-lock.json</c> pins it, kept in a folder of the user's that is named by that file's hash.</summary>
/// <param name="name">The folder beside this file.</param>
internal sealed class NodeClient(string name)
{
    public static readonly NodeClient Twilio = new("twilio-node");

    public static readonly NodeClient Mailgun = new("mailgun-js");

    private readonly string _source = Path.Combine(AppContext.BaseDirectory, "Local", name);

    /// <summary>Runs <c>check.js</c>. The test is skipped where Node is missing, but not where the variable <c>CI</c> is set.</summary>
    public async Task<JsonElement> RunAsync(object task, CancellationToken cancellation)
    {
        var modules = await InstalledAsync(cancellation);
        var (code, output, errors) = await ProcessAsync("node", [Path.Combine(_source, "check.js")], _source, JsonSerializer.Serialize(task), modules, cancellation);
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task<string> InstalledAsync(CancellationToken cancellation)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(_source, "package-lock.json"), cancellation)))[..16];
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        var folder = Path.Combine(home, "ppmessage", $"{name}-{hash}");
        if (!Directory.Exists(folder)) await InstallAsync(folder, cancellation);
        return Path.Combine(folder, "node_modules");
    }

    /// <summary>Beside its place and then moved there, so that a folder that exists is complete.</summary>
    private async Task InstallAsync(string folder, CancellationToken cancellation)
    {
        var making = Directory.CreateDirectory($"{folder}.{Environment.ProcessId}").FullName;
        foreach (var file in (string[])["package.json", "package-lock.json"]) File.Copy(Path.Combine(_source, file), Path.Combine(making, file), overwrite: true);
        var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        var (code, _, errors) = await ProcessAsync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], making, "", null, cancellation);
        if (code == 0 && !Directory.Exists(folder)) Directory.Move(making, folder);
        else Directory.Delete(making, recursive: true);
        if (code != 0) Missing($"npm can't install {name}: {errors}");
    }

    private static async Task<(int Code, string Output, string Errors)> ProcessAsync(
        string file, IEnumerable<string> arguments, string folder, string input, string? modules, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(file, arguments)
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(false),
                StandardOutputEncoding = Encoding.UTF8,
            },
        };
        process.StartInfo.Environment["NODE_PATH"] = modules;
        Start(process);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, output, await errors);
    }

    private static void Start(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            Missing($"{process.StartInfo.FileName} is not installed: {e.Message}");
        }
    }

    private static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 }) Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
