using System.Net;
using System.Net.Sockets;

namespace PPMessage.Http;

/// <summary>
/// Keeps calls whose address comes out of data (media, webhooks, a flow's <c>http</c> step) away from everything that is not the public Internet.
/// It looks at the resolved address at the moment of connecting, and connects to that very address, so a name can't change its meaning in between.
/// </summary>
internal static class PublicAddresses
{
    /// <summary>Not for public use. Source: IANA's special-purpose address registries for IPv4 and IPv6.</summary>
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

            // A public number, but Azure's platform answers there to whoever runs on Azure (learn.microsoft.com, "What is IP address 168.63.129.16?").
            "168.63.129.16/32",

            // Within 2000::/3; the rest of IPv6 is not global unicast. Teredo and 6to4 carry an IPv4 address inside.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (plain.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(plain)) && !Special.Any(network => network.Contains(plain));
    }

    /// <summary>A handler that connects to public addresses only: no redirects, cookies or proxy (which would connect in our stead).</summary>
    /// <param name="loopback">This machine is allowed as well: only where we ourselves are known on it alone.</param>
    public static SocketsHttpHandler Handler(bool loopback = false) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, loopback, cancellation),
    };

    /// <summary>Throws <see cref="AddressRefusedException"/> (inside an <see cref="HttpRequestException"/> when called by a handler) when the name has no public address.</summary>
    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool loopback, CancellationToken cancellation)
    {
        var resolved = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellation);
        var allowed = resolved.Where(address => IsPublic(address) || (loopback && IPAddress.IsLoopback(address))).ToArray();
        if (allowed.Length == 0) throw new AddressRefusedException($"{target.Host} has no public address.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The address is not on the public Internet: don't ask again.</summary>
internal sealed class AddressRefusedException : IOException
{
    public AddressRefusedException() { }

    public AddressRefusedException(string message) : base(message) { }

    public AddressRefusedException(string message, Exception inner) : base(message, inner) { }
}
