using System.Net;
using System.Net.Sockets;

namespace PPMessage.Local.Sandbox.Dns;

/// <summary>Answers questions for MX, TXT and CNAME over UDP on 127.0.0.1, out of a zone that can be changed while it runs.</summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const int MostAliases = 8;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly DnsZone _zone;
    private readonly Task _running;

    /// <param name="port">0 takes a free one.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public DnsServer(DnsZone zone, int port)
    {
        _zone = zone;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        Address = (IPEndPoint)_socket.LocalEndPoint!;
        _running = Task.Run(RunAsync);
    }

    public IPEndPoint Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true) await AnswerAsync(buffer);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task AnswerAsync(byte[] buffer)
    {
        try
        {
            var got = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
            if (DnsWire.Read(buffer.AsSpan(0, got.ReceivedBytes)) is { } query) await _socket.SendToAsync(Answer(query), got.RemoteEndPoint, _stop.Token);
        }
        catch (SocketException)
        {
            // Somebody who asked is gone.
        }
    }

    private byte[] Answer(DnsQuery query)
    {
        var answers = new List<(string Name, ushort Type, byte[] Data)>();
        var name = query.Name;
        var known = _zone.Find(name);
        if (known is null) return DnsWire.Answer(query, DnsWire.NoSuchName, answers);
        for (var i = 0; i < MostAliases && known is { Cname: { } alias, Fails: false }; i++)
        {
            answers.Add((name, DnsWire.Cname, DnsWire.Name(alias)));
            if (query.Type == DnsWire.Cname) break;
            (name, known) = (alias, _zone.Find(alias));
        }

        if (known?.Fails == true) return DnsWire.Answer(query, DnsWire.ServerFailure, []);
        if (known is { Cname: null }) answers.AddRange(Own(known, query.Type).Select(data => (name, query.Type, data)));
        return DnsWire.Answer(query, DnsWire.NoError, answers);
    }

    private static IEnumerable<byte[]> Own(DnsRecords known, ushort type) => type switch
    {
        DnsWire.Mx => known.Mx.Select(DnsWire.MxData),
        DnsWire.Txt => known.Txt.Select(DnsWire.TxtData),
        _ => [],
    };
}
