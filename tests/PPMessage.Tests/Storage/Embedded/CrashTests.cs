using System.Diagnostics;
using System.Runtime.CompilerServices;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using Xunit;

namespace PPMessage.Tests.Storage.Embedded;

/// <summary>Another process writes and is killed (SIGKILL) in the middle: what it had acknowledged is there, and nothing in halves.</summary>
public sealed class CrashTests
{
    private const string Setting = "PPMESSAGE_TEST_CRASH_DIRECTORY";
    private static readonly string[] Owned = ["a", "b", "c", "d", "e", "f", "g", "h"];

    [Fact]
    public async Task Killing_the_owner_loses_nothing_that_it_acknowledged()
    {
        var directory = Directory.CreateTempSubdirectory("ppmessage-crash-").FullName;
        var acknowledged = await RunAndKillAsync(directory);
        Assert.Equal(Owned, acknowledged.Keys.Order(StringComparer.Ordinal));

        await using (var store = new EmbeddedStore(directory, TimeProvider.System))
            foreach (var (writer, count) in acknowledged) await VerifyAsync(store, writer, count);

        Directory.Delete(directory, recursive: true);
    }

    private static async Task VerifyAsync(EmbeddedStore store, string writer, int acknowledged)
    {
        var page = await store.ReadRangeAsync("Things", writer, RowRange.All, 1000, CancellationToken.None);
        Assert.InRange(page.Rows.Count, 2 * acknowledged, 2 * (acknowledged + 1));
        Assert.Equal(0, page.Rows.Count % 2);
    }

    private static async Task<Dictionary<string, int>> RunAndKillAsync(string directory)
    {
        var program = Path.ChangeExtension(typeof(CrashTests).Assembly.Location, OperatingSystem.IsWindows() ? "exe" : null);
        var start = new ProcessStartInfo(program) { Environment = { [Setting] = directory }, UseShellExecute = false, RedirectStandardOutput = true };
        using var owner = Process.Start(start)!;
        var acknowledged = new Dictionary<string, int>(StringComparer.Ordinal);
        while (acknowledged.Values.Sum() < 500 && await owner.StandardOutput.ReadLineAsync(CancellationToken.None) is { } writer) Count(writer);
        owner.Kill();
        while (await owner.StandardOutput.ReadLineAsync(CancellationToken.None) is { } writer) Count(writer);
        await owner.WaitForExitAsync(CancellationToken.None);
        return acknowledged;

        void Count(string writer) => acknowledged[writer] = acknowledged.GetValueOrDefault(writer) + 1;
    }

    /// <summary>With the setting, this program is not the tests but the process that they kill. Only this thread may run this module's code here.</summary>
    [ModuleInitializer]
    internal static void BeTheOwner()
    {
        if (Environment.GetEnvironmentVariable(Setting) is not { Length: > 0 } directory) return;
        var store = new EmbeddedStore(directory, TimeProvider.System);
        using var output = new StreamWriter(Console.OpenStandardOutput());
        for (var i = 0; i < 500; i++)
        {
            var commits = Array.ConvertAll(Owned, writer => store.CommitAsync("Things", writer, [Write($"{i:000}-a"), Write($"{i:000}-b")], CancellationToken.None));
            for (var n = 0; n < commits.Length; n++)
            {
                commits[n].Wait();
                output.WriteLine(Owned[n]);
                output.Flush();
            }
        }
    }

    private static RowWrite Write(string key) => new(WriteKind.Insert, key, new byte[700], null);
}
