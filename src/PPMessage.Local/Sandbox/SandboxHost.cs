using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace PPMessage.Local.Sandbox;

/// <summary>The web server of a sandbox, on 127.0.0.1 only.</summary>
internal static class SandboxHost
{
    /// <summary>Largest request that a provider's API takes: 52.4 MiB is Mailgun's, the larger one.</summary>
    private const long LargestRequest = 54_945_382;

    /// <param name="ports">One origin each; 0 takes a free one.</param>
    public static WebApplication Build(bool log, params IEnumerable<int> ports)
    {
        // Empty: neither the settings nor the environment of the application in the same process mean the sandbox.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        if (log) builder.Logging.AddSimpleConsole();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            foreach (var port in ports) kestrel.Listen(IPAddress.Loopback, port);
        });
        return builder.Build();
    }

    /// <summary>Of an app that runs, in the order of its ports.</summary>
    public static IReadOnlyList<Uri> Addresses(this WebApplication app) =>
        [.. app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Select(address => new Uri(address))];

    /// <summary>Without waiting for requests.</summary>
    public static async Task EndAsync(this WebApplication app)
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
