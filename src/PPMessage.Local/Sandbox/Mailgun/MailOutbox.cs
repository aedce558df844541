using System.Text;
using System.Text.Json.Nodes;
using MimeKit;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Takes mails on and carries them to the mailboxes, each step an event that the webhooks are told.</summary>
internal sealed class MailOutbox(
    MailState state,
    EventTeller teller,
    InboundMails inbound,
    MailMisbehaviours misbehaviours,
    Background background,
    MailgunSandboxOptions options,
    TimeProvider time)
{
    /// <summary>The mail as it was taken on; the rest happens afterwards, or before when that is what goes wrong.</summary>
    public async Task<SentMail> SendAsync(MailDomain domain, MailRequest request)
    {
        var (now, recipients) = (time.GetUtcNow(), request.Recipients.DistinctBy(one => one.Address, StringComparer.OrdinalIgnoreCase).ToList());
        var id = MailWriter.MessageId(request, domain.Name, now);
        var mime = MailWriter.Write(request, domain, id, recipients[0], now);
        var mail = Accepted(MimeBytes.Read(mime), mime, domain, request, id, now);
        state.Sent.Add(mail);
        state.Store(mail.StorageKey, domain.Name, mime);
        var due = request.DeliveryTime is { } text ? MailRules.DeliveryTime(text) : null;
        foreach (var recipient in recipients)
        {
            var own = request.RecipientVariables is null ? mail : Own(mail, request, domain, recipient);
            var plan = misbehaviours.TakePlan(recipient.Address);
            if (plan.BeforeAnswer) await CarryAsync(own, recipient.Address, plan, due, background.Stopping);
            else background.Run(stopping => CarryAsync(own, recipient.Address, plan, due, stopping));
        }

        return mail;
    }

    private static SentMail Accepted(MimeMessage message, byte[] mime, MailDomain domain, MailRequest request, string id, DateTimeOffset now) =>
        new(id, domain.Name, message.From.ToString(), message.To.ToString(), message.Subject ?? "", [.. request.Recipients.Select(one => one.Address)], now)
        {
            Mime = mime,
            Tags = request.Tags,
            Variables = request.Variables,
            IsTest = request.IsTest,
            TracksOpens = MailWriter.TracksOpens(request, domain),
            TracksClicks = MailWriter.TracksClicks(request, domain),
            Files = [.. MimeBytes.Files(message)],
        };

    /// <summary>What one of several recipients gets, with its own variables.</summary>
    private static SentMail Own(SentMail mail, MailRequest request, MailDomain domain, MailboxAddress recipient)
    {
        var mime = MailWriter.Write(request, domain, mail.Id, recipient, mail.At);
        var message = MimeBytes.Read(mime);
        return mail with
        {
            Mime = mime,
            To = message.To.ToString(),
            Subject = message.Subject ?? "",
            Variables = new RecipientFiller(request, recipient.Address).Variables,
        };
    }

    private async Task CarryAsync(SentMail mail, string recipient, MailPlan plan, DateTimeOffset? due, CancellationToken cancellation)
    {
        var calls = new PlannedCalls(plan, time);
        foreach (var step in MailSteps.Steps(plan, SuppressedBy(mail.Domain, recipient), options))
        {
            if (step.After > TimeSpan.Zero) await Task.Delay(step.After, time, cancellation);
            if (step.Event != "accepted" && mail.IsTest) break;
            if (step.Event == "delivered" && due - time.GetUtcNow() is { Ticks: > 0 } wait) await Task.Delay(wait, time, cancellation);
            if (step.Suppresses is { } list) state.Put(new MailSuppression(mail.Domain, list, recipient, time.GetUtcNow(), $"{step.Code}", step.Message));
            if (step.Event == "delivered") await inbound.TakeAsync(mail.Sender, recipient, mail.Mime, mail, cancellation);
            await teller.TellAsync(step, mail, recipient, calls, isRouted: false, cancellation);
        }

        await calls.EndAsync(cancellation);
    }

    private string? SuppressedBy(string domain, string recipient)
    {
        if (state.Suppression(domain, "bounces", recipient) is not null) return "suppress-bounce";
        if (state.Suppression(domain, "unsubscribes", recipient) is not null) return "suppress-unsubscribe";
        return state.Suppression(domain, "complaints", recipient) is null ? null : "suppress-complaint";
    }
}

/// <summary>Records events and tells the webhooks of their domain.</summary>
internal sealed class EventTeller(MailState state, MailCaller caller, MailSigner signer, Func<Uri> api, TimeProvider time)
{
    public async Task TellAsync(MailStep step, SentMail mail, string recipient, PlannedCalls calls, bool isRouted, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var data = EventJson.Of(step, mail, recipient, StorageUrl(mail.Domain, mail.StorageKey), isRouted, now);
        state.Add(new MailEvent(mail.Domain, step.Event, step.Severity, mail.Id, recipient, data.ToText(), now));
        foreach (var url in state.Webhook(mail.Domain, step.Webhook))
        {
            var call = Call(url, data, recipient);
            await calls.MakeAsync(stopping => caller.PostAsync(call, isRetried: step.Event != "delivered", stopping), cancellation);
        }
    }

    public string StorageUrl(string domain, string key) => new Uri(api(), $"/v3/domains/{domain}/messages/{key}").AbsoluteUri;

    private MailCall Call(string url, JsonObject data, string recipient)
    {
        var signature = signer.New();
        var body = new JsonObject
        {
            ["signature"] = new JsonObject { ["timestamp"] = signature.Timestamp, ["token"] = signature.Token, ["signature"] = signature.Signature },
            ["event-data"] = data.DeepClone(),
        };
        return new MailCall("event", url, "application/json", Encoding.UTF8.GetBytes(body.ToText()), recipient, signature.Token);
    }
}
