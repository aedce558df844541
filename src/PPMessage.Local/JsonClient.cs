using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace PPMessage.Local;

/// <summary>The app's API as an admin calls it.</summary>
internal sealed class JsonClient : IDisposable
{
    /// <summary>What a killed program was about to do is taken over after a minute.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(75);

    private readonly HttpClient _client;
    private readonly TextWriter _told;
    private readonly TimeProvider _time;
    private bool _hasTold;

    /// <param name="told">Hears once that a start waits for what an earlier one left.</param>
    public JsonClient(Uri app, string token, TextWriter told, TimeProvider? time = null)
    {
        (_told, _time) = (told, time ?? TimeProvider.System);
        _client = new HttpClient { BaseAddress = app };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <exception cref="InvalidOperationException">The answer is no success; the message says what it is.</exception>
    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await _client.GetAsync(path, cancellation);
        return await ReadAsync($"GET {path}", answer, cancellation);
    }

    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonObject> PutAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _client.PutAsync(path, content, cancellation);
        return await ReadAsync($"PUT {path}", answer, cancellation);
    }

    /// <param name="key">Idempotency-Key: a repeat after a crash makes nothing twice.</param>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonObject> PostAsync(string path, JsonObject? body, string? key, CancellationToken cancellation)
    {
        var end = _time.GetUtcNow() + LongestWait;
        while (true)
        {
            using var answer = await SendAsync(path, body, key, cancellation);
            if (WaitOf(answer) is not { } wait || _time.GetUtcNow() + wait > end) return await ReadAsync($"POST {path}", answer, cancellation);
            if (!_hasTold) await _told.WriteLineAsync("An earlier start was interrupted: waiting, a minute at most, for what it left. 上次启动被中断，正在等待其遗留的请求结束，最多一分钟。");
            _hasTold = true;
            await Task.Delay(wait, _time, cancellation);
        }
    }

    /// <summary>What keeps the app from serving, in its own words; null when nothing does.</summary>
    public async Task<string?> UnreadyAsync(CancellationToken cancellation)
    {
        using var answer = await _client.GetAsync("/health/ready", cancellation);
        if (answer.StatusCode != HttpStatusCode.ServiceUnavailable) return null;
        var checks = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))?["checks"]?.AsArray() ?? [];
        return string.Join(Environment.NewLine, checks.Where(check => (string?)check!["status"] == "fail").Select(check => (string?)check!["message"]));
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path, JsonObject? body, string? key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await _client.SendAsync(request, cancellation);
    }

    // Of all conflicts only that with a request that still runs says when to repeat it.
    private static TimeSpan? WaitOf(HttpResponseMessage answer) => answer.StatusCode == HttpStatusCode.Conflict ? answer.Headers.RetryAfter?.Delta : null;

    private static async Task<JsonObject> ReadAsync(string what, HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException($"{what} was answered {(int)answer.StatusCode}: {text}");
    }
}
