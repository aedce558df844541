using Microsoft.Extensions.Configuration;
using PPMessage.Local;
using PPMessage.Storage;
using PPMessage.Storage.Azure;
using PPMessage.Storage.Embedded;

namespace PPMessage.Benchmarks;

/// <summary>Where a store keeps its data: once for the app, once for the bare store beside it.</summary>
internal interface IPlace : IAsyncDisposable
{
    string Name { get; }

    /// <summary>How many times fewer messages it gets than the embedded store, so that a round takes seconds.</summary>
    int Slower { get; }

    /// <summary>For the app.</summary>
    IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Runs on an empty bare store of its own.</summary>
    Task<T> OnBareStoreAsync<T>(Func<IStore, Task<T>> work);

    /// <summary>Runs on the app's bare store, while the app does not run.</summary>
    Task OnAppStoreAsync(Func<IStore, Task> work);
}

internal sealed class EmbeddedPlace : IPlace
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ppmessage-bench-").FullName;
    private int _bare;

    public string Name => "embedded";

    public int Slower => 1;

    /// <summary>The app's; one process owns it.</summary>
    public string AppDirectory => Path.Combine(_directory, "app");

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal) { ["PPMessage__DataDirectory"] = AppDirectory };

    public async Task<T> OnBareStoreAsync<T>(Func<IStore, Task<T>> work)
    {
        await using var store = new EmbeddedStore(Path.Combine(_directory, $"bare{_bare++}"), TimeProvider.System);
        return await work(store);
    }

    public async Task OnAppStoreAsync(Func<IStore, Task> work)
    {
        await using var store = new EmbeddedStore(AppDirectory, TimeProvider.System);
        await work(store);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Azurite with its data in memory.</summary>
internal sealed class AzuritePlace(Azurite azurite) : IPlace
{
    private int _bare;

    public string Name => "azure (Azurite)";

    public int Slower => 10;

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PPMessage__Storage"] = "azure",
        ["AzureWebJobsStorage"] = azurite.ConnectionString,
    };

    public static async Task<AzuritePlace> StartAsync() => new(await Azurite.StartAsync(null, CancellationToken.None));

    public Task<T> OnBareStoreAsync<T>(Func<IStore, Task<T>> work) => work(StoreOf($"bare{_bare++}x"));

    public Task OnAppStoreAsync(Func<IStore, Task> work) => work(StoreOf(string.Empty));

    public ValueTask DisposeAsync() => azurite.DisposeAsync();

    private AzureStore StoreOf(string prefix)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["AzureWebJobsStorage"] = azurite.ConnectionString };
        return AzureStore.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), prefix);
    }
}
