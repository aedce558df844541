using System.Net;
using RestSharp;

namespace PPMessage.Http;

/// <summary>How far a call to a provider got.</summary>
internal enum ProviderReach
{
    /// <summary>The provider, or something on the way to it, answered.</summary>
    Answered,

    /// <summary>No connection came about: surely nothing was done.</summary>
    NotWritten,

    /// <summary>Written at least in part, and no answer: it may have been done.</summary>
    Unclear,
}

/// <summary>What came back of one call.</summary>
/// <param name="Status">The HTTP status; 0 without an answer.</param>
/// <param name="Body">As it came; empty without an answer.</param>
/// <param name="Trouble">Without an answer: what happened instead.</param>
internal sealed record ProviderAnswer(ProviderReach Reach, int Status, string Body, IReadOnlyList<KeyValuePair<string, string>> Headers, string Trouble)
{
    public bool IsSuccess => Reach == ProviderReach.Answered && Status is >= 200 and < 300;

    /// <summary>Null when absent; the first of several.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>
/// Calls a provider's REST API: one request, one answer, no redirect followed, nothing repeated. A call ends after <see cref="Timing.ProviderCall"/>.
/// Every outcome is a value; only a caller's cancellation before the call throws. Thread-safe.
/// </summary>
internal sealed class ProviderRest(string provider, PPMessageOptions options, TimeProvider time) : IDisposable
{
    private readonly RestClient _rest = new(
        Handler(),
        disposeHandler: true,
        configureRestClient: static rest =>
        {
            rest.Timeout = Timeout.InfiniteTimeSpan;
            rest.FollowRedirects = false;
            rest.UserAgent = "PPMessage";
            rest.SetErrorExceptionOnUnsuccessfulStatusCode = false;
        });

    public async Task<ProviderAnswer> CallAsync(RestRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var span = Telemetry.StartProviderCall(provider);
        var answer = await AskAsync(request, cancellation);
        if (answer.Status != 0) span?.SetTag("http.response.status_code", answer.Status);
        span.End(answer.Reach.ToString().ToLowerInvariant(), isError: answer.Reach != ProviderReach.Answered || answer.Status >= 500);
        return answer;
    }

    private async Task<ProviderAnswer> AskAsync(RestRequest request, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.Timing.ProviderCall, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var response = await _rest.ExecuteAsync(request, both.Token);
        if (response.StatusCode != default && response.ErrorException is null)
            return new(ProviderReach.Answered, (int)response.StatusCode, response.Content ?? string.Empty, Headers(response), string.Empty);
        var reach = !both.IsCancellationRequested && NeverConnected(response.ErrorException) ? ProviderReach.NotWritten : ProviderReach.Unclear;
        return new(reach, 0, string.Empty, [], response.ErrorException?.Message ?? "No answer.");
    }

    public void Dispose() => _rest.Dispose();

    private static KeyValuePair<string, string>[] Headers(RestResponse response) =>
        [.. (response.Headers ?? []).Select(h => KeyValuePair.Create(h.Name, h.Value))];

    // The handler's own time limit for connecting shows as a cancellation that nobody asked for.
    private static bool NeverConnected(Exception? exception) => exception switch
    {
        HttpRequestException e => e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        OperationCanceledException or TimeoutException => true,
        _ => false,
    };

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,

        // Well inside of a provider call, so that "could not connect" is told from "no answer".
        ConnectTimeout = TimeSpan.FromSeconds(5),

        // New connections look names up again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),

        // Shorter than load balancers' usual 60 s: a request into a connection that the other side is closing has an unknown outcome.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    };
}
