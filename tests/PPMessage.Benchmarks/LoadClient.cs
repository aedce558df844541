using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace PPMessage.Benchmarks;

/// <summary>
/// Sends requests that are ready as bytes, one at a time on each of its connections: as many are in flight as there are connections. It does next to
/// nothing itself, because it shares the cores with the app.
/// </summary>
internal static class LoadClient
{
    private const int AnswerBytes = 4096;

    /// <exception cref="InvalidOperationException">An answer was not 2xx.</exception>
    public static async Task<Measured> RunAsync(int port, IReadOnlyList<byte[]> requests, int connections)
    {
        var ticks = new long[requests.Count];
        var next = -1;
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(connections, requests.Count)).Select(async _ =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            var buffer = new byte[AnswerBytes];
            for (int i; (i = Interlocked.Increment(ref next)) < requests.Count;)
            {
                var sent = Stopwatch.GetTimestamp();
                await socket.SendAsync(requests[i]);
                await AnswerAsync(socket, buffer);
                ticks[i] = Stopwatch.GetTimestamp() - sent;
            }
        }));
        return Measured.Of(ticks, Stopwatch.GetElapsedTime(begin));
    }

    private static async Task AnswerAsync(Socket socket, byte[] buffer)
    {
        for (var length = 0; ;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0) throw new InvalidOperationException("The app closed the connection.");
            length += read;
            if (IsWhole(buffer.AsSpan(0, length))) break;
        }

        if (buffer[9] != '2') throw new InvalidOperationException($"The app answered {System.Text.Encoding.UTF8.GetString(buffer).TrimEnd('\0')}");
    }

    /// <summary>Whether all of a request or an answer is there.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var at = answer.IndexOf("Content-Length: "u8);
        return at < 0 || (Utf8Parser.TryParse(answer[(at + 16)..], out int body, out _) && answer.Length == end + 4 + body);
    }
}
