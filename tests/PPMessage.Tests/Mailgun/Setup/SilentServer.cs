using System.Net;
using System.Net.Sockets;

namespace PPMessage.Tests.Mailgun.Setup;

/// <summary>Takes datagrams and answers none.</summary>
internal sealed class SilentServer : IAsyncDisposable
{
    private readonly UdpClient _udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _asked;

    public SilentServer() => _running = RunAsync();

    public IPEndPoint Address => (IPEndPoint)_udp.Client.LocalEndPoint!;

    public int Asked => Volatile.Read(ref _asked);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _udp.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _udp.ReceiveAsync(_stop.Token);
                Interlocked.Increment(ref _asked);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
