using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PPMessage.Channels;
using PPMessage.Http;

namespace PPMessage.Twilio;

/// <summary>
/// Fetches a file that came with a message. The address comes out of a callback, so only Twilio's own media address gets the credentials, and where it
/// redirects to (a storage host) gets none and must be public. Thread-safe.
/// </summary>
internal sealed class TwilioMedia(ChannelDirectory channels, PPMessageOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Twilio says 5 MB for all files of a message (twilio.com/docs/messaging, "Accepted content types for media"); carriers abroad may bring more.</summary>
    public const long MostBytes = 16 * 1024 * 1024;

    private const int MostRedirects = 5;

    private readonly HttpClient _twilio = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly HttpClient _public = new(PublicAddresses.Handler()) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>As <see cref="FetchMedia"/> says. The file waits in a temporary one, which goes when it is closed: memory stays flat.</summary>
    public async Task<MediaFile> FetchAsync(Channel channel, string url, string messageSid, CancellationToken cancellation)
    {
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var result = await FetchAsync(channel, url, messageSid, MostBytes, file, cancellation);
        file.Position = 0;
        if (result is MediaResult.Fetched fetched) return new MediaFile.Fetched(file, fetched.ContentType);
        await file.DisposeAsync();
        return result switch
        {
            MediaResult.NotYet => new MediaFile.NotYet("Twilio does not have the file."),
            MediaResult.TryLater later => new MediaFile.NotYet(later.Reason),
            MediaResult.Refused refused => new MediaFile.Refused(refused.Reason),
            _ => new MediaFile.Refused($"The file has more than {MostBytes / 1024 / 1024} MiB."),
        };
    }

    /// <summary>Writes the file to <paramref name="destination"/>; whatever is written before another result than <see cref="MediaResult.Fetched"/> is worth nothing.
    /// Takes at most <see cref="Timing.ProviderCall"/>.</summary>
    public async Task<MediaResult> FetchAsync(
        Channel channel, string url, string messageSid, long maxBytes, Stream destination, CancellationToken cancellation)
    {
        if (TwilioAccount.Of(channel, channels, options.TwilioBaseUrl) is not { } account) return new MediaResult.TryLater("A secret of this channel is not set or can't be read.");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !IsTwilios(address, account, messageSid))
            return new MediaResult.Refused("This is not the address of a file of this message at Twilio.");
        using var limit = new CancellationTokenSource(options.Timing.ProviderCall, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await FollowAsync(address, account, maxBytes, destination, both.Token);
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is AddressRefusedException refused ? new MediaResult.Refused(refused.Message) : new MediaResult.TryLater(e.Message);
        }
        catch (IOException e)
        {
            return new MediaResult.TryLater(e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new MediaResult.TryLater("It took too long.");
        }
    }

    public void Dispose()
    {
        _twilio.Dispose();
        _public.Dispose();
    }

    private async Task<MediaResult> FollowAsync(Uri address, TwilioAccount account, long maxBytes, Stream destination, CancellationToken cancellation)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (redirects == 0) request.Headers.Authorization = Basic(account);
            using var response = await ClientFor(address, first: redirects == 0).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (Target(response) is not { } target) return await ReadAsync(response, maxBytes, destination, cancellation);
            address = new Uri(address, target);
            if (!IsSandbox(address) && (address.Scheme != Uri.UriSchemeHttps || address.UserInfo.Length > 0))
                return new MediaResult.Refused("Twilio redirected to an address that is not https.");
        }

        return new MediaResult.Refused("Twilio redirected too often.");
    }

    private static async Task<MediaResult> ReadAsync(HttpResponseMessage response, long maxBytes, Stream destination, CancellationToken cancellation)
    {
        if (response.StatusCode != HttpStatusCode.OK) return Failure(response.StatusCode);
        if (response.Content.Headers.ContentLength > maxBytes) return new MediaResult.TooLarge();
        await using var source = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[32 * 1024];
        var length = 0L;
        while (await source.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            length += read;
            if (length > maxBytes) return new MediaResult.TooLarge();
            await destination.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return new MediaResult.Fetched(response.Content.Headers.ContentType?.MediaType ?? TwilioInbound.UnknownContentType, length);
    }

    // The file may come a few seconds after the callback. Wrong credentials are repaired some day, and Twilio keeps the file.
    private static MediaResult Failure(HttpStatusCode status) => (int)status switch
    {
        404 => new MediaResult.NotYet(),
        401 or 403 or 408 or 429 or >= 500 => new MediaResult.TryLater($"Answered {(int)status}."),
        _ => new MediaResult.Refused($"Answered {(int)status}."),
    };

    private bool IsTwilios(Uri address, TwilioAccount account, string messageSid)
    {
        var folder = $"{account.Path}/Messages/{messageSid}/Media/";
        return (IsSameOrigin(address, account.BaseUrl) || IsSameOrigin(address, options.TwilioBaseUrl))
            && (address.Scheme == Uri.UriSchemeHttps || address.IsLoopback)
            && address.UserInfo.Length == 0 && address.Query.Length == 0
            && address.AbsolutePath.StartsWith(folder, StringComparison.Ordinal)
            && TwilioSids.Is("ME", address.AbsolutePath.AsSpan(folder.Length));
    }

    // A sandbox on this machine plays Twilio's storage host, too, on another port.
    private bool IsSandbox(Uri address) => options.TwilioBaseUrl.IsLoopback && address.IsLoopback;

    private HttpClient ClientFor(Uri address, bool first) => first || IsSandbox(address) ? _twilio : _public;

    private static bool IsSameOrigin(Uri a, Uri b) => a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static Uri? Target(HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 ? response.Headers.Location : null;

    private static AuthenticationHeaderValue Basic(TwilioAccount account) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.User}:{account.Password}")));
}
