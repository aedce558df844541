using System.Net.Http.Headers;
using System.Text;

namespace PPMessage.Local.Sandbox;

/// <summary>A call to the application, as it is configured.</summary>
/// <param name="Url">With its fragment.</param>
/// <param name="AuthToken">Signs it.</param>
internal sealed record Callback(string Kind, string Url, string Method, IReadOnlyList<KeyValuePair<string, string>> Fields, string AuthToken);

/// <summary>Calls the application as Twilio does: signed, bounded, tried again as the URL's fragment says, redirects followed.</summary>
internal sealed class CallbackCaller(SandboxState state, Misbehaviours misbehaviours, TimeProvider time) : IDisposable
{
    /// <summary>HTTP retrieval failure: no answer in time, or a broken one (https://www.twilio.com/docs/api/errors/11200).</summary>
    public const int NoAnswer = 11200;

    public const int CannotConnect = 11205;

    public const int RefusedStatus = 11217;

    private static readonly HttpRequestError[] Unreached =
        [HttpRequestError.ConnectionError, HttpRequestError.NameResolutionError, HttpRequestError.SecureConnectionError];

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(5), MaxAutomaticRedirections = 10, UseCookies = false, UseProxy = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 1 << 20,
    };

    /// <summary>The last attempt.</summary>
    public async Task<CallbackRecord> CallAsync(Callback callback, CancellationToken cancellation)
    {
        var policy = RetryPolicy.Of(callback.Url);
        using var bound = new CancellationTokenSource(policy.Total, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        var chain = Guid.NewGuid().ToString();
        for (var attempt = 1; ; attempt++)
        {
            var record = await AttemptAsync(callback, policy, chain, attempt, either.Token);
            cancellation.ThrowIfCancellationRequested();
            state.Callbacks.Add(record);
            if (record.Error is null || attempt > policy.Retries || bound.IsCancellationRequested || !policy.Covers(record)) return record;
        }
    }

    public async Task<SandboxMedia> FetchAsync(string url, DateTimeOffset now, CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMilliseconds(RetryPolicy.LongestMilliseconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellation);
        using var response = await _http.GetAsync(new Uri(url), either.Token);
        response.EnsureSuccessStatusCode();
        var type = response.Content.Headers.ContentType?.MediaType ?? "application/octet-stream";
        return new SandboxMedia(Sids.New("ME"), type, await response.Content.ReadAsByteArrayAsync(either.Token), now);
    }

    public void Dispose() => _http.Dispose();

    private async Task<CallbackRecord> AttemptAsync(Callback callback, RetryPolicy policy, string chain, int attempt, CancellationToken cancellation)
    {
        var isGet = callback.Method == "GET";
        var url = isGet ? WithQuery(policy.Url, callback.Fields) : policy.Url;
        var signature = Signing.Sign(url, isGet ? [] : callback.Fields, misbehaviours.TakeBadSignature() ? "somebody else's" : callback.AuthToken);
        var record = new CallbackRecord(callback.Kind, callback.Method, url, callback.Fields, signature, attempt, time.GetUtcNow(), null, null, "", null);
        using var request = Request(record, chain);
        using var read = new CancellationTokenSource(policy.Read, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(read.Token, cancellation);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            return await AnsweredAsync(record, response, either.Token);
        }
        catch (HttpRequestException e) when (Unreached.Contains(e.HttpRequestError))
        {
            return record with { Error = CannotConnect };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return record with { Error = NoAnswer };
        }
    }

    private static async Task<CallbackRecord> AnsweredAsync(CallbackRecord record, HttpResponseMessage response, CancellationToken cancellation) => record with
    {
        StatusCode = (int)response.StatusCode,
        ContentType = response.Content.Headers.ContentType?.MediaType,
        Answer = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellation)),
        Error = response.IsSuccessStatusCode ? null : RefusedStatus,
    };

    private static HttpRequestMessage Request(CallbackRecord record, string chain)
    {
        var request = new HttpRequestMessage(new HttpMethod(record.Method), record.Url);
        request.Headers.Add("X-Twilio-Signature", record.Signature);
        request.Headers.Add("I-Twilio-Idempotency-Token", chain);
        request.Headers.Add("User-Agent", "TwilioProxy/1.1");
        request.Headers.Add("Accept", "*/*");
        if (record.Method == "GET") return request;
        request.Content = new FormUrlEncodedContent(record.Fields);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded", "UTF-8");
        return request;
    }

    private static string WithQuery(string url, IEnumerable<KeyValuePair<string, string>> fields) =>
        url + (url.Contains('?', StringComparison.Ordinal) ? '&' : '?')
        + string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
}
