using Microsoft.Extensions.Configuration.Memory;

namespace PPMessage.Functions;

/// <summary>The program, put together: the same under the Functions host, stand-alone, in <c>PPMessage.Local</c> and in tests.</summary>
public static class PPMessageApp
{
    /// <summary>As the Functions host's own limit (104,857,600 bytes); an endpoint that a stranger can reach bounds itself far below.</summary>
    private const long LargestBody = 100 * 1024 * 1024;

    /// <summary>Builds the application; it doesn't listen yet.</summary>
    /// <param name="args">Settings as <c>--PPMessage:Storage=embedded</c>.</param>
    /// <param name="settings">Settings that win over the environment and <paramref name="args"/>.</param>
    /// <param name="replace">Runs last on the services: what is registered here wins.</param>
    public static WebApplication Build(string[] args, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? replace = null)
    {
        // Settings come from the environment: no file is watched for changes.
        var builder = WebApplication.CreateSlimBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults.Settings });
        if (settings is not null) builder.Configuration.AddInMemoryCollection(settings);
        var host = new HostEnvironment(builder.Configuration);

        builder.WebHost.UseUrls(host.Urls);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Services.AddPPMessage(builder.Configuration, host.IsFunctionsHost);
        builder.Services.AddTriggers(host.IsFunctionsHost);
        builder.AddExporters(host.IsFunctionsHost);
        replace?.Invoke(builder.Services);

        WebApplication? app = null;
        builder.Logging.AddStartFilter(() => app);
        app = builder.Build();
        if (host.IsFunctionsHost) app.UseInvocations();
        app.MapGet("/", Welcome);
        app.MapPPMessage();
        return app;
    }

    /// <summary>The Functions host asks here, every 25 ms, whether the program is up; any answer will do.</summary>
    private static Task Welcome(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("PPMessage. How it is doing: /health/ready\n", context.RequestAborted);
    }
}
