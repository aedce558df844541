using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace PPMessage.Local;

/// <summary>The app's API as an admin calls it.</summary>
internal sealed class JsonClient : IDisposable
{
    private readonly HttpClient _client;

    public JsonClient(Uri app, string token)
    {
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
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await _client.SendAsync(request, cancellation);
        return await ReadAsync($"POST {path}", answer, cancellation);
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

    private static async Task<JsonObject> ReadAsync(string what, HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException($"{what} was answered {(int)answer.StatusCode}: {text}");
    }
}
