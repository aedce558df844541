using System.Net;
using PPMessage.Http;

namespace PPMessage.Flows.Calls;

/// <summary>
/// Calls programs on behalf of flows: at public addresses only, within bounds of time and size, few redirects followed and no header of the caller's sent to where one
/// leads away. One attempt; every outcome is a value; only a caller's cancellation throws. Thread-safe.
/// </summary>
internal sealed class FlowCalls(PPMessageOptions options, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(20);

    /// <summary>In bytes, unpacked.</summary>
    public const int LargestAnswer = 256 * 1024;

    private readonly bool _loopback = options.PublicBaseUrl.IsLoopback;

    private readonly HttpClient _http = new(Handler(options.PublicBaseUrl.IsLoopback)) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<CallAnswer> CallAsync(CallRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (CallMistakes.Of(request, _loopback) is { } mistake) return CallAnswer.None(mistake, mayBeRetried: false);
        using var span = Telemetry.StartProviderCall("flow");
        var began = time.GetTimestamp();
        var answer = await BoundedAsync(request, cancellation);
        if (answer.Status != 0) span?.SetTag("http.response.status_code", answer.Status);
        span.End(answer.Status == 0 ? "unclear" : "answered", isError: answer.Error is not null);
        return answer with { DurationMs = (int)time.GetElapsedTime(began).TotalMilliseconds };
    }

    public void Dispose() => _http.Dispose();

    private async Task<CallAnswer> BoundedAsync(CallRequest request, CancellationToken cancellation)
    {
        var timeout = TimeSpan.FromTicks(Math.Clamp(request.Timeout.Ticks, ShortestTimeout.Ticks, LongestTimeout.Ticks));
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await FollowAsync(request, both.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or InvalidDataException)
        {
            cancellation.ThrowIfCancellationRequested();
            return limit.IsCancellationRequested
                ? CallAnswer.None($"No whole answer within {timeout.TotalSeconds:0.#} s.", mayBeRetried: true)
                : CallAnswer.None(e is InvalidDataException ? "The answer can't be unpacked." : NoAnswer.Why(e), !IsFinal(e));
        }
    }

    private async Task<CallAnswer> FollowAsync(CallRequest request, CancellationToken cancellation)
    {
        var (url, isHome) = (new Uri(request.Url), true);
        for (var followed = 0; ; followed++)
        {
            using var message = CallMessage.Of(request, url, isHome);
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!Redirects.Is(response.StatusCode)) return await CallReading.ReadAsync(response, time.GetUtcNow(), cancellation);
            if (Redirects.Mistake(request.Method, url, response, followed, _loopback) is { } mistake)
                return new((int)response.StatusCode, null, string.Empty, mistake, MayBeRetried: false, null, 0);
            var target = Redirects.Target(url, response)!;
            // Once it has led away it stays away: whoever it led to may not aim the caller's credentials at an address of their choice.
            isHome = isHome && Redirects.IsSameOrigin(url, target);
            url = target;
        }
    }

    /// <summary>The same would come of it again: a refused address, an answer that can't be unpacked or has endless headers.</summary>
    private static bool IsFinal(Exception exception) =>
        exception is InvalidDataException or HttpRequestException { InnerException: AddressRefusedException or InvalidDataException } or HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };

    private static SocketsHttpHandler Handler(bool loopback)
    {
        var handler = PublicAddresses.Handler(loopback);
        handler.AutomaticDecompression = DecompressionMethods.All;

        // What is not read of an answer goes with its connection, however slowly it drips.
        handler.MaxResponseDrainSize = 0;
        return handler;
    }
}
