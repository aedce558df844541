using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PPMessage.Tests;

/// <summary>
/// Ports on 127.0.0.1 for those who must name one before they listen, or again after they were killed: nobody else gets it meanwhile, each is handed out
/// once in a test run. Whoever listens once and in this process takes port 0 instead.
/// </summary>
internal static class FreePorts
{
    // Below the ports that a system gives to port 0 and to outgoing connections: one of those could take it while its owner is down between two lives.
    private const int First = 10_100;
    private const int End = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            // Not tried where it was given: its owner may be between two lives.
            if (Given.TryAdd(port, true) && IsFree(port)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
