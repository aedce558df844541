using System.Diagnostics;

namespace PPMessage.Tests.Functions;

/// <summary>The published program, as it is deployed: built once, and again when a source file is newer than it.</summary>
internal static class PublishedHead
{
    private static readonly Lazy<Task<string>> Once = new(PublishAsync);

    /// <summary>The published folder.</summary>
    public static Task<string> FolderAsync() => Once.Value;

    public static string Repository { get; } = FindRepository();

    private static async Task<string> PublishAsync()
    {
        var folder = Path.Combine(Repository, "tests", "PPMessage.Tests", "obj", "published");
        var stamp = Path.Combine(folder, "published.stamp");
        if (File.Exists(stamp) && File.GetLastWriteTimeUtc(stamp) > NewestSource()) return folder;

        var started = TimeProvider.System.GetUtcNow().UtcDateTime;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        await RunAsync("publish", Path.Combine(Repository, "src", "PPMessage.Functions"), "--no-restore", "-c", "Release", "-o", folder);
        await File.WriteAllTextAsync(stamp, "");
        File.SetLastWriteTimeUtc(stamp, started);
        return folder;
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"dotnet publish failed:\n{output}");
    }

    private static DateTime NewestSource()
    {
        var source = new DirectoryInfo(Path.Combine(Repository, "src"));
        return new DirectoryInfo(Repository).EnumerateFiles()
            .Concat(source.EnumerateDirectories("PPMessage*").SelectMany(Sources))
            .Max(file => file.LastWriteTimeUtc);
    }

    private static IEnumerable<FileInfo> Sources(DirectoryInfo project) => project.EnumerateFiles()
        .Concat(project.EnumerateDirectories().Where(d => d.Name is not ("bin" or "obj")).SelectMany(d => d.EnumerateFiles("*", SearchOption.AllDirectories)));

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PPMessage.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        return folder.FullName;
    }
}
