using Microsoft.Extensions.Configuration;
using PPMessage.Local;
using PPMessage.Storage;
using PPMessage.Storage.Azure;
using PPMessage.Storage.Embedded;
using PPMessage.Tests.Storage;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedAzurite))]

namespace PPMessage.Tests.Storage;

/// <summary>Bare stores for tests, each empty and apart from all others. <see cref="GuardedStore"/> goes before them.</summary>
internal static class TestStores
{
    /// <summary>In a temporary directory that is deleted with the store.</summary>
    /// <param name="inMemory">Where the system has a folder in memory, there: for tests that make thousands of commits and prove nothing about disks.</param>
    public static EmbeddedTestStore Embedded(TimeProvider time, bool inMemory = false) => new(time, inMemory);

    /// <summary>On the one Azurite of this test run. Skips the test where Node is missing, unless <c>CI</c> is set: there it fails.</summary>
    public static async Task<IStore> AzuriteAsync() => Azure(await SharedAzurite.ConnectionStringAsync(), Prefix());

    public static AzureStore Azure(string connectionString, string prefix)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["AzureWebJobsStorage"] = connectionString };
        return AzureStore.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), prefix);
    }

    public static string Prefix() => "t" + Guid.NewGuid().ToString("N")[..10];
}

/// <summary>An embedded store with a directory of its own.</summary>
internal sealed class EmbeddedTestStore(TimeProvider time, bool inMemory = false) : IAsyncDisposable
{
    private const string MemoryFolder = "/dev/shm";

    public string Directory { get; } = inMemory && System.IO.Directory.Exists(MemoryFolder)
        ? System.IO.Directory.CreateDirectory(Path.Combine(MemoryFolder, $"ppmessage-{Guid.NewGuid():N}")).FullName
        : System.IO.Directory.CreateTempSubdirectory("ppmessage-").FullName;

    public EmbeddedStore Store { get => field ??= new EmbeddedStore(Directory, time); private set; }

    /// <summary>Closes the store and opens it again, as another process would.</summary>
    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = new EmbeddedStore(Directory, time);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}

/// <summary>The one Azurite of a test run: started by the first test that wants it, in memory, ended with the run.</summary>
public sealed class SharedAzurite : IAsyncDisposable
{
    private static readonly Lazy<Task<Azurite?>> Started = new(StartAsync);

    internal static async Task<string> ConnectionStringAsync()
    {
        var azurite = await Started.Value;
        Assert.SkipWhen(azurite is null, "Node.js is not installed, so Azurite can't run.");
        return azurite!.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated && await Started.Value is { } azurite) await azurite.DisposeAsync();
    }

    private static async Task<Azurite?> StartAsync()
    {
        var optional = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI"));
        return optional && !await AzuriteInstall.HasNodeAsync(CancellationToken.None) ? null : await Azurite.StartAsync(null, CancellationToken.None);
    }
}
