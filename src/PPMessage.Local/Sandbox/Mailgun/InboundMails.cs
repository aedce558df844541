using System.Text.Json.Nodes;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Takes mail in: one POST per envelope recipient and URL of the routes that fit; other addresses are mailboxes of the sandbox.</summary>
internal sealed class InboundMails(
    MailState state, MailCaller caller, MailSigner signer, EventTeller teller, MailMisbehaviours misbehaviours, MailgunSandboxOptions options, TimeProvider time)
{
    public async Task<IReadOnlyList<MailPost>> WriteAsync(string mailbox, MailToWrite mail, CancellationToken cancellation)
    {
        var mime = LetterWriter.Write(mailbox, mail, time.GetUtcNow());
        var recipients = mail.Recipients ?? [.. mail.To.Concat(mail.Cc).SelectMany(MailRequest.Addresses).Select(one => one.Address)];
        var posts = new List<MailPost>();
        foreach (var recipient in recipients) posts.AddRange(await TakeAsync(mailbox, recipient, mime, null, cancellation));
        return posts;
    }

    /// <param name="sent">What the API took on; null: somebody else wrote it.</param>
    public async Task<IReadOnlyList<MailPost>> TakeAsync(string sender, string recipient, byte[] mime, SentMail? sent, CancellationToken cancellation)
    {
        if (state.Domain(Domain(recipient)) is null)
        {
            state.Receive(recipient, ReceivedMail.Of(mime, time.GetUtcNow()) with { Sent = sent });
            return [];
        }

        var arrived = MimeBytes.WithHeaders(mime, Transit(sender, recipient));
        var mail = new ArrivedMail(sender, recipient, arrived, new ParsedMail(arrived));
        var posts = new List<MailPost>();
        foreach (var action in RouteTable.Actions(state.Routes, recipient, mail.Parsed.Headers)) posts.AddRange(await ActAsync(action, mail, cancellation));
        if (posts.Count > 0) await TellAsync(mail, posts, cancellation);
        return posts;
    }

    private static string Domain(string address) => address[(address.LastIndexOf('@') + 1)..];

    private KeyValuePair<string, string>[] Transit(string sender, string recipient) =>
    [
        new("Received", $"from mail.{Domain(sender)} by mxa.mailgun.org with ESMTP for <{recipient}>; {MimeKit.Utils.DateUtils.FormatDate(time.GetUtcNow())}"),
        new("X-Envelope-From", $"<{sender}>"),
        new("X-Mailgun-Incoming", "Yes"),
        .. state.Domain(Domain(recipient))!.SpamAction == "tag" ? Spam : [],
    ];

    private static KeyValuePair<string, string>[] Spam =>
        [new("X-Mailgun-Sflag", "No"), new("X-Mailgun-Sscore", "0.1"), new("X-Mailgun-Spf", "Pass"), new("X-Mailgun-Dkim-Check-Result", "Pass")];

    private async Task<IReadOnlyList<MailPost>> ActAsync(RouteAction action, ArrivedMail mail, CancellationToken cancellation)
    {
        var key = action.Kind == "store" ? Sids.New("") : "";
        if (action.Kind == "store") state.Store(key, Domain(mail.Recipient), mail.Mime);
        var posts = new List<MailPost>();
        foreach (var target in action.Targets)
        {
            if (!target.Contains("://", StringComparison.Ordinal)) state.Receive(target, ReceivedMail.Of(mail.Mime, time.GetUtcNow()));
            else posts.AddRange(await PostAsync(target, mail, () => action.Kind == "store" ? Stored(mail, key) : Forwarded(target, mail), cancellation));
        }

        return posts;
    }

    /// <summary>A path that ends in <c>mime</c> gets the mail as it is, every other its fields.</summary>
    private static IEnumerable<FormPart> Forwarded(string url, ArrivedMail mail)
    {
        var envelope = mail.Parsed.Envelope(mail.Recipient, mail.Sender);
        return new Uri(url).AbsolutePath.TrimEnd('/').EndsWith("mime", StringComparison.Ordinal)
            ? [.. envelope, new("body-mime", mail.Mime)]
            : [.. envelope, .. mail.Parsed.Fields(), .. mail.Parsed.FileFields()];
    }

    private IEnumerable<FormPart> Stored(ArrivedMail mail, string key)
    {
        var url = teller.StorageUrl(Domain(mail.Recipient), key);
        var files = mail.Parsed.Files.Select((file, i) => new JsonObject
        {
            ["url"] = $"{url}/attachments/{i}", ["name"] = file.Name, ["size"] = file.Content.Length, ["content-type"] = file.ContentType,
        });
        var envelope = mail.Parsed.Envelope(mail.Recipient, mail.Sender);
        return
        [
            .. envelope, .. mail.Parsed.Fields(), new("domain", Domain(mail.Recipient)), new("message-url", url),
            .. mail.Parsed.Files.Count > 0 ? [new FormPart("attachments", new JsonArray([.. files]).ToText())] : (FormPart[])[],
        ];
    }

    private async Task<IReadOnlyList<MailPost>> PostAsync(string url, ArrivedMail mail, Func<IEnumerable<FormPart>> parts, CancellationToken cancellation)
    {
        var (signature, fields) = (signer.New(), parts().ToList());
        var call = Call(url, mail, fields, signature);
        var times = misbehaviours.Take(MailMisbehaviour.InboundDoubled) is null ? 1 : 2;
        List<MailPost> posts = [.. await Task.WhenAll(Enumerable.Range(0, times).Select(_ => caller.PostAsync(call, isRetried: true, cancellation)))];
        if (misbehaviours.Take(MailMisbehaviour.OtherBodySameToken) is not { } other) return posts;
        var subject = new FormPart("subject", other.Message ?? "Something else");
        var changed = fields.Select(part => part.Name == "subject" ? subject : part).ToList();
        return [.. posts, await caller.PostAsync(Call(url, mail, changed, signature), isRetried: false, cancellation)];
    }

    /// <summary>The signature comes last, after whatever headers the sender made up.</summary>
    private MailCall Call(string url, ArrivedMail mail, List<FormPart> fields, MailSignature signature)
    {
        List<FormPart> all = [.. fields, new("timestamp", signature.Timestamp), new("token", signature.Token), new("signature", signature.Signature)];
        var asMultipart = all.Any(part => part.FileName is not null) || (options.RawAsMultipart && all.Any(part => part.Name == "body-mime"));
        var (type, body) = MailForm.Write(all, asMultipart);
        return new MailCall("inbound", url, type, body, mail.Recipient, signature.Token);
    }

    /// <summary>Mail that a route takes has events too, marked as routed.</summary>
    private async Task TellAsync(ArrivedMail mail, List<MailPost> posts, CancellationToken cancellation)
    {
        var (domain, now) = (Domain(mail.Recipient), time.GetUtcNow());
        var sent = new SentMail(mail.Parsed.MessageId, domain, mail.Parsed.From, mail.Recipient, mail.Parsed.Subject, [mail.Recipient], now)
        {
            Mime = mail.Mime, Files = mail.Parsed.Files,
        };
        var calls = new PlannedCalls(new CallPlan(), time);
        await teller.TellAsync(new MailStep("accepted", TimeSpan.Zero), sent, mail.Recipient, calls, isRouted: true, cancellation);
        if (posts.TrueForAll(post => post.StatusCode == StatusCodes.Status200OK))
            await teller.TellAsync(new MailStep("delivered", TimeSpan.Zero), sent, mail.Recipient, calls, isRouted: true, cancellation);
    }
}

/// <summary>A mail at the door of one of the account's own addresses.</summary>
internal sealed record ArrivedMail(string Sender, string Recipient, byte[] Mime, ParsedMail Parsed);

internal static class RouteTable
{
    /// <summary>What is to be done, in the order of the routes: all that fit, until one stops.</summary>
    public static IEnumerable<RouteAction> Actions(IReadOnlyList<SandboxRoute> routes, string recipient, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var isCaught = false;
        foreach (var route in routes)
        {
            if (RouteFilter.Parse(route.Expression)?.Fit(recipient, headers, isCaught) is not { } fit) continue;
            isCaught = true;
            var actions = route.Actions.Select(RouteAction.Parse).OfType<RouteAction>().ToList();
            foreach (var action in actions.Where(action => action.Kind != "stop")) yield return action.Filled(fit);
            if (actions.Exists(action => action.Kind == "stop")) yield break;
        }
    }

    public static SandboxRoute? First(IReadOnlyList<SandboxRoute> routes, string recipient) =>
        routes.FirstOrDefault(route => RouteFilter.Parse(route.Expression)?.Fit(recipient, [], isCaught: false) is not null);
}
