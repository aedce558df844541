namespace PPMessage.Functions;

/// <summary>Who started the program, and so where it listens.</summary>
internal sealed class HostEnvironment(IConfiguration configuration)
{
    /// <summary>Set by the Functions host for its custom handler, and by nobody else.</summary>
    public const string PortVariable = "FUNCTIONS_CUSTOMHANDLER_PORT";

    private const string StandAloneUrl = "http://127.0.0.1:7071";

    public bool IsFunctionsHost => !string.IsNullOrEmpty(configuration[PortVariable]);

    /// <summary>The host only ever talks to 127.0.0.1; stand-alone, <c>ASPNETCORE_URLS</c> decides.</summary>
    public string[] Urls => IsFunctionsHost
        ? [$"http://127.0.0.1:{configuration[PortVariable]}"]
        : (configuration[WebHostDefaults.ServerUrlsKey] ?? StandAloneUrl).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

internal static class Defaults
{
    /// <summary>Settings that any other source of settings overrides.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Azure"] = "Warning",
        // One entry a line: the Functions host takes each line of the output for one log entry.
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:LogToStandardErrorThreshold"] = "Error",
    };
}
