using System.Globalization;
using System.Text;
using PPMessage.Channels;
using PPMessage.Http;
using RestSharp;

namespace PPMessage.Webhooks;

/// <summary>What a receiver said to one request.</summary>
/// <param name="Status">0: there was no answer.</param>
/// <param name="Body">Its beginning.</param>
/// <param name="Error">Why it does not count as delivered, for people; null: it does.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone; null: it does not say.</param>
internal sealed record ReceiverAnswer(int Status, string Body, string? Error, TimeSpan? RetryAfter, int DurationMs)
{
    /// <summary>The receiver wants no more of it (410 Gone).</summary>
    public bool IsGone => Status == 410;
}

/// <summary>Makes one request to a receiver.</summary>
internal delegate Task<ReceiverAnswer> CallReceiver(Webhook webhook, string id, string body, CancellationToken cancellation);

/// <summary>
/// Calls receivers: signed, to public addresses only, no redirect followed, nothing repeated, of the answer only the beginning read. Every outcome is a value; only a
/// caller's cancellation throws. Thread-safe.
/// </summary>
internal sealed class WebhookClient(WebhookSecrets secrets, PPMessageOptions options, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    /// <summary>Of an answer, in characters.</summary>
    public const int ShownOfBody = 500;

    // No character has more than four bytes.
    private const int ReadOfBody = 4 * ShownOfBody;

    private readonly RestClient _rest = new(
        new BoundedAnswers(PublicAddresses.Handler(loopback: options.PublicBaseUrl.IsLoopback), ReadOfBody),
        disposeHandler: true,
        configureRestClient: static rest =>
        {
            rest.Timeout = Timeout.InfiniteTimeSpan;
            rest.FollowRedirects = false;
            rest.UserAgent = "PPMessage";
            rest.SetErrorExceptionOnUnsuccessfulStatusCode = false;
        });

    /// <param name="id">The same in every repetition of this body.</param>
    public async Task<ReceiverAnswer> CallAsync(Webhook webhook, string id, string body, CancellationToken cancellation)
    {
        using var span = Telemetry.StartProviderCall("webhook")?.SetTag("webhook.id", webhook.Id);
        var answer = await SignedAsync(webhook, id, body, cancellation);
        if (answer.Status != 0) span?.SetTag("http.response.status_code", answer.Status);
        span.End(answer.Status == 0 ? "unclear" : "answered", isError: answer.Error is not null);
        return answer;
    }

    public void Dispose() => _rest.Dispose();

    private async Task<ReceiverAnswer> SignedAsync(Webhook webhook, string id, string body, CancellationToken cancellation)
    {
        try
        {
            var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
            var request = new RestRequest(new Uri(webhook.Url), Method.Post).AddStringBody(body, ContentType.Json)
                .AddHeader("webhook-id", id).AddHeader("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture))
                .AddHeader("webhook-signature", WebhookSignature.Of(secrets.Of(webhook), id, timestamp, body));
            return await AskAsync(request, cancellation);
        }
        catch (SecretUnreadableException)
        {
            return new(0, string.Empty, $"Not sent: the webhook's secret can't be read with the present PPMessage__SecretsKey. Draw a new one (POST /api/webhooks/{webhook.Id}/secret), or put the earlier key back.", null, 0);
        }
    }

    private async Task<ReceiverAnswer> AskAsync(RestRequest request, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(LongestCall, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var began = time.GetTimestamp();
        var response = await _rest.ExecuteAsync(request, both.Token);
        cancellation.ThrowIfCancellationRequested();
        var took = (int)time.GetElapsedTime(began).TotalMilliseconds;
        if (response.StatusCode == default || response.ErrorException is not null)
            return new(0, string.Empty, limit.IsCancellationRequested ? $"No answer within {LongestCall.TotalSeconds:0} s." : NoAnswer.Why(response.ErrorException), null, took);
        var status = (int)response.StatusCode;
        return new(status, Beginning(response.RawBytes ?? []), response.IsSuccessStatusCode ? null : ReceiverWords.Of(status), Wait(response), took);
    }

    private static string Beginning(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (text.Length <= ShownOfBody) return text;
        return text[..(char.IsHighSurrogate(text[ShownOfBody - 1]) ? ShownOfBody - 1 : ShownOfBody)];
    }

    private TimeSpan? Wait(RestResponse response) => RetryAfter.Of(
        response.Headers?.FirstOrDefault(header => header.Name.Equals("Retry-After", StringComparison.OrdinalIgnoreCase))?.Value, time.GetUtcNow());
}

/// <summary>What a receiver's refusal most likely means.</summary>
internal static class ReceiverWords
{
    public static string Of(int status) => status switch
    {
        >= 300 and < 400 => $"It answered {status}, a redirect, and none is followed: set the URL that it leads to.",
        401 or 403 => $"It answered {status}: does it check the signature with the present secret, over the body's very bytes?",
        404 or 405 => $"It answered {status}: is the URL's path right, and does it take POST?",
        410 => "It answered 410 Gone: it wants no more webhooks.",
        429 => "It answered 429: it is asked too often.",
        _ => $"It answered {status}.",
    };
}
