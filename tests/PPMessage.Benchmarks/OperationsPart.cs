using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Benchmarks;

/// <summary>Storage operations of each path, one at a time; the budgets are the design's.</summary>
internal static class OperationsPart
{
    private const int Each = 200;

    public static async Task RunAsync()
    {
        await using var place = new EmbeddedPlace();
        await using var twilio = await TwilioSandbox.StartAsync(new SandboxOptions { SentAfter = TimeSpan.FromHours(1) });
        await using var mailgun = await MailgunSandbox.StartAsync();
        var settings = new Dictionary<string, string>(place.Settings, StringComparer.Ordinal) { ["PPMessage__Mailgun__BaseUrl"] = mailgun.BaseUrl.AbsoluteUri.TrimEnd('/') };
        await using var head = await HeadProcess.StartAsync(settings, twilio.BaseUrl);
        var workspace = await Workspace.MakeAsync(head);
        var load = new InboundLoad(Each);
        await LoadClient.RunAsync(head.Port, [workspace.Inbound(new Sms("SM" + new string('f', 32), "+12999999999", "The channel's first."))], 1);
        Table.Head("Storage operations a message", "path", "operations", "budget");
        await CountAsync(head, "inbound SMS, new sender", 8, () => LoadClient.RunAsync(head.Port, [.. load.First().Select(workspace.Inbound)], 1));
        await CountAsync(head, "inbound SMS, known sender", 6, () => LoadClient.RunAsync(head.Port, [.. load.Known(Each).Select(workspace.Inbound)], 1));
        var conversations = (await workspace.ListAsync("/api/conversations")).Take(Each).ToList();
        await CountAsync(head, "agent reply", 7, () => ReplyAsync(head, conversations));
        var callbacks = twilio.Messages().Select(message => Status(workspace, message)).ToList();
        await CountAsync(head, "delivery callback", 2, () => LoadClient.RunAsync(head.Port, callbacks, 1));
        await RunMailAsync(head, workspace, mailgun);
    }

    private static async Task RunMailAsync(HeadProcess head, Workspace workspace, MailgunSandbox mailgun)
    {
        var load = new InboundLoad(Each);
        var longText = string.Concat(Enumerable.Repeat("Hello, is my order on its way? It was number 20451.\n", 200));
        await LoadClient.RunAsync(head.Port, [workspace.Mail(new Sms("first@example.com", "first@example.com", "The channel's first."))], 1);
        await CountAsync(head, "inbound mail, new sender", 10, () => MailAsync(load.First(), text => workspace.Mail(text)));
        await CountAsync(head, "inbound mail, known sender", 10, () => MailAsync(load.Known(Each), text => workspace.Mail(text)));
        await CountAsync(head, "inbound mail, known sender, long text", 10, () => MailAsync(load.Known(Each), text => workspace.Mail(text with { Text = longText })));
        await CountAsync(head, "inbound mail, known sender, one file", 11, () => MailAsync(load.Known(Each), text => workspace.Mail(text, new MailFile("1.png", "image/png", [1, 2, 3]))));
        var conversations = (await workspace.ListAsync("/api/conversations")).Where(conversation => conversation.GetProperty("channelKind").GetString() == "email").Take(Each).ToList();
        await CountAsync(head, "agent reply by mail", 7, () => ReplyAsync(head, conversations));
        var events = mailgun.Sent.Select(workspace.Event).ToList();
        await CountAsync(head, "mail event", 2, () => LoadClient.RunAsync(head.Port, events, 1));

        Task MailAsync(IEnumerable<Sms> texts, Func<Sms, byte[]> request) => LoadClient.RunAsync(head.Port, [.. texts.Select(text => request(Traffic.AsMail(text)))], 1);
    }

    public static async Task CountAsync(HeadProcess head, string path, int budget, Func<Task> work)
    {
        var before = await head.OperationsAsync();
        await work();
        Table.Row(path, Table.Number((await head.OperationsAsync() - before) / (double)Each, 2), Table.Number(budget));
    }

    private static async Task ReplyAsync(HeadProcess head, IReadOnlyList<JsonElement> conversations)
    {
        foreach (var conversation in conversations)
            await Workspace.PostAsync(head.Client, $"/api/conversations/{conversation.GetProperty("id").GetString()}/messages", new { kind = "reply", text = "It comes tomorrow." });
    }

    private static byte[] Status(Workspace workspace, SandboxMessage message) => workspace.Signed(
        new Uri(message.StatusCallback!).PathAndQuery,
        [new("SmsSid", message.Sid), new("SmsStatus", "delivered"), new("MessageStatus", "delivered"), new("To", message.To), new("MessageSid", message.Sid), new("AccountSid", message.AccountSid), new("From", message.From!), new("ApiVersion", "2010-04-01")]);
}
