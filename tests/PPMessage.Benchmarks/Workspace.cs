using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Benchmarks;

/// <summary>The app with a channel of Twilio's and one of Mailgun's, as callers from outside see it.</summary>
/// <param name="mailPath">Where raw mails are forwarded to; events come to a path beside it.</param>
internal sealed class Workspace(HeadProcess head, string hookPath, string mailPath)
{
    public const string Subject = "Order 20451";

    private const string Form = "application/x-www-form-urlencoded";

    public HeadProcess Head => head;

    /// <summary>The same workspace after a new start.</summary>
    public Workspace On(HeadProcess again) => new(again, hookPath, mailPath);

    public static async Task<Workspace> MakeAsync(HeadProcess head)
    {
        var settings = new { accountSid = Demo.AccountSid, phoneNumber = Demo.Number };
        var channel = await PostAsync(head.Client, "/api/channels", new { kind = "sms", provider = "twilio", name = "SMS", settings, secrets = new { authToken = Demo.AuthToken }, inbound = new { enabled = true } });
        await PostAsync(head.Client, $"/api/channels/{channel.GetProperty("id").GetString()}/activate", new { });
        return new Workspace(head, PathOf(channel, "url"), PathOf(await MakeMailAsync(head), "mimeUrl"));
    }

    private static async Task<JsonElement> MakeMailAsync(HeadProcess head)
    {
        var settings = new { domain = MailDemo.Domain, region = "us", address = MailDemo.Address };
        var secrets = new { apiKey = MailDemo.ApiKey, webhookSigningKey = MailDemo.SigningKey };
        var channel = await PostAsync(head.Client, "/api/channels", new { kind = "email", provider = "mailgun", name = "Mail", settings, secrets, inbound = new { enabled = true } });
        await PostAsync(head.Client, $"/api/channels/{channel.GetProperty("id").GetString()}/activate", new { });
        return channel;
    }

    private static string PathOf(JsonElement channel, string url) => new Uri(channel.GetProperty("inbound").GetProperty(url).GetString()!).AbsolutePath;

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
        return Request(pathAndQuery, Form, Encoding.ASCII.GetBytes(body), $"X-Twilio-Signature: {signature}\r\nUser-Agent: TwilioProxy/1.1\r\n");
    }

    /// <summary>A mail as Mailgun forwards it raw, signed and ready to be sent.</summary>
    /// <param name="text">Its id is the Message-Id, its sender a mailbox.</param>
    public byte[] Mail(Sms text, params IReadOnlyList<MailFile> files)
    {
        var signature = MailSignature.New(MailDemo.SigningKey, TimeProvider.System.GetUtcNow());
        var (type, body) = MailForm.Write(
            [
                new("recipient", MailDemo.Address), new("sender", text.From), new("subject", Subject), new("from", text.From), new("body-mime", Mime(text, files)),
                new("timestamp", signature.Timestamp), new("token", signature.Token), new("signature", signature.Signature),
            ],
            asMultipart: false);
        return Request(mailPath, type, body, "User-Agent: mailgun/treq-24.6.0\r\n");
    }

    public static byte[] Mime(Sms text, IReadOnlyList<MailFile> files) =>
        LetterWriter.Write(text.From, new MailToWrite { MessageId = text.Sid, To = [MailDemo.Address], Subject = Subject, Text = text.Text, Files = files }, TimeProvider.System.GetUtcNow());

    /// <summary>An event about a mail that was sent, signed and ready to be sent.</summary>
    public byte[] Event(SentMail mail)
    {
        var now = TimeProvider.System.GetUtcNow();
        var signature = MailSignature.New(MailDemo.SigningKey, now);
        var json = new JsonObject
        {
            ["signature"] = new JsonObject { ["timestamp"] = signature.Timestamp, ["token"] = signature.Token, ["signature"] = signature.Signature },
            ["event-data"] = EventJson.Of(new MailStep("delivered", TimeSpan.Zero), mail, mail.Recipients[0], string.Empty, isRouted: false, now),
        };
        return Request(mailPath.Replace("/mime", "/events", StringComparison.Ordinal), "application/json", Encoding.UTF8.GetBytes(json.ToJsonString()), string.Empty);
    }

    private byte[] Request(string pathAndQuery, string type, byte[] body, string headers) =>
        [.. Encoding.ASCII.GetBytes($"POST {pathAndQuery} HTTP/1.1\r\nHost: 127.0.0.1:{head.Port}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{headers}\r\n"), .. body];

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
