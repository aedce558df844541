using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>The published program with the sandbox (in this process) as Twilio: one channel, reached by HTTP only. Real time, with the times of work shortened.</summary>
/// <param name="client">With the admin key.</param>
internal sealed class PublishedWorkspace(TwilioSandbox twilio, HttpClient client)
{
    public const string Number = Demo.Number;

    private const string AdminKey = "admin-key-of-the-tests";

    public TwilioSandbox Twilio => twilio;

    /// <param name="publicBase">How the sandbox reaches the program.</param>
    public static Dictionary<string, string?> Settings(TwilioSandbox twilio, Uri publicBase, MailgunSandbox? mailgun = null) => new()
    {
        ["PPMessage__Mailgun__BaseUrl"] = mailgun?.BaseUrl.AbsoluteUri.TrimEnd('/'),
        ["PPMessage__AdminKey"] = AdminKey,
        ["PPMessage__Limits__RequestsPerSecond"] = "0",
        ["PPMessage__SecretsKey"] = "secrets-key-of-the-tests",
        ["PPMessage__PublicBaseUrl"] = publicBase.AbsoluteUri.TrimEnd('/'),
        ["PPMessage__Twilio__BaseUrl"] = twilio.BaseUrl.AbsoluteUri.TrimEnd('/'),
        ["PPMessage__Timing__InLine"] = "00:00:01",
        ["PPMessage__Timing__ProviderCall"] = "00:00:02",
        ["PPMessage__Timing__Hidden"] = "00:00:03",
        ["PPMessage__Timing__Claim"] = "00:00:04",
        ["PPMessage__Timing__NotFoundBelievedAfter"] = "00:00:06",
    };

    /// <summary>Configures a channel and tells the sandbox's number of it.</summary>
    public static async Task<PublishedWorkspace> MakeAsync(TwilioSandbox twilio, HttpClient client)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        var workspace = new PublishedWorkspace(twilio, client);
        var settings = new { accountSid = Demo.AccountSid, phoneNumber = Number };
        var channel = await workspace.PostAsync("/api/channels", new { kind = "sms", provider = "twilio", name = "SMS", settings, secrets = new { authToken = Demo.AuthToken }, inbound = new { enabled = true } });
        await workspace.PostAsync($"/api/channels/{channel.GetProperty("id").GetString()}/activate", new { });
        twilio.Put(twilio.Number(Number)! with { SmsUrl = channel.GetProperty("inbound").GetProperty("url").GetString()! });
        return workspace;
    }

    /// <summary>Configures a channel for the demo address.</summary>
    /// <returns>The URL to which its raw mails are forwarded.</returns>
    public async Task<string> OpenMailboxAsync()
    {
        var secrets = new { apiKey = MailDemo.ApiKey, webhookSigningKey = MailDemo.SigningKey };
        var settings = new { domain = MailDemo.Domain, region = "us", address = MailDemo.Address };
        var channel = await PostAsync("/api/channels", new { kind = "email", provider = "mailgun", name = "Mail", settings, secrets, inbound = new { enabled = true } });
        await PostAsync($"/api/channels/{channel.GetProperty("id").GetString()}/activate", new { });
        return channel.GetProperty("inbound").GetProperty("mimeUrl").GetString()!;
    }

    /// <summary>A phone texts; true when the program has said that it has it.</summary>
    public async Task<(string Sid, bool Acknowledged)> TextAsync(string phone, string text)
    {
        var told = await twilio.TextAsync(phone, Number, text);
        return (told!.Sid, told.Callbacks.Any(callback => callback.StatusCode == 200));
    }

    /// <summary>A phone texts, and Twilio calls again and again until the program has said that it has it.</summary>
    public async Task TextUntilTakenAsync(string phone, string text)
    {
        var told = (await twilio.TextAsync(phone, Number, text))!.Callback!;
        for (var status = (HttpStatusCode)told.StatusCode.GetValueOrDefault(); status != HttpStatusCode.OK; status = await client.RepeatAsync(told) ?? default)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
    }

    /// <summary>Lets a person send again what is left to a person: what was cut off twice, and the provider does not have.</summary>
    /// <returns>Messages that have not found their end at the provider, by whose id we know them.</returns>
    public async Task<IReadOnlyList<JsonElement>> UnsettledAsync()
    {
        List<JsonElement> open = [.. (await AllMessagesAsync()).Where(IsUnsettled)];
        foreach (var message in open.Where(IsLeftToAPerson)) await RetryAsync(message.Word("conversationId"), message.Word("id"));
        return open;
    }

    public async Task<IReadOnlyList<JsonElement>> AllMessagesAsync()
    {
        var messages = new List<JsonElement>();
        foreach (var conversation in await ConversationsAsync()) messages.AddRange(await MessagesAsync(conversation.Word("id")));
        return messages;
    }

    private static bool IsUnsettled(JsonElement message) =>
        message.Word("direction") == "outbound" && (message.GetProperty("providerId").ValueKind == JsonValueKind.Null || message.State() == "unknown");

    private static bool IsLeftToAPerson(JsonElement message) =>
        message.State() == "unknown" && message.GetProperty("delivery").GetProperty("error").Word("text").Contains("a person decides", StringComparison.Ordinal);

    /// <summary>An agent replies, and repeats the request until it is acknowledged.</summary>
    /// <returns>The message's id.</returns>
    public async Task<string> ReplyAsync(string conversation, string text, string key)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/conversations/{conversation}/messages") { Content = JsonContent.Create(new { kind = "reply", text }) };
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await client.SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.Created) return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
                Assert.True((int)answer.StatusCode >= 500, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // Killed while it worked on it, or not up again yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private Task RetryAsync(string conversation, string message) => PostAsync($"/api/conversations/{conversation}/messages/{message}/retry", new { });

    /// <summary>All items of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"{path}?limit=200{(cursor is null ? string.Empty : "&cursor=" + Uri.EscapeDataString(cursor))}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return items;
    }

    public Task<IReadOnlyList<JsonElement>> ConversationsAsync() => ListAsync("/api/conversations");

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<JsonElement>> MessagesAsync(string conversation) => ListAsync($"/api/conversations/{conversation}/messages");

    /// <summary>Waits, in real time, until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> what)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begin) < patience, $"It never came about: {what()}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
