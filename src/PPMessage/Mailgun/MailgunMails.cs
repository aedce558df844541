using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Http;
using PPMessage.Inbound;

namespace PPMessage.Mailgun;

/// <summary>Hands a proven callback's mail over, whichever form it came in. Thread-safe.</summary>
internal sealed class MailgunMails(InboundMails mails, InboundRoot inbound, TimeProvider time, ILogger<MailgunMails> log)
{
    // What goes along in a queue's message and stays in the message's row; the mail itself has all of it.
    private const int LongestShown = 1000;
    private const int MostShown = 4 * 1024;

    private static readonly string[] NotShown = [MailgunFields.Timestamp, MailgunFields.Token, MailgunFields.Signature, MailgunFields.MessageHeaders];

    // Where a stored mail is to be had; behind a long mail's headers there might be no room.
    private static readonly string[] ShownFirst = [MailgunFields.MessageUrl, MailgunFields.Attachments];

    /// <summary>Whether it only says that Mailgun keeps a mail, and not what is written in it.</summary>
    public static bool IsNotification(MailgunForm form) => StoredMail.Is(form) && !form.Parts.Any(part => MailgunFields.IsBody(part.Name));

    /// <summary>Takes the mail in. Where files of it stayed at Mailgun, a dead letter says where; doubled when the mail comes again.</summary>
    /// <param name="wantsMime">Whether it came to the URL for raw mails.</param>
    public async Task ReceiveAsync(Channel channel, MailgunSignature signature, MailgunForm form, bool wantsMime)
    {
        if (form.Mime(wantsMime) is { } mime)
        {
            await ReceiveAsync(channel, signature, form, mime.Content, odd: null);
            return;
        }

        var (built, odd) = MailgunParsedMail.Build(form);
        await using var content = built;
        if (odd is not null) log.OddMail(channel.Id, odd);
        await ReceiveAsync(channel, signature, form, content, odd);
        // After the mail, and before Mailgun hears that we have it: whatever dies in between, all of it comes again.
        if (StoredMail.Missing(form) is not null) await KeepNotificationAsync(channel, form);
        else if (StoredMail.Is(form)) await NoteAsync(channel, Misroutings.StoreNotify);
    }

    public async Task KeepNotificationAsync(Channel channel, MailgunForm form)
    {
        await inbound.KeepOddAsync(channel, Shown(form), Misroutings.StoreNotify, CancellationToken.None);
        log.Odd(channel.Id, Misroutings.StoreNotify);
    }

    public async Task TurnAwayAsync(Channel channel, MailgunForm form)
    {
        await inbound.TurnAwayAsync(channel, form["Message-Id"] ?? form["Message-ID"] ?? form[MailgunFields.Recipient]);
        log.InboundDisabled(channel.Id);
    }

    public async Task NoteAsync(Channel channel, string what)
    {
        await inbound.MisroutedAsync(channel, what);
        log.Misrouted(channel.Id, what);
    }

    private Task ReceiveAsync(Channel channel, MailgunSignature signature, MailgunForm form, SpooledStream mime, string? odd)
    {
        var mail = new InboundMail
        {
            ChannelId = channel.Id,
            Recipient = form[MailgunFields.Recipient] ?? channel.Setting(MailgunChannels.Address)!,
            EnvelopeSender = form[MailgunFields.Sender] ?? string.Empty,
            TokenHash = Ids.Hash(signature.Token),
            SignedAt = signature.At!.Value,
            Hash = form.Hash,
            Oddity = odd is null ? null : $"Mailgun's form of this mail is odd: {odd}.",
            ReceivedAt = time.GetUtcNow(),
            Raw = Shown(form),
        };
        mime.Position = 0;
        return mails.ReceiveAsync(channel, mail, mime, CancellationToken.None);
    }

    /// <summary>The small fields, for people. Not what would let a reader forge a callback.</summary>
    private static Dictionary<string, string> Shown(MailgunForm form)
    {
        var shown = new Dictionary<string, string>();
        var left = MostShown;
        var groups = form.Fields.Where(field => !NotShown.Contains(field.Key)).GroupBy(field => field.Key, field => field.Value);
        foreach (var group in groups.OrderByDescending(group => ShownFirst.Contains(group.Key)))
        {
            var value = string.Join('\n', group.Distinct());
            if (value.Length > LongestShown) value = value[..LongestShown];
            if ((left -= group.Key.Length + value.Length) >= 0) shown[group.Key] = value;
        }

        return shown;
    }
}
