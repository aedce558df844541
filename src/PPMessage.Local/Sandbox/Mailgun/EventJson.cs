using System.Text.Json.Nodes;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary><c>event-data</c> as Mailgun writes it (https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure).</summary>
internal static class EventJson
{
    /// <summary>Characters of a variable's value that events keep.</summary>
    private const int LongestVariable = 4096;

    public static JsonObject Of(MailStep step, SentMail mail, string recipient, string storageUrl, bool isRouted, DateTimeOffset now)
    {
        var isAction = step.Event is "opened" or "clicked" or "unsubscribed";
        var json = new JsonObject
        {
            ["event"] = step.Event,
            ["id"] = Sids.New("")[..22],
            ["timestamp"] = now.ToUnixTimeMilliseconds() / 1000.0,
            ["log-level"] = step.Event switch { "failed" => step.Severity == "permanent" ? "error" : "warn", "complained" => "warn", _ => "info" },
            ["recipient"] = recipient,
            ["recipient-domain"] = recipient[(recipient.LastIndexOf('@') + 1)..],
            ["recipient-provider"] = "Other",
            ["tags"] = Array(mail.Tags),
            ["campaigns"] = new JsonArray(),
            ["user-variables"] = new JsonObject(mail.Variables.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)Cut(one.Value)))),
            ["flags"] = Flags(step, mail, isRouted),
        };
        if (isAction) AddClient(json, step);
        else AddMail(json, mail, recipient, storageUrl, isRouted);
        if (isAction) json["message"] = new JsonObject { ["headers"] = new JsonObject { ["message-id"] = mail.Id } };
        if (step.Event == "failed") (json["severity"], json["reason"]) = (step.Severity, step.Reason);
        if (step.Event is "failed" or "delivered") json["delivery-status"] = Status(step, recipient);
        if (step.Event == "accepted") json["method"] = isRouted ? "SMTP" : "HTTP";
        return json;
    }

    private static JsonObject Flags(MailStep step, SentMail mail, bool isRouted) => new()
    {
        ["is-routed"] = isRouted,
        ["is-authenticated"] = !isRouted,
        ["is-system-test"] = false,
        ["is-test-mode"] = mail.IsTest,
        ["is-delayed-bounce"] = step.IsDelayedBounce,
    };

    private static void AddMail(JsonObject json, SentMail mail, string recipient, string storageUrl, bool isRouted)
    {
        json["envelope"] = new JsonObject
        {
            ["sender"] = mail.Sender, ["sending-ip"] = "127.0.0.1", ["targets"] = recipient, ["transport"] = isRouted ? "http" : "smtp",
        };
        json["message"] = new JsonObject
        {
            ["headers"] = new JsonObject { ["to"] = mail.To, ["from"] = mail.From, ["subject"] = mail.Subject, ["message-id"] = mail.Id },
            ["attachments"] = new JsonArray([.. mail.Files.Select(File)]),
            ["size"] = mail.Mime.Length,
        };
        json["storage"] = new JsonObject { ["url"] = storageUrl, ["key"] = mail.StorageKey, ["region"] = "us-west1", ["env"] = "production" };
    }

    private static JsonObject File(MailFile file) => new()
    {
        ["filename"] = file.Name, ["content-type"] = file.ContentType, ["size"] = file.Content.Length,
    };

    private static void AddClient(JsonObject json, MailStep step)
    {
        json["ip"] = "127.0.0.1";
        json["geolocation"] = new JsonObject { ["country"] = "US", ["region"] = "TX", ["city"] = "Austin" };
        json["client-info"] = new JsonObject
        {
            ["client-type"] = "browser",
            ["client-os"] = "Linux",
            ["device-type"] = "desktop",
            ["client-name"] = "Chrome",
            ["user-agent"] = "Mozilla/5.0",
            ["bot"] = "",
        };
        if (step.Event == "clicked") json["url"] = step.Url;
    }

    private static JsonObject Status(MailStep step, string recipient)
    {
        var status = new JsonObject
        {
            ["code"] = step.Code,
            ["message"] = step.Message,
            ["description"] = step.Description,
            ["attempt-no"] = step.Attempt,
            ["session-seconds"] = 0.42,
            ["mx-host"] = $"mx.{recipient[(recipient.LastIndexOf('@') + 1)..]}",
            ["tls"] = true,
            ["certificate-verified"] = true,
            ["utf8"] = true,
        };
        if (step.RetryAfter is { } retry) status["retry-seconds"] = (int)retry.TotalSeconds;
        if (step.Event == "failed" && step.Code < 600) status["bounce-type"] = step.Severity == "permanent" ? "hard" : "soft";
        if (step.Message.Split(' ')[0] is { Length: 5 } enhanced && enhanced[1] == '.') status["enhanced-code"] = enhanced;
        return status;
    }

    private static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);

    private static string Cut(string value) => value.Length > LongestVariable ? value[..LongestVariable] : value;
}
