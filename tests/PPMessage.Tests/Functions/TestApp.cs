using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Functions;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;

namespace PPMessage.Tests.Functions;

/// <summary>The real program in this process, on a port of its own and an embedded store in a folder of its own.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TempFolder _folder;

    private TestApp(WebApplication app, TempFolder folder)
    {
        (_app, _folder) = (app, folder);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestApp> StartAsync(bool underFunctionsHost, Action<IServiceCollection>? replace = null)
    {
        var folder = new TempFolder();
        var settings = new Dictionary<string, string?>
        {
            ["PPMessage:AdminKey"] = "a-key-for-these-tests",
            ["PPMessage:DataDirectory"] = folder.Path,
            ["AzureWebJobsStorage"] = "UseDevelopmentStorage=true",
            ["urls"] = "http://127.0.0.1:0",
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = underFunctionsHost ? "0" : null,
            ["Logging:LogLevel:Default"] = "None",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "None",
        };
        var app = PPMessageApp.Build([], settings, services =>
        {
            // The program knows but Azure there, and these tests have none.
            if (underFunctionsHost) services.AddSingleton<IStore>(p => new EmbeddedStore(folder.Path, p.GetRequiredService<TimeProvider>()));
            replace?.Invoke(services);
        });
        await app.StartAsync();
        return new TestApp(app, folder);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
