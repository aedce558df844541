using System.Net;
using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Tests.Workspaces;

/// <summary>E-mail channels, and the sandbox as Mailgun.</summary>
internal sealed partial class Workspace
{
    private static readonly string[] EventTypes =
        ["accepted", "delivered", "opened", "clicked", "unsubscribed", "complained", "temporary_fail", "permanent_fail"];

    private readonly HashSet<string> _takenEvents = [];

    public MailgunSandbox Mailgun { get; }

    /// <summary>Of the demo address.</summary>
    public string MailChannelId { get; private set; } = string.Empty;

    /// <summary>Makes the channel of the demo address, active, with a route for it and all webhooks.</summary>
    public async Task<JsonElement> OpenMailboxAsync()
    {
        var channel = await MakeMailChannelAsync(MailDemo.Address);
        MailChannelId = channel.GetProperty("id").GetString()!;
        await PostAsync($"/api/channels/{MailChannelId}/activate", new { }, HttpStatusCode.OK);
        Route(channel, @".*@mg\.example\.com");
        foreach (var type in EventTypes) Mailgun.SetWebhook(MailDemo.Domain, type, channel.GetProperty("inbound").GetProperty("eventsUrl").GetString()!);
        return channel;
    }

    public Task<JsonElement> MakeMailChannelAsync(string address)
    {
        var settings = new { domain = MailDemo.Domain, region = "us", address, displayName = "客服" };
        var secrets = new { apiKey = MailDemo.ApiKey, webhookSigningKey = MailDemo.SigningKey };
        return PostAsync("/api/channels", new { kind = "email", provider = "mailgun", name = address, settings, secrets, inbound = new { enabled = true } });
    }

    /// <summary>Mail to these addresses is forwarded to the channel, as raw MIME or as a parsed form.</summary>
    /// <param name="recipients">A pattern.</param>
    public void Route(JsonElement channel, string recipients, bool parsed = false)
    {
        var url = channel.GetProperty("inbound").GetProperty(parsed ? "url" : "mimeUrl").GetString();
        Mailgun.AddRoute(new SandboxRoute($"match_recipient(\"^{recipients}$\")", [$"forward(\"{url}\")"]));
    }

    /// <summary>A mailbox writes to the demo address; Mailgun posts it.</summary>
    public Task<IReadOnlyList<MailPost>> MailAsync(string from, string text, string subject = "订单", MailToWrite? more = null) =>
        Mailgun.WriteAsync(from, (more ?? new MailToWrite()) with { To = more?.To is { Count: > 0 } to ? to : [MailDemo.Address], Subject = subject, Text = text });

    /// <summary>As <see cref="TwilioTellsAsync"/>.</summary>
    public Task MailgunTellsAsync() => SettleAsync(Mailgun.SettleAsync());

    // Events that nobody took: Mailgun tries again.
    private async Task RepeatRefusedMailAsync()
    {
        foreach (var calls in Mailgun.Calls.Where(call => call.Kind == "event").GroupBy(call => call.Token).Where(calls => !calls.Any(call => call.IsFinal)).ToList())
        {
            if (_takenEvents.Contains(calls.Key)) continue;
            if (await Mailgun.RepeatAsync(calls.First()) is HttpStatusCode.OK) _takenEvents.Add(calls.Key);
            await ReviveAsync();
        }
    }
}
