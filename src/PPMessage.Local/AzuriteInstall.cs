using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace PPMessage.Local;

/// <summary>
/// Puts the pinned Azurite (package.json and its lock beside this file) into a folder of the user's that is named by the files' hash,
/// so that it is installed once a version and shared by all runs.
/// </summary>
internal static class AzuriteInstall
{
    private static readonly string[] Files = ["package.json", "package-lock.json", "run.js"];

    /// <summary>Whether Node and npm can be started here.</summary>
    public static async Task<bool> HasNodeAsync(CancellationToken cancellation)
    {
        try
        {
            return await RunAsync("node", ["--version"], Path.GetTempPath(), cancellation) == 0
                && await RunAsync(Npm, ["--version"], Path.GetTempPath(), cancellation) == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>The folder with Azurite in it. Takes up to a minute or two the first time.</summary>
    public static async Task<string> EnsureAsync(CancellationToken cancellation)
    {
        if (!await HasNodeAsync(cancellation)) throw new InvalidOperationException("Azurite needs Node.js (20 or later) with npm on the PATH.");
        var folder = Path.Combine(Cache, "azurite-" + Hash());
        if (!Directory.Exists(folder)) await InstallAsync(folder, cancellation);
        return folder;
    }

    private static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    private static string Cache =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "ppmessage");

    // Made beside its place and renamed when complete: two runs at once may both install, and the later one throws its copy away.
    private static async Task InstallAsync(string folder, CancellationToken cancellation)
    {
        var temporary = $"{folder}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(temporary);
        try
        {
            foreach (var file in Files) await CopyAsync(file, Path.Combine(temporary, file), cancellation);
            var result = await RunAsync(Npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], temporary, cancellation);
            if (result != 0) throw new InvalidOperationException($"npm ci could not install Azurite (exit code {result}).");
            Directory.Move(temporary, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // The other run was first.
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private static async Task CopyAsync(string file, string target, CancellationToken cancellation)
    {
        await using var source = Open(file);
        await using var copy = File.Create(target);
        await source.CopyToAsync(copy, cancellation);
    }

    private static string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files)
        {
            using var source = Open(file);
            hash.AppendData(SHA256.HashData(source));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static Stream Open(string file) => typeof(AzuriteInstall).Assembly.GetManifestResourceStream("azurite." + file)!;

    private static async Task<int> RunAsync(string program, string[] arguments, string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode;
    }
}
