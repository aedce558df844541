using System.Net.Http.Headers;
using System.Text;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Calls the application as Mailgun does: bounded, no redirects, again with the same bytes (and so the same signature) while it is refused.</summary>
internal sealed class MailCaller(MailState state, MailgunSandboxOptions options, Background background, TimeProvider time) : IDisposable
{
    /// <summary>How long an answer may take. Mailgun documents no limit.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How many calls are under way at once; those beyond wait.</summary>
    private const int MostAtOnce = 64;

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 1 << 20,
    };

    /// <summary>Ends after the first attempt; further ones follow in the background.</summary>
    /// <param name="isRetried">Whether a refusal is a reason to come again.</param>
    public async Task<MailPost> PostAsync(MailCall call, bool isRetried, CancellationToken cancellation)
    {
        var post = new MailPost(call.Url, call.Recipient);
        var first = await AttemptAsync(call, cancellation);
        post.Add(first);
        if (isRetried && !first.IsFinal && options.Retries.Count > 0) background.Run(stopping => RetryAsync(post, call, stopping));
        return post;
    }

    public async Task<MailCall> AttemptAsync(MailCall call, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation);
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
            var record = await SendAsync(call with { At = time.GetUtcNow() }, either.Token);
            cancellation.ThrowIfCancellationRequested();
            state.Calls.Add(record);
            return record;
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>What a mail program's button does (RFC 8058, section 3.2).</summary>
    /// <returns>The answer's status, or why there was none.</returns>
    public async Task<(int? Status, string? Error)> UnsubscribeAsync(Uri url, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        using var form = new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]);
        try
        {
            using var response = await _http.PostAsync(url, form, either.Token);
            return ((int)response.StatusCode, null);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return (null, e.Message);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _http.Dispose();
    }

    private async Task RetryAsync(MailPost post, MailCall call, CancellationToken stopping)
    {
        var attempt = 1;
        foreach (var after in options.Retries)
        {
            await Task.Delay(after, time, stopping);
            var record = await AttemptAsync(call with { Attempt = ++attempt }, stopping);
            post.Add(record);
            if (record.IsFinal) return;
        }
    }

    private async Task<MailCall> SendAsync(MailCall call, CancellationToken cancellation)
    {
        try
        {
            using var content = new ByteArrayContent(call.Body);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(call.ContentType);
            using var response = await _http.PostAsync(new Uri(call.Url), content, cancellation);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellation);
            return call with { StatusCode = (int)response.StatusCode, Answer = Encoding.UTF8.GetString(answer) };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return call with { Error = e.Message };
        }
    }
}
