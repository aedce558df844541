using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PPMessage.Local.Sandbox;

namespace PPMessage.Benchmarks;

/// <summary>The app with one Twilio channel, as callers from outside see it.</summary>
internal sealed class Workspace(HeadProcess head, string hookPath)
{
    private const string Form = "application/x-www-form-urlencoded";

    public HeadProcess Head => head;

    /// <summary>The same workspace after a new start.</summary>
    public Workspace On(HeadProcess again) => new(again, hookPath);

    public static async Task<Workspace> MakeAsync(HeadProcess head)
    {
        var settings = new { accountSid = Demo.AccountSid, phoneNumber = Demo.Number };
        var channel = await PostAsync(head.Client, "/api/channels", new { kind = "sms", provider = "twilio", name = "SMS", settings, secrets = new { authToken = Demo.AuthToken }, inbound = new { enabled = true } });
        await PostAsync(head.Client, $"/api/channels/{channel.GetProperty("id").GetString()}/activate", new { });
        return new Workspace(head, new Uri(channel.GetProperty("inbound").GetProperty("url").GetString()!).AbsolutePath);
    }

    public static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>() : throw new InvalidOperationException($"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>An inbound callback, signed and ready to be sent.</summary>
    public byte[] Inbound(Sms sms)
    {
        var message = new SandboxMessage { Sid = sms.Sid, AccountSid = Demo.AccountSid, From = sms.From, To = Demo.Number, Body = sms.Text, Direction = "inbound", Status = "received", Segments = 1 };
        return Signed(hookPath, InboundFields.Of(message, Demo.Numbers(default).First(), null, head.Client.BaseAddress!));
    }

    /// <summary>Any callback, as the bytes of an HTTP request.</summary>
    public byte[] Signed(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        var signature = Signing.Sign($"http://127.0.0.1:{head.Port}{pathAndQuery}", fields, Demo.AuthToken);
        var body = string.Join('&', fields.Select(field => $"{field.Key}={Uri.EscapeDataString(field.Value)}"));
        return Encoding.ASCII.GetBytes(
            $"POST {pathAndQuery} HTTP/1.1\r\nHost: 127.0.0.1:{head.Port}\r\nContent-Type: {Form}\r\nContent-Length: {body.Length}\r\nX-Twilio-Signature: {signature}\r\nUser-Agent: TwilioProxy/1.1\r\n\r\n{body}");
    }

    /// <summary>All items of a list of the API.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await head.Client.GetFromJsonAsync<JsonElement>($"{path}?limit=200{(cursor is null ? string.Empty : "&cursor=" + Uri.EscapeDataString(cursor))}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return items;
    }
}

/// <summary>A text that a phone sends.</summary>
internal sealed record Sms(string Sid, string From, string Text);
