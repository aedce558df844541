using System.Net;
using System.Net.Sockets;

namespace PPMessage.Local;

/// <summary>Looks before anything is started or written, so that a port that is taken costs nothing.</summary>
internal static class Ports
{
    /// <exception cref="InvalidOperationException">A port can't be had; the message names the option that changes it.</exception>
    public static void Check(LocalOptions options)
    {
        string?[] problems =
        [
            Problem(options.Port, "app", "--port"),
            Problem(options.SandboxPort, "Twilio sandbox", "--sandbox-port"),
            Problem(options.MailSandboxPort, "Mailgun sandbox", "--mail-sandbox-port"),
            Problem(options.DnsPort, "sandbox's DNS server", "--dns-port", isUdp: true),
        ];
        if (problems.Any(problem => problem is not null))
            throw new InvalidOperationException(string.Join(Environment.NewLine, problems.OfType<string>()));
    }

    private static string? Problem(int port, string whose, string option, bool isUdp = false)
    {
        try
        {
            using var socket = isUdp ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            if (!isUdp) socket.Listen();
            return null;
        }
        catch (SocketException e)
        {
            var why = e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is taken by another program (or another PPMessage)" : $"can't be opened ({e.Message})";
            return $"Port {port} of the {whose} {why}: choose another one with {option} <number>. 端口 {port} 不可用，请用 {option} 另选。";
        }
    }
}
