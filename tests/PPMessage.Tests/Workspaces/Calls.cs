using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace PPMessage.Tests.Workspaces;

/// <summary>An answer of the API, read.</summary>
internal sealed record Called(int Status, JsonElement Json, string? ETag, Uri? Location)
{
    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public string Id => Text("id");

    /// <summary>What a problem says: its detail, and the mistakes by field.</summary>
    public string Problem => Json.GetProperty("detail").GetString() + (Json.TryGetProperty("errors", out var errors) ? " " + errors.GetRawText() : string.Empty);
}

/// <summary>What the tests of the API do again and again.</summary>
internal static class Calls
{
    private static int _phones;

    /// <summary>A mobile number in China that no other test has.</summary>
    public static string NewPhone() => $"+86138{Interlocked.Increment(ref _phones):D8}";

    public static async Task<Called> CallAsync(this HttpClient client, string method, string path, object? body = null, string? ifMatch = null, string? key = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var json = text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        return new Called((int)answer.StatusCode, json, answer.Headers.ETag?.ToString(), answer.Headers.Location);
    }

    public static Task<Called> CallAsync(this Workspace workspace, string method, string path, object? body = null, string? ifMatch = null, string? key = null) =>
        workspace.Client.CallAsync(method, path, body, ifMatch, key);

    /// <summary>A phone writes, and a second goes by. The answer is the id of the conversation that the text is in.</summary>
    public static async Task<string> OpenAsync(this Workspace workspace, string phone, string text = "你好")
    {
        var told = await workspace.TextAsync(phone, text);
        Assert.Equal(200, told!.Callback!.StatusCode);
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        return (await workspace.OfPhoneAsync(phone))[0].GetProperty("id").GetString()!;
    }

    /// <summary>A phone's conversations, last activity first.</summary>
    public static Task<IReadOnlyList<JsonElement>> OfPhoneAsync(this Workspace workspace, string phone) =>
        workspace.ListAsync($"/api/conversations?q={Uri.EscapeDataString(phone)}");

    public static async Task<Called> SayAsync(this Workspace workspace, string conversationId, string text, string? key = null, string kind = "reply", HttpClient? by = null)
    {
        var called = await (by ?? workspace.Client).CallAsync("POST", $"/api/conversations/{conversationId}/messages", new { kind, text }, key: key);
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        return called;
    }

    public static string State(this JsonElement message) => message.GetProperty("delivery").Word("state");

    public static string Word(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    /// <summary>What the phone has got from people, not from Twilio itself.</summary>
    public static IEnumerable<string> Got(this Workspace workspace, string phone) => workspace.Twilio.Received(phone).Where(text => !text.Automatic).Select(text => text.Text);
}
