using System.Net.Http.Headers;
using RestSharp;
using RestSharp.Authenticators;

namespace PPMessage.Twilio;

/// <summary>
/// Calls Twilio's REST API (version 2010-04-01): one request, one answer, no redirect followed, nothing repeated.
/// A call ends after <see cref="Timing.ProviderCall"/>. Every outcome is a value; only a caller's cancellation before the call throws. Thread-safe.
/// </summary>
internal sealed class TwilioClient(PPMessageOptions options, TimeProvider time) : IDisposable
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

    /// <summary>Asks Twilio to send a message.</summary>
    public Task<TwilioAnswer> SendAsync(TwilioAccount account, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancellation)
    {
        var request = new RestRequest(new Uri(account.BaseUrl, $"{account.Path}/Messages.json"), Method.Post);
        foreach (var (name, value) in form) request.AddParameter(name, value, ParameterType.GetOrPost);
        return CallAsync(account, request, cancellation);
    }

    /// <summary>The first page of the account's messages; the resources lie in <c>messages</c>, newest first.</summary>
    public Task<TwilioAnswer> ListMessagesAsync(TwilioAccount account, IEnumerable<KeyValuePair<string, string>> filters, CancellationToken cancellation)
    {
        var query = string.Join('&', filters.Select(f => $"{Uri.EscapeDataString(f.Key)}={Uri.EscapeDataString(f.Value)}"));
        return GetAsync(account, $"{account.Path}/Messages.json?{query}", cancellation);
    }

    /// <summary>A further page. Its address comes out of an answer and the credentials go with it, so it must lie in the account's own list.</summary>
    public Task<TwilioAnswer> NextPageAsync(TwilioAccount account, string nextPageUri, CancellationToken cancellation) =>
        nextPageUri.StartsWith($"{account.Path}/Messages.json?", StringComparison.Ordinal)
            ? GetAsync(account, nextPageUri, cancellation)
            : Task.FromResult(new TwilioAnswer(TwilioReach.NotWritten, 0, string.Empty, null, "The next page lies outside of the account's messages."));

    /// <summary>The files of a message; the resources lie in <c>media_list</c>.</summary>
    public Task<TwilioAnswer> ListMediaAsync(TwilioAccount account, string messageSid, CancellationToken cancellation) =>
        GetAsync(account, $"{account.Path}/Messages/{Uri.EscapeDataString(messageSid)}/Media.json", cancellation);

    public void Dispose() => _rest.Dispose();

    private Task<TwilioAnswer> GetAsync(TwilioAccount account, string target, CancellationToken cancellation) =>
        CallAsync(account, new RestRequest(new Uri(account.BaseUrl, target)), cancellation);

    private async Task<TwilioAnswer> CallAsync(TwilioAccount account, RestRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        request.Authenticator = new HttpBasicAuthenticator(account.User, account.Password);
        using var limit = new CancellationTokenSource(options.Timing.ProviderCall, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var response = await _rest.ExecuteAsync(request, both.Token);
        if (response.StatusCode != default && response.ErrorException is null)
            return new TwilioAnswer(TwilioReach.Answered, (int)response.StatusCode, response.Content ?? string.Empty, RetryAfter(response), string.Empty);
        var reach = !both.IsCancellationRequested && NeverConnected(response.ErrorException) ? TwilioReach.NotWritten : TwilioReach.Unclear;
        return new TwilioAnswer(reach, 0, string.Empty, null, response.ErrorException?.Message ?? "No answer.");
    }

    // The handler's own time limit for connecting shows as a cancellation that nobody asked for.
    private static bool NeverConnected(Exception? exception) => exception switch
    {
        HttpRequestException e => e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        OperationCanceledException or TimeoutException => true,
        _ => false,
    };

    private TimeSpan? RetryAfter(RestResponse response)
    {
        var text = response.Headers?.FirstOrDefault(h => h.Name.Equals("Retry-After", StringComparison.OrdinalIgnoreCase))?.Value;
        if (!RetryConditionHeaderValue.TryParse(text, out var after)) return null;
        return after.Delta ?? (after.Date - time.GetUtcNow());
    }

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = System.Net.DecompressionMethods.All,

        // Well inside of a provider call, so that "could not connect" is told from "no answer".
        ConnectTimeout = TimeSpan.FromSeconds(5),

        // New connections look names up again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),

        // Shorter than load balancers' usual 60 s: a request into a connection that the other side is closing has an unknown outcome.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
    };
}
