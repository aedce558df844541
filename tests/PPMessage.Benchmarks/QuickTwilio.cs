using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PPMessage.Benchmarks;

/// <summary>
/// Accepts whatever is sent and does nothing else, so that the app is measured and not the provider: a socket a connection, in this process. It tells nobody what became of
/// a message.
/// </summary>
internal sealed class QuickTwilio : IDisposable
{
    private const int LargestRequest = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _sent;

    public QuickTwilio()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri BaseUrl => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many messages it has.</summary>
    public int Sent => Volatile.Read(ref _sent);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        var buffer = new byte[LargestRequest];
        try
        {
            for (var length = 0; await socket.ReceiveAsync(buffer.AsMemory(length)) is > 0 and var read;)
            {
                length += read;
                if (!LoadClient.IsWhole(buffer.AsSpan(0, length))) continue;
                await socket.SendAsync(Answer(Interlocked.Increment(ref _sent)));
                length = 0;
            }
        }
        catch (SocketException)
        {
            // The app has ended.
        }

        socket.Dispose();
    }

    private static byte[] Answer(int number)
    {
        // Inbound SIDs are made of small numbers, too.
        var sid = ((1L << 60) + number).ToString("x32", CultureInfo.InvariantCulture);
        var body = $"{{\"sid\":\"SM{sid}\",\"status\":\"queued\",\"num_segments\":\"1\",\"error_code\":null}}";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
