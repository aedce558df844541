using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace PPMessage.Functions;

/// <summary>Starts, waits for the end, and says in one line why it can't start.</summary>
internal static class Start
{
    private const int Ended = 0;
    private const int Failed = 1;

    /// <summary>The Functions host starts its handler anew and counts no error. After 0 it would not start it again.</summary>
    private const int StartMeAgain = 200;

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = PPMessageApp.Build(args);
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return new HostEnvironment(app.Configuration).IsFunctionsHost ? StartMeAgain : Ended;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"PPMessage can't run: {Reason(e)}");
            return Failed;
        }
    }

    private static string Reason(Exception e) => e switch
    {
        IOException { InnerException: AddressInUseException } => $"{e.Message} Another program (or another PPMessage) listens there; ASPNETCORE_URLS names another address, e.g. http://127.0.0.1:7072.",
        SocketException or FormatException => $"{e.Message} ASPNETCORE_URLS names the address to listen on, e.g. http://127.0.0.1:7071.",
        InvalidOperationException or IOException => e.Message,
        _ => e.ToString(),
    };

    /// <summary>What keeps the program from starting is said once, by <see cref="RunAsync"/>: until it has started, the two loggers that would say it too, with stack traces, are quiet.</summary>
    public static void AddStartFilter(this ILoggingBuilder logging, Func<WebApplication?> app)
    {
        bool Started(LogLevel level) => level >= LogLevel.Warning && app()?.Lifetime.ApplicationStarted.IsCancellationRequested == true;
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", Started);
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", Started);
    }
}
